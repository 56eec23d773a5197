// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::report {

/// What one reason is given for.
struct Explained {
    std::string reason;
    std::vector<std::string> names; ///< paths, events and laws, each once

    [[nodiscard]] std::string what() const; ///< the names in a row
};

/// Everything that a run could not measure, in the order in which the reasons were met.
[[nodiscard]] std::vector<Explained> unmeasured_of(const Run& run);

/// The figures of paths that are estimated, with what that assumes or what was missed, in the same order.
[[nodiscard]] std::vector<Explained> estimated_of(const Run& run);

} // namespace netio::report
