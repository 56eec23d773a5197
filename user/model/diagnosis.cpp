// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/diagnosis.h"

namespace netio {

std::string_view name_of(Standing standing) {
    switch (standing) {
    case Standing::good:
        return "good";
    case Standing::limited:
        return "limited";
    case Standing::missing:
        return "missing";
    }
    return {};
}

} // namespace netio
