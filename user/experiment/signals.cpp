// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/signals.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>

namespace netio::experiment {

Result<SignalReceiver> SignalReceiver::create() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &signals, nullptr) != 0)
        return system_error("cannot block SIGINT and SIGTERM", errno);
    const int fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return system_error("cannot make a signalfd", errno, "raise the limit of open files (ulimit -n)");
    return SignalReceiver{UniqueFd{fd}};
}

int SignalReceiver::take() const {
    signalfd_siginfo info{};
    const ssize_t length = read(fd_.get(), &info, sizeof info);
    return length == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
}

} // namespace netio::experiment
