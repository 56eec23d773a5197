// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/a1.h"

namespace netio::workload {

Result<void> SendPerField::send() {
    for (unsigned field = 0; field < fields_per_message; ++field)
        if (Result<void> sent = channel_.send_all(buffers_.field(field)); !sent)
            return sent;
    return {};
}

} // namespace netio::workload
