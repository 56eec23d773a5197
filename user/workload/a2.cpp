// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/a2.h"

namespace netio::workload {

Result<void> GatheringSend::send() {
    IoVectors vectors = buffers_.io_vectors();
    return channel_.send_all(std::span<iovec>(vectors));
}

} // namespace netio::workload
