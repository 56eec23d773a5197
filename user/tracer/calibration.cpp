// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/calibration.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <utility>

#include "tracer/trivial_program.h"

namespace netio::tracer {

Result<TestFunctionCaller> TestFunctionCaller::load(const KernelTypes& types) {
    UniqueFd program = load_trivial_fentry(types, "bpf_fentry_test1");
    if (!program)
        return system_error("no program of type tracing for bpf_fentry_test1()", errno);
    return TestFunctionCaller(std::move(program));
}

Result<void> TestFunctionCaller::call() const {
    LIBBPF_OPTS(bpf_test_run_opts, options);
    if (bpf_prog_test_run_opts(program_.get(), &options) != 0)
        return system_error("BPF_PROG_TEST_RUN of a tracing program was refused", errno);
    return {};
}

} // namespace netio::tracer
