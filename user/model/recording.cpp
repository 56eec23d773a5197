// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/recording.h"

namespace netio {

std::uint64_t Recording::lost_events() const { return count_of(losses, LossEffect::figures); }

} // namespace netio
