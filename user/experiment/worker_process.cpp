// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/worker_process.h"

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace netio::experiment {
namespace {

constexpr std::array ending{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

sigset_t ending_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : ending)
        sigaddset(&signals, number);
    return signals;
}

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) {
        const int number = WTERMSIG(status);
        const char* text = sigdescr_np(number);
        return "was killed by signal " + std::to_string(number) + " (" + (text != nullptr ? text : "unknown") + ")";
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        return "ended with exit code " + std::to_string(WEXITSTATUS(status));
    return {};
}

[[noreturn]] void run_child(pid_t parent, const std::string& name, const ControlChannel& channel,
                            const std::function<void(const ControlChannel&)>& body) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have died before the request above; then nobody would send the signal.
    if (getppid() != parent)
        _exit(1);
    prctl(PR_SET_NAME, name.c_str());
    sigset_t none;
    sigemptyset(&none);
    for (const int number : ending)
        signal(number, SIG_IGN);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    body(channel);
    // Not exit(): the parent's destructors and buffers are not the child's to run.
    _exit(0);
}

} // namespace

Result<void> SignalReceiver::hold_signals() {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    const sigset_t signals = ending_signals();
    if (sigprocmask(SIG_BLOCK, &signals, nullptr) != 0)
        return system_error("cannot block signals", errno);
    return {};
}

Result<SignalReceiver> SignalReceiver::create() {
    NETIO_TRY(hold_signals());
    const sigset_t signals = ending_signals();
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

Result<WorkerProcess> WorkerProcess::start(std::string name, const std::function<void(const ControlChannel&)>& body) {
    NETIO_TRY_TO(auto ends, ControlChannel::create_pair());
    auto [ours, theirs] = std::move(ends);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0)
        return system_error("cannot start the " + name + " process", errno,
                            "check the process limit, ulimit -u, and free memory");
    if (child == 0) {
        { const ControlChannel not_mine = std::move(ours); }
        run_child(parent, name, theirs, body);
    }
    return WorkerProcess{std::move(name), child, std::move(ours)};
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : name_(std::move(other.name_)), pid_(std::exchange(other.pid_, -1)), channel_(std::move(other.channel_)) {}

WorkerProcess::~WorkerProcess() {
    if (pid_ < 0)
        return;
    kill(pid_, SIGKILL);
    (void)wait();
}

std::string WorkerProcess::wait() {
    if (pid_ < 0)
        return {};
    int status = 0;
    pid_t reaped = 0;
    do {
        reaped = waitpid(pid_, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    pid_ = -1;
    return reaped < 0 ? std::string{"could not be waited for"} : how_it_ended(status);
}

} // namespace netio::experiment
