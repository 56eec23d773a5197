// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/zerocopy_send.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

#include "base/clock.h"
#include "workload/buffers.h"
#include "workload/zerocopy_completions.h"

namespace netio::workload {
namespace {

constexpr std::uint64_t old_optmem_max = 20'480;
/// Memory that an unread completion holds: sock_omalloc(sk, 0) in msg_zerocopy_alloc() is charged with the truesize of
/// an skb without data, 768 to 896 bytes on 64-bit kernels.
constexpr std::uint64_t completion_memory = 1024;
constexpr std::uint64_t patience_ns = 30'000'000'000;
constexpr unsigned most_refusals = 2000; ///< at 1 ms each

std::string limits_text() {
    rlimit memlock{};
    getrlimit(RLIMIT_MEMLOCK, &memlock);
    const std::string locked = memlock.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(memlock.rlim_cur);
    return "net.core.optmem_max is " + std::to_string(optmem_max()) + " bytes, RLIMIT_MEMLOCK (all of this user's " +
           "zero-copy sends together) is " + locked;
}

} // namespace

std::uint64_t optmem_max() {
    std::ifstream file("/proc/sys/net/core/optmem_max");
    std::uint64_t value = 0;
    return file >> value ? value : old_optmem_max;
}

unsigned zerocopy_buffer_sets(Pattern pattern, std::uint64_t message_size, std::uint64_t optmem_max) {
    const std::uint64_t budget = pattern == Pattern::rr ? 256 * 1024 : 4 * 1024 * 1024;
    const std::uint64_t most = pattern == Pattern::rr ? 16 : 64;
    const std::uint64_t fitting = std::min({budget / message_size, optmem_max / completion_memory, most});
    return static_cast<unsigned>(std::max<std::uint64_t>(fitting, 2));
}

Result<std::unique_ptr<MessageSender>> ZerocopySend::create(Channel& channel, std::vector<BufferSet> buffers) {
    const int on = 1;
    if (setsockopt(channel.fd(), SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on) != 0)
        return system_error("cannot turn on SO_ZEROCOPY", errno, "use Linux 4.14 or later");
    std::vector<Turn> ring;
    ring.reserve(buffers.size());
    for (BufferSet& set : buffers)
        ring.push_back(Turn{std::move(set)});
    return std::unique_ptr<MessageSender>(new ZerocopySend(channel, std::move(ring)));
}

Result<BufferSet*> ZerocopySend::next_buffers() {
    current_ = current_ + 1 == ring_.size() ? 0 : current_ + 1;
    Turn& turn = ring_[current_];
    while (!tracker_.is_complete(turn.first, turn.end))
        NETIO_TRY(await_completion());
    return &turn.buffers;
}

Result<void> ZerocopySend::send() {
    Turn& turn = ring_[current_];
    turn.first = turn.end = tracker_.next_id();
    IoVectors storage = turn.buffers.io_vectors();
    std::span<iovec> vectors(storage);
    unsigned refusals = 0;
    while (!vectors.empty()) {
        if (tracker_.full()) {
            if (Result<void> one = await_completion(); !one)
                return one;
            continue;
        }
        const ssize_t sent = channel_.send(vectors, MSG_ZEROCOPY);
        if (sent > 0) {
            turn.end = tracker_.add_send() + 1;
            vectors = unsent(vectors, static_cast<std::size_t>(sent));
            continue;
        }
        const int errno_value = errno;
        if (Result<void> recovered = errno_value == ENOBUFS ? make_room(refusals) : channel_.recover_send(errno_value);
            !recovered)
            return recovered;
    }
    return {};
}

Result<void> ZerocopySend::finish() {
    while (tracker_.outstanding() > 0)
        if (Result<void> one = await_completion(); !one)
            return one;
    return {};
}

ZerocopyTotals ZerocopySend::zerocopy() const {
    ZerocopyTotals totals = tracker_.totals();
    totals.enobufs = enobufs_;
    return totals;
}

Result<bool> ZerocopySend::read_completion() {
    NETIO_TRY_TO(std::optional<ZerocopyNotification> read, read_notification(channel_));
    if (!read.has_value())
        return false;
    const ZerocopyNotification& report = *read;
    const ZerocopyTracker::Outcome outcome = tracker_.complete(report.first, report.last, report.copied);
    if (outcome != ZerocopyTracker::Outcome::accepted)
        return Error{"zero-copy completions do not match the sends",
                     "the kernel reported sends " + std::to_string(report.first) + " to " +
                         std::to_string(report.last) +
                         (outcome == ZerocopyTracker::Outcome::duplicate ? ", which were complete already"
                                                                         : ", which were never made"),
                     {}};
    return true;
}

Result<void> ZerocopySend::await_completion() {
    std::uint64_t started = 0;
    for (;;) {
        NETIO_TRY_TO(bool read, read_completion());
        if (read)
            return {};
        if (channel_.is_cut()) // its peer may never acknowledge what is on its way
            return connection_cut();
        const std::uint64_t now = monotonic_ns();
        started = started == 0 ? now : started;
        if (now - started > patience_ns)
            return Error{"no zero-copy completion for 30 s",
                         std::to_string(tracker_.outstanding()) + " sends are outstanding",
                         "check that the other end runs and can be reached"};
        pollfd descriptor{channel_.fd(), 0, 0}; // POLLERR is always waited for
        if (poll(&descriptor, 1, 1000) > 0 && (descriptor.revents & POLLHUP) != 0) {
            // The connection is dead: poll() will not block any more, but a clone of an skb may still be on its way
            // through a device, and its completion comes when that is freed.
            poll(nullptr, 0, 1);
        }
    }
}

Result<void> ZerocopySend::make_room(unsigned& refusals) {
    ++enobufs_;
    if (tracker_.outstanding() > 0)
        return await_completion();
    // Nothing of this connection holds memory, but RLIMIT_MEMLOCK counts the sends of all connections of the user.
    if (++refusals > most_refusals)
        return Error{"the kernel refuses zero-copy sends", "no buffer space [ENOBUFS]; " + limits_text(),
                     "raise them (sysctl net.core.optmem_max, ulimit -l), or use smaller fields or fewer threads"};
    poll(nullptr, 0, 1);
    return {};
}

} // namespace netio::workload
