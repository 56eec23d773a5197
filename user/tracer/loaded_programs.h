// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tracer/collector.h"
#include "tracer/kernel_types.h"
#include "tracer/map_sizes.h"
#include "tracer/probe_plan.h"
#include "tracer/task_table.h"

struct bpf_link;
struct bpf_map;
struct tracer_programs;

namespace netio::tracer {

/// The tracer's BPF programs and maps, in the kernel for as long as this object lives, and where they are attached.
/// Nothing is pinned.
class LoadedPrograms {
  public:
    /// Loads the programs that the plan names, for calibration and sampling too, with maps of these sizes; nothing is
    /// attached yet. So many of the subjects are given to processes, and then all system calls that move bytes are
    /// followed. When the kernel refuses one of them, its name is left in `refused_program`.
    static Result<LoadedPrograms> load(const ProbePlan& plan, const MapSizes& sizes,
                                       const std::vector<Subject>& subjects, std::uint32_t process_subjects,
                                       const KernelTypes& types, std::string& refused_program);

    /// The maps, programs and global data, as bpftool's skeleton has them.
    tracer_programs* operator->() { return skeleton_.get(); }

    /// Without effect when it is attached already.
    [[nodiscard]] Result<void> attach(const PlannedProgram& program);
    /// Without effect when it is not attached.
    void detach(const PlannedProgram& program);

    /// Runs of a program while the kernel counted them (bpf_enable_stats()); nothing when it does not tell.
    [[nodiscard]] std::optional<std::uint64_t> runs(const std::string& program) const;

    /// Runs of a program that the kernel left out because the program was running on that CPU already; nothing when it
    /// does not tell.
    [[nodiscard]] std::optional<std::uint64_t> recursion_misses(const std::string& program) const;

    /// Hits of a kprobe that were dropped before the program was reached: the probe was busy, or a return probe had no
    /// instance left. Counted since 6.7 (commit 3acf8ace6823); nothing where it does not, or the program is
    /// none.
    [[nodiscard]] std::optional<std::uint64_t> probe_misses(const std::string& program) const;

    /// What the programs have added up for a subject, of all CPUs together.
    [[nodiscard]] Result<TimedSums> figures(std::uint32_t subject) const;

    /// The programs' table of threads; valid for as long as they are loaded.
    [[nodiscard]] TaskTable tasks();

    /// The calling thread's id in the initial PID namespace, where the programs see it.
    [[nodiscard]] Result<std::uint32_t> own_tid() const;
    /// What that runs where the process is in another PID namespace.
    [[nodiscard]] int own_tid_descriptor() const;

    /// Bytes of kernel memory of all maps, as the kernel accounts for them.
    [[nodiscard]] std::uint64_t map_bytes() const;

  private:
    struct SkeletonDeleter {
        void operator()(tracer_programs* programs) const;
    };
    struct LinkDeleter {
        void operator()(bpf_link* link) const;
    };

    LoadedPrograms() = default;
    void configure(const ProbePlan& plan, const MapSizes& sizes, const std::vector<Subject>& subjects,
                   std::uint32_t process_subjects, const KernelTypes& types);
    Result<void> resize_maps(const MapSizes& sizes);
    Result<void> choose(const ProbePlan& plan);
    Result<void> introduce(const std::vector<Subject>& subjects);

    std::unique_ptr<tracer_programs, SkeletonDeleter> skeleton_;
    std::map<std::string, std::unique_ptr<bpf_link, LinkDeleter>> links_; ///< by program
};

} // namespace netio::tracer
