// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/message_sender.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "workload/payload.h"
#include "workload/zerocopy_send.h"

namespace netio::workload {

using SenderResult = Result<std::unique_ptr<MessageSender>>;

SenderResult send_per_field(Channel& channel, std::vector<BufferSet> sets);
SenderResult gathering_send(Channel& channel, std::vector<BufferSet> sets);
SenderResult joining_send(Channel& channel, std::vector<BufferSet> sets);

namespace {

struct SenderEntry {
    Variant variant;
    SenderResult (*create)(Channel& channel, std::vector<BufferSet> sets);
};

/// How each row of the table of variants sends.
constexpr std::array senders{
    SenderEntry{Variant::A1, send_per_field},
    SenderEntry{Variant::A2, gathering_send},
    SenderEntry{Variant::A3, ZerocopySend::create},
    SenderEntry{Variant::A0, joining_send},
};
static_assert(std::ranges::equal(senders, all_variants, {}, &SenderEntry::variant), "each variant has a sender");

} // namespace

void fill_message(const BufferSet& buffers, std::uint32_t connection, std::uint64_t message) {
    for (unsigned field = 0; field < fields_per_message; ++field)
        fill(buffers.field(field), FieldName{Direction::answer, connection, message, field});
}

unsigned MessageSender::buffer_sets(const Options& options) {
    if (!uses_zero_copy(options.variant))
        return 1;
    return zerocopy_buffer_sets(options.pattern, options.field_size * fields_per_message, optmem_max());
}

Result<std::unique_ptr<MessageSender>> MessageSender::create(const Options& options, Channel& channel) {
    std::vector<BufferSet> sets;
    const unsigned count = buffer_sets(options);
    for (unsigned i = 0; i < count; ++i) {
        NETIO_TRY_TO(BufferSet set, BufferSet::allocate(options.field_size));
        fill_message(set, 0, 0);
        sets.push_back(std::move(set));
    }
    return senders[index_of(options.variant)].create(channel, std::move(sets));
}

} // namespace netio::workload
