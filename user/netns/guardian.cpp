// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace netio::netns {
namespace {

constexpr char dismissal = 'd';
constexpr char work = 'w';

/// Closes every descriptor that is not in `keep`, and puts /dev/null in the place of the standard ones, so that what
/// a library prints goes nowhere and a pipeline behind the parent sees its end.
void close_all_but(std::vector<int> keep) {
    std::sort(keep.begin(), keep.end());
    unsigned next = 0;
    for (const int kept : keep) {
        if (kept < 0)
            continue;
        if (static_cast<unsigned>(kept) > next)
            close_range(next, static_cast<unsigned>(kept) - 1, 0);
        next = static_cast<unsigned>(kept) + 1;
    }
    close_range(next, ~0U, 0);
    int null = 0;
    do
        null = ::open("/dev/null", O_RDWR | O_CLOEXEC); // takes the lowest free numbers
    while (null >= 0 && null < STDERR_FILENO);
    if (null > STDERR_FILENO)
        ::close(null);
}

void leave_the_parents_company() {
    setsid();
    for (int number = 1; number < NSIG; ++number)
        std::signal(number, SIG_DFL); // no handler of the parent's makes sense here
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP})
        std::signal(number, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    prctl(PR_SET_NAME, "netio-guardian");
    if (chdir("/") != 0) {
        // Then it stands in the parent's folder, which it only keeps from being unmounted.
    }
}

/// True when the parent has ended without a word, or says that there is work; false when it has dismissed us.
bool there_is_work(int channel, int parent) {
    for (;;) {
        pollfd sources[] = {{channel, POLLIN, 0}, {parent, POLLIN, 0}}; // poll(2) passes over a negative descriptor
        if (::poll(sources, 2, -1) < 0)
            continue;
        if (sources[0].revents != 0) {
            char word = 0;
            const ssize_t length = ::read(channel, &word, 1);
            if (length >= 0)
                return length == 0 || word != dismissal;
        }
        if (sources[1].revents != 0)
            return true;
    }
}

[[noreturn]] void guard(const std::vector<int>& keep, int channel, int parent, const std::function<void()>& tidy_up) {
    leave_the_parents_company();
    std::vector<int> kept = keep;
    kept.push_back(channel);
    kept.push_back(parent);
    close_all_but(std::move(kept));
    if (there_is_work(channel, parent))
        tidy_up();
    _exit(0);
}

} // namespace

Guardian::Guardian(pid_t owner, pid_t process, UniqueFd channel)
    : owner_(owner), process_(process), channel_(std::move(channel)) {}

Guardian::Guardian(Guardian&& other) noexcept
    : owner_(other.owner_), process_(std::exchange(other.process_, -1)), channel_(std::move(other.channel_)) {}

Guardian::~Guardian() { end_with(work); }

Result<Guardian> Guardian::start(const std::vector<int>& keep, const std::function<void()>& tidy_up) {
    int ends[2];
    // A pair of sockets and no pipe, because send(2) can be told not to raise SIGPIPE when the guardian was killed.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return system_error("cannot make a channel to the process that returns the devices", errno,
                            "raise the limit of open files (ulimit -n)");
    const UniqueFd its_end(ends[0]);
    UniqueFd our_end(ends[1]);
    const pid_t owner = ::getpid();
    // Opened before the fork, so that it cannot mean another process. Kernels before 5.3 lack it: the channel must do.
    const UniqueFd parent(static_cast<int>(syscall(SYS_pidfd_open, owner, 0)));
    const pid_t process = ::fork();
    if (process < 0)
        return system_error("cannot start the process that returns the devices", errno,
                            "raise the limit of processes (ulimit -u) or of the control group (pids.max)");
    if (process == 0)
        guard(keep, its_end.get(), parent.get(), tidy_up);
    return Guardian(owner, process, std::move(our_end));
}

void Guardian::dismiss() { end_with(dismissal); }

void Guardian::end_with(char word) {
    if (process_ <= 0 || ::getpid() != owner_)
        return;
    // A word, and not just closing the channel: this process's children may hold its other end open.
    while (::send(channel_.get(), &word, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    channel_.reset();
}

} // namespace netio::netns
