// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <iostream>

namespace netio {

/// Forks a process that runs `body`, where it may give up privileges and limits, and then ends without running
/// destructors, with exit code 1 if an expectation failed in it.
inline pid_t in_child(const std::function<void()>& body) {
    std::cout.flush();
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child != 0)
        return child;
    body();
    std::cout.flush();
    std::fflush(nullptr);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
}

/// Waits for a child; its wait status, or -1 when there is no such child.
inline int wait_for(pid_t child) {
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

} // namespace netio
