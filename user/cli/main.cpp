// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <new>

#include "base/result.h"
#include "cli/error_text.h"
#include "cli/program.h"

namespace {

/// The libraries that parse programs for the kernel need between 128 and 256 KiB; where there is less, a process ends
/// in a segmentation fault. A limit that is raised holds at once (acct_stack_growth() of mm/mmap.c asks for it).
bool has_stack() {
    constexpr rlim_t wanted = rlim_t{1} << 20U;
    rlimit limit{};
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted)
        return true;
    const rlimit raised{wanted, limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? limit.rlim_max : wanted};
    return setrlimit(RLIMIT_STACK, &raised) == 0;
}

int fail(const netio::Error& error) {
    std::fprintf(stderr, "netio-trace: error: %s\n", netio::cli::error_text(error).c_str());
    return static_cast<int>(error.exit_code);
}

} // namespace

int main(int argc, char** argv) {
    try {
        if (!has_stack())
            return fail({"the limit of the stack is too small", "1 MiB is needed, and it cannot be raised to that",
                         "ulimit -s 8192 sets the usual one"});
        return netio::cli::run_program(argc, argv);
    } catch (const std::bad_alloc&) {
        return fail(netio::out_of_memory());
    } catch (const std::exception& failure) {
        // Nothing recoverable is thrown in this program.
        return fail({failure.what(), {}, "this is a defect: please report it"});
    }
}
