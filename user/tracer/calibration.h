// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "tracer/kernel_types.h"

namespace netio::tracer {

/// A BPF program of type tracing that does nothing, and is not attached. Run with BPF_PROG_TEST_RUN, it makes the
/// kernel call bpf_fentry_test1(), bpf_fentry_test2() and so on, one after the other.
class TestFunctionCaller {
  public:
    /// An error when the kernel refuses such programs.
    static Result<TestFunctionCaller> load(const KernelTypes& types);

    /// Calls the functions in the context of the calling thread.
    [[nodiscard]] Result<void> call() const;

  private:
    explicit TestFunctionCaller(UniqueFd program) : program_(std::move(program)) {}
    UniqueFd program_;
};

} // namespace netio::tracer
