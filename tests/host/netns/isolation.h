// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "host/child_process.h"

namespace netio::netns {

/// Runs `body` in a forked process that has a network namespace and a mount namespace of its own, so that the machine's
/// own devices are never touched. Expectations that fail in there fail the test. Orphans of the process's descendants
/// become its children, so that living_children() sees every process that was left behind.
void in_isolation(const std::function<void()>& body);

/// Runs a command; what it printed. A command that fails fails the test.
std::string output_of(const std::string& command);

/// The processes whose parent is this one, without zombies (which it reaps).
std::vector<pid_t> living_children();
/// Waits up to 10 s until living_children() is empty.
bool all_children_ended();

/// Calls `condition` until it is true, for at most 10 s.
bool eventually(const std::function<bool()>& condition);

/// Inode number of the calling thread's network namespace.
ino_t this_threads_namespace();

} // namespace netio::netns
