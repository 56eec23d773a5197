// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/recording.h"
#include "model/run_result.h"
#include "report/text/run.h"

namespace netio::report {

/// What `explain` prints: the findings of a run, found anew from its figures, each with what it rests on.
[[nodiscard]] std::string render_findings_text(const Run& run, const TextOptions& options);

/// The same of an attached trace.
[[nodiscard]] std::string render_recording_findings_text(const Recording& recording, const TextOptions& options);

enum class Detail {
    brief,   ///< the answers alone
    evidence ///< with the figures that each rests on, and what would complete it
};

/// What `explain --assignment` prints: the assignment's questions, answered from the figures.
[[nodiscard]] std::string render_answers_text(const Run& run, const TextOptions& options, Detail detail);

/// The same as JSON, schema "netio-trace/explain/1", with or without the answers; docs/formats.md describes it.
[[nodiscard]] std::string render_explanation_json(const Run& run, bool with_answers);

/// Of an attached trace, with "trace" instead of "run" and no answers.
[[nodiscard]] std::string render_recording_explanation_json(const Recording& recording);

} // namespace netio::report
