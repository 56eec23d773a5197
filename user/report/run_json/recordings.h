// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/run_result.h"
#include "report/run_json/field.h"
#include "report/run_json/layout.h"

namespace netio::report {

/// "timeline" and "stacks" of a cell in run.json, with a short list of numbers for each event and each stack;
/// docs/formats.md describes them. Written and read side by side, for what a number means is where it stands.
[[nodiscard]] Json timeline_to_json(const Timeline& timeline);
[[nodiscard]] Timeline read_timeline(const JsonField& json);
[[nodiscard]] Json stacks_to_json(const KernelStacks& stacks);
[[nodiscard]] KernelStacks read_stacks(const JsonField& json);

} // namespace netio::report
