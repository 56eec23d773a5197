// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string_view>

namespace netio::tracer {

/// user/tracer/symbol_classes.txt, put into the program by the build.
extern const std::string_view symbol_classes_text;

} // namespace netio::tracer
