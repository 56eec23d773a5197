// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/calibration.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <utility>

#include "base/unique_fd.h"
#include "netio_abi.h"
#include "tracer/libbpf_options.h"
#include "tracer/trivial_program.h"

namespace netio::tracer {
namespace {

constexpr const char* not_measured = "the bookkeeping inside brackets was not measured";

/// A BPF program of type tracing that does nothing, and is not attached. Run with BPF_PROG_TEST_RUN, it makes the
/// kernel call bpf_fentry_test1(), bpf_fentry_test2() and so on, one after the other.
class TestFunctionCaller {
  public:
    /// An error when the kernel refuses such programs.
    static Result<TestFunctionCaller> load(const KernelTypes& types) {
        UniqueFd program = load_trivial_fentry(types, "bpf_fentry_test1");
        if (!program)
            return system_error("cannot load a tracing program for bpf_fentry_test1()", errno);
        return TestFunctionCaller(std::move(program));
    }

    /// Calls the functions in the context of the calling thread.
    [[nodiscard]] Result<void> call() const {
        auto options = libbpf_options<bpf_test_run_opts>();
        if (bpf_prog_test_run_opts(program_.get(), &options) != 0)
            return system_error("BPF_PROG_TEST_RUN of a tracing program was refused", errno);
        return {};
    }

  private:
    explicit TestFunctionCaller(UniqueFd program) : program_(std::move(program)) {}
    UniqueFd program_;
};

/// Attached for as long as this lives.
class Attachment {
  public:
    Attachment(LoadedPrograms& programs, const std::vector<PlannedProgram>& chosen)
        : programs_(programs), chosen_(chosen) {}
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
    ~Attachment() {
        for (const PlannedProgram& program : chosen_)
            programs_.detach(program);
    }

    [[nodiscard]] Result<void> attach() {
        for (const PlannedProgram& program : chosen_)
            if (auto attached = programs_.attach(program); !attached)
                return attached;
        return {};
    }

  private:
    LoadedPrograms& programs_;
    const std::vector<PlannedProgram>& chosen_;
};

} // namespace

Result<double> measure_bracket(LoadedPrograms& programs, const std::vector<PlannedProgram>& calibration,
                               const KernelTypes& types) {
    constexpr int brackets = 1000;
    constexpr std::uint32_t subject = 0; // anyone's: figures are cleared before they count
    if (calibration.empty())
        return Error{not_measured, "the kernel's test functions cannot be hooked", {}};
    NETIO_TRY_TO(const auto caller, TestFunctionCaller::load(types));
    NETIO_TRY_TO(const std::uint32_t tid, programs.own_tid());
    {
        Attachment attachment(programs, calibration);
        auto called = attachment.attach();
        if (called)
            called = programs.tasks().add(tid, subject);
        for (int i = 0; i < brackets && called; ++i)
            called = caller.call();
        if (!called)
            return std::move(called).error();
    }
    NETIO_TRY_TO(const TimedSums sums, programs.figures(subject));
    const Histogram& measured = sums[NETIO_FIGURE_CALIBRATION].histogram;
    if (measured.empty())
        return Error{not_measured, "the probes on the kernel's test functions were not hit", {}};
    return measured.quantile(0.5);
}

} // namespace netio::tracer
