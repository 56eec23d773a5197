// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/trace.h"
#include "tracer/stack_classifier.h"

namespace netio::tracer {

/// A kernel stack that was seen `count` times.
struct SampledStack {
    std::vector<std::uint64_t> frames; ///< addresses, innermost first; may be empty when the kernel could not walk it
    std::optional<std::uint32_t> task_subject;    ///< of the task on the CPU
    std::optional<std::uint32_t> softirq_subject; ///< of the socket that receives the packet at hand
    bool user_mode = false;                       ///< taken while the task was in user space
    std::uint64_t count = 0;
};

/// CPU time on one path. For the paths wait_send, wait_recv and zc_complete this is the CPU time spent on going to
/// sleep, waking up and reporting, not how long the wait was.
struct SampledPath {
    std::uint64_t samples = 0; ///< inclusive
    Figure inclusive_ns;       ///< samples in the path, nested paths included, x period
    Figure exclusive_ns;       ///< samples whose innermost path it is, x period
};

struct SubjectStatistics {
    CpuProfile cpu;
    std::array<SampledPath, run_path_count> paths; ///< by index_of(Path)
};

struct SampleStatistics {
    std::vector<SubjectStatistics> subjects; ///< by their numbers
    SampleCounts counts;
    /// Copies of skbs by reason and path, most samples first, also those in softirqs for an unknown socket: that a copy
    /// was made is evidence, whoever it is of.
    std::vector<CopyEvidence::Site> copy_sites;
    double period_ns = 0.0;             ///< CPU time that a sample stands for
    std::optional<KernelStacks> stacks; ///< of the subjects, when they are to be kept
};

/// What the CPU time that a sample stands for is taken from. The clock's period is not it where ticks are late or
/// missing, as on a virtual CPU that sleeps: those that are due in sleep are dropped, or fall on the work that ends it.
/// So a sample stands for its part of what the kernel accounted to the threads, where that is known.
struct SampleClock {
    double period_ns = 0.0;
    double accounted_ns = 0.0;            ///< CPU time of all subjects' tasks in the sampled time; 0: not known
    bool interrupts_are_accounted = true; ///< softirqs are in the time of the task that they interrupt
};

/// The time that so many samples stand for, with the exact 95 % Poisson interval (intervals.h); for no samples it is 0
/// with an upper bound of 3.7 periods, for that much could have been missed.
[[nodiscard]] Figure time_of_samples(std::uint64_t samples, double period_ns);

/// Adds up the samples by subject, path and class. A sample in softirq belongs to its softirq_subject, and to nobody
/// when that is not known, for the task that it interrupted has no part in it; but a deferred copy belongs to that
/// one's peer, which sent the packet: it copies that end's zero-copy pages. Every other sample belongs to its
/// task_subject.
///
/// Shares have Wilson's interval. With `keep_stacks` the stacks themselves are in the result too, by function names.
[[nodiscard]] SampleStatistics add_up_samples(std::span<const SampledStack> stacks, std::span<const Subject> subjects,
                                              const SampleClock& clock, StackClassifier& classifier,
                                              bool keep_stacks = false);

} // namespace netio::tracer
