// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio::cli {

/// The whole program: reads the command line, carries out the command that it names, and returns the exit code. What is
/// wrong with either stands on standard error. Throws only what nobody can recover from.
int run_program(int argc, char** argv);

} // namespace netio::cli
