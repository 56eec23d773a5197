// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/worker_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include <csignal>

namespace netio::experiment {
namespace {

TEST(WorkerProcess, ReportsAndEnds) {
    auto worker = WorkerProcess::start("worker", [](const ControlChannel& channel) {
        ControlMessage message;
        message.kind = ControlMessage::Kind::listening;
        message.port = 8080;
        (void)channel.send(message);
    });
    ASSERT_TRUE(worker.ok());
    const auto message = worker->channel().receive();
    ASSERT_TRUE(message.ok() && message->has_value());
    EXPECT_EQ((*message)->port, 8080);
    EXPECT_EQ(worker->wait(), "");
}

TEST(WorkerProcess, TellsHowItWasEnded) {
    auto worker = WorkerProcess::start("worker", [](const ControlChannel&) { pause(); });
    ASSERT_TRUE(worker.ok());
    ASSERT_EQ(kill(worker->pid(), SIGKILL), 0);
    const auto message = worker->channel().receive();
    ASSERT_TRUE(message.ok());
    EXPECT_FALSE(message->has_value());
    EXPECT_EQ(worker->wait(), "was killed by signal 9 (Killed)");
}

TEST(WorkerProcess, IsKilledAndReapedWithItsOwner) {
    pid_t pid = 0;
    {
        auto worker = WorkerProcess::start("worker", [](const ControlChannel&) { pause(); });
        ASSERT_TRUE(worker.ok());
        pid = worker->pid();
        ASSERT_EQ(kill(pid, 0), 0);
    }
    EXPECT_EQ(kill(pid, 0), -1);
}

/// A process between the test and the worker is killed; the worker must go with it. The worker holds the write end of a
/// pipe, so that its death can be waited for by reading.
TEST(WorkerProcess, DiesWithAParentThatIsKilled) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t parent = fork();
    ASSERT_GE(parent, 0);
    if (parent == 0) {
        auto worker = WorkerProcess::start("worker", [&](const ControlChannel&) {
            const char ready = 'r';
            if (write(ends[1], &ready, 1) == 1)
                pause();
        });
        close(ends[1]);
        pause();
        _exit(worker.ok() ? 0 : 1);
    }
    close(ends[1]);
    char byte = 0;
    ASSERT_EQ(read(ends[0], &byte, 1), 1);
    ASSERT_EQ(kill(parent, SIGKILL), 0);
    ASSERT_EQ(waitpid(parent, nullptr, 0), parent);
    pollfd descriptor{ends[0], POLLIN, 0};
    ASSERT_EQ(poll(&descriptor, 1, 10'000), 1) << "the worker outlived its parent";
    EXPECT_EQ(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

} // namespace
} // namespace netio::experiment
