// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/presets.h"

namespace netio {

std::optional<RunSpec> preset(std::string_view name) {
    RunSpec spec;
    spec.preset = name;
    if (name == "smoke") {
        spec.field_sizes = {64, 65536};
        spec.duration_s = 1.0;
        return spec;
    }
    if (name == "quick") {
        spec.field_sizes = {64, 4096, 65536};
        spec.duration_s = 1.5;
        spec.repeats = 5;
        return spec;
    }
    if (name == "assignment") {
        spec.field_sizes = {64, 256, 1024, 4096};
        spec.threads = {1, 2, 4, 8};
        spec.duration_s = 2.0;
        spec.repeats = 5;
        return spec;
    }
    return std::nullopt;
}

const std::vector<std::string>& preset_names() {
    static const std::vector<std::string> names{"smoke", "quick", "assignment"};
    return names;
}

} // namespace netio
