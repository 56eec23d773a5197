// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "isolation.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

namespace netio::netns {

using namespace std::chrono_literals;

void in_isolation(const std::function<void()>& body) {
    const pid_t child = in_child([&] {
        ASSERT_EQ(unshare(CLONE_NEWNET | CLONE_NEWNS), 0) << "this test needs root";
        ASSERT_EQ(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
        body();
        // A test that failed half-way leaves nothing behind either.
        EXPECT_TRUE(eventually([] {
            const std::vector<pid_t> left = living_children();
            for (const pid_t process : left)
                kill(process, SIGKILL);
            return left.empty();
        }));
    });
    ASSERT_GT(child, 0);
    EXPECT_EQ(wait_for(child), 0) << "see the failures above";
}

std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        ADD_FAILURE() << command << ": cannot be started";
        return text;
    }
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
        text += buffer.data();
    EXPECT_EQ(pclose(pipe), 0) << command << ": " << text;
    return text;
}

std::vector<pid_t> living_children() {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    std::ifstream list("/proc/self/task/" + std::to_string(getpid()) + "/children");
    std::vector<pid_t> children;
    for (pid_t child = 0; list >> child;)
        children.push_back(child);
    return children;
}

bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

bool all_children_ended() {
    return eventually([] { return living_children().empty(); });
}

ino_t this_threads_namespace() {
    struct stat status {};
    EXPECT_EQ(stat("/proc/thread-self/ns/net", &status), 0);
    return status.st_ino;
}

} // namespace netio::netns
