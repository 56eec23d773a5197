// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/message_sender.h"

#include <utility>
#include <vector>

#include "workload/a1.h"
#include "workload/a2.h"
#include "workload/a3.h"
#include "workload/payload.h"

namespace netio::workload {

void fill_message(const BufferSet& buffers, std::uint32_t connection, std::uint64_t message) {
    for (unsigned field = 0; field < fields_per_message; ++field)
        fill(buffers.field(field), FieldName{Direction::answer, connection, message, field});
}

unsigned MessageSender::buffer_sets(const Options& options) {
    if (options.variant != Variant::A3)
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
    switch (options.variant) {
    case Variant::A1:
        return std::unique_ptr<MessageSender>(std::make_unique<SendPerField>(channel, std::move(sets.front())));
    case Variant::A2:
        return std::unique_ptr<MessageSender>(std::make_unique<GatheringSend>(channel, std::move(sets.front())));
    case Variant::A3:
        break;
    }
    return ZerocopySend::create(channel, std::move(sets));
}

} // namespace netio::workload
