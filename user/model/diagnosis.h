// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/run_result.h"

namespace netio {

/// How one thing stands that a run may need.
enum class Standing {
    good,    ///< there, whole
    limited, ///< there, with less than it could be
    missing  ///< not there
};
template <>
inline constexpr std::array<std::string_view, 3> value_names<Standing>{"good", "limited", "missing"};

/// One question that was put to the kernel or the machine, with its answer.
struct Check {
    std::string group; ///< heading that it stands under, for instance "privileges"
    std::string id;    ///< stable identifier
    Standing standing = Standing::missing;
    std::string evidence; ///< what was tried and what came back
    std::string hint;     ///< what to do about it; empty when nothing needs doing or can be done
};

/// What this kernel and this machine allow to the process that asked.
struct Diagnosis {
    Environment environment; ///< with the plan that a run would get
    std::vector<Check> checks;
    std::vector<CounterReading> counters; ///< each default event, tried
    bool can_benchmark = false;           ///< run --no-trace works
    bool can_trace = false;               ///< run works
};

} // namespace netio
