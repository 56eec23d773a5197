// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

namespace netio::report {

/// Text from elsewhere as text of a page: nothing of it can become markup.
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace netio::report
