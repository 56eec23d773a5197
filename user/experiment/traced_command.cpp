// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/traced_command.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace netio::experiment {
namespace {

constexpr const char* cannot_start = "cannot start the command";

Result<std::pair<UniqueFd, UniqueFd>> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return system_error(cannot_start, errno);
    return std::pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

[[noreturn]] void run_child(std::vector<char*>& arguments, int release, int failure) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGPIPE, SIGXFSZ})
        signal(number, SIG_DFL);
    char go = 0;
    ssize_t length = 0;
    do
        length = read(release, &go, 1);
    while (length < 0 && errno == EINTR);
    if (length == 1)
        execvp(arguments.front(), arguments.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t told = write(failure, &error, sizeof(error));
    _exit(127);
}

} // namespace

TracedCommand::TracedCommand(pid_t pid, std::string name, UniqueFd pidfd, UniqueFd release, UniqueFd failure)
    : pid_(pid), name_(std::move(name)), pidfd_(std::move(pidfd)), release_(std::move(release)),
      failure_(std::move(failure)) {}

TracedCommand::TracedCommand(TracedCommand&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), name_(std::move(other.name_)), pidfd_(std::move(other.pidfd_)),
      release_(std::move(other.release_)), failure_(std::move(other.failure_)), exit_code_(other.exit_code_) {}

TracedCommand::~TracedCommand() {
    if (pid_ == 0 || (!exit_code_ && !release_))
        return;
    // Without the byte that lets it go on, it ends.
    release_.reset();
    waitpid(pid_, nullptr, 0);
}

Result<TracedCommand> TracedCommand::start(const std::vector<std::string>& words) {
    NETIO_TRY_TO(auto release, make_pipe());
    NETIO_TRY_TO(auto failure, make_pipe());
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t pid = fork();
    if (pid < 0)
        return system_error(cannot_start, errno);
    if (pid == 0) {
        release.second.reset();
        run_child(arguments, release.first.get(), failure.second.get());
    }
    UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    const int error = errno;
    TracedCommand command(pid, words.front(), std::move(pidfd), std::move(release.second), std::move(failure.first));
    if (!command.pidfd_)
        return system_error(cannot_start, error);
    return command;
}

Result<void> TracedCommand::release() {
    [[maybe_unused]] const ssize_t told = write(release_.get(), "g", 1);
    release_.reset();
    int error = 0;
    ssize_t length = 0;
    do
        length = read(failure_.get(), &error, sizeof(error));
    while (length < 0 && errno == EINTR);
    failure_.reset();
    if (length != static_cast<ssize_t>(sizeof(error)))
        return {};
    exit_code_ = 127;
    Error refused = system_error("cannot start " + name_, error);
    refused.exit_code = ExitCode::bad_input;
    return refused;
}

std::optional<int> TracedCommand::exit_code() {
    siginfo_t ended{};
    if (!exit_code_ && waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        ended.si_pid == pid_)
        exit_code_ = ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
    return exit_code_;
}

void TracedCommand::send(int signal) const {
    if (!exit_code_)
        syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0);
}

} // namespace netio::experiment
