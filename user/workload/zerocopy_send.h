// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "workload/message_sender.h"
#include "workload/zerocopy_completions.h"

namespace netio::workload {

/// net.core.optmem_max of the calling thread's network namespace, bytes; 20480, the default up to Linux 6.6, when it
/// cannot be read.
[[nodiscard]] std::uint64_t optmem_max();

/// Buffer sets for zero-copy sends: between 2 and 64 (rr: 16), as many as fit in 4 MiB (rr: 256 KiB), and no more than
/// can have their completions unread in `optmem_max` bytes. In rr, where one message is on its way at a time, more than
/// a few sets would only take cache away; in stream they are what fills the connection. A message above these budgets
/// still gets 2 sets. Sizes are in bytes.
[[nodiscard]] unsigned zerocopy_buffer_sets(Pattern pattern, std::uint64_t message_size, std::uint64_t optmem_max);

/// One sendmsg() with 8 iovecs and MSG_ZEROCOPY. The kernel reads the buffers until it reports the send complete,
/// so messages take turns in a ring of buffer sets, and a set is given out again only when every send of its last
/// message is complete: outstanding messages are bounded by the ring.
///
/// When completions are read, and what of it is in the measured time: only when the ring has come round to a set that
/// is not known to be free, when a send is refused with ENOBUFS, and in finish(). A read takes one report off the error
/// queue; the kernel merges adjacent reports while they wait there, so one read mostly frees the whole ring.
/// next_buffers() and send() lie in the measured part, and so does this reading and waiting; it is the price of
/// zero-copy and belongs to it. What is still outstanding at the end is drained in finish(), outside the measured part.
/// Waiting is poll() for POLLERR, never spinning.
class ZerocopySend final : public MessageSender {
  public:
    /// Sets SO_ZEROCOPY on the connection.
    static Result<std::unique_ptr<MessageSender>> create(Channel& channel, std::vector<BufferSet> buffers);

    Result<BufferSet*> next_buffers() override;
    Result<void> send() override;
    Result<void> finish() override;
    ZerocopyTotals zerocopy() const override;

  private:
    struct Turn {
        BufferSet buffers;
        std::uint64_t first = 0; ///< sends of its last message: from first up to but without end
        std::uint64_t end = 0;
    };
    ZerocopySend(Channel& channel, std::vector<Turn> ring) : channel_(channel), ring_(std::move(ring)) {}

    /// Reads one report; false when there is none.
    Result<bool> read_completion();
    /// Reads one report, waiting for it.
    Result<void> await_completion();
    /// A send was refused with ENOBUFS: makes room. `refusals` is how often in a row this message was refused while
    /// nothing of this connection was outstanding.
    Result<void> make_room(unsigned& refusals);

    Channel& channel_;
    std::vector<Turn> ring_;
    std::size_t current_ = 0;
    ZerocopyTracker tracker_;
    std::uint64_t enobufs_ = 0;
};

} // namespace netio::workload
