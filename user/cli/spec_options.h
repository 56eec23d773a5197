// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/run_spec.h"

namespace CLI {
class App;
}

namespace netio::cli {

/// The options of `run` (model/run_options.h) as they were typed: only what was given overrides the preset.
class SpecOptions {
  public:
    /// Adds all of them, or only those of these names in run.json.
    void add_to(CLI::App& command, const std::vector<std::string_view>& only = {});

    /// The preset with what was given put over it.
    [[nodiscard]] Result<RunSpec> spec() const;

  private:
    /// Each puts what was typed of an option, if it was, into a spec.
    std::vector<std::function<Result<void>(RunSpec& spec)>> settings_;
};

[[nodiscard]] Result<Variant> parse_variant(const std::string& text);
[[nodiscard]] Result<Pattern> parse_pattern(const std::string& text);
/// What --backend takes.
[[nodiscard]] std::vector<std::string> backend_words();

} // namespace netio::cli
