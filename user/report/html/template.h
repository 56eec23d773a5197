// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string_view>

namespace netio::report {

/// The page of user/report/html/, with style, scripts and Chart.js in it, as the build put it together: all before the
/// place of the data, and all after it.
extern const std::string_view html_before_data;
extern const std::string_view html_after_data;

/// The style of pages without scripts, and its hash for their Content-Security-Policy.
extern const std::string_view html_static_style;
extern const std::string_view html_static_style_hash;

} // namespace netio::report
