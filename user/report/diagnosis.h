// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/diagnosis.h"
#include "report/text/run.h"

namespace netio::report {

/// What `doctor` prints.
[[nodiscard]] std::string render_diagnosis_text(const Diagnosis& diagnosis, const TextOptions& options);

/// The same as JSON, schema "netio-trace/doctor/1"; docs/formats.md describes it.
[[nodiscard]] std::string render_diagnosis_json(const Diagnosis& diagnosis);

} // namespace netio::report
