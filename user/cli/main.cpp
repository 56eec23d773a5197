// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <cstdio>
#include <exception>

#include "base/result.h"
#include "cli/program.h"

int main(int argc, char** argv) {
    try {
        return netio::cli::run_program(argc, argv);
    } catch (const std::exception& failure) {
        // Nothing recoverable is thrown in this program: what arrives here is memory that has run out, or a defect.
        std::fprintf(stderr,
                     "netio-trace: error: %s (is there enough memory? otherwise this is a defect: please report it)\n",
                     failure.what());
        return static_cast<int>(netio::ExitCode::failure);
    }
}
