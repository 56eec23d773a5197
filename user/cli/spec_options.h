// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/run_spec.h"

namespace CLI {
class App;
}

namespace netio::cli {

/// The options of `run` as they were typed: only what was given overrides the preset.
struct SpecOptions {
    std::optional<std::string> preset;
    std::vector<std::string> variants;
    std::vector<std::uint64_t> field_sizes;
    std::vector<unsigned> threads;
    std::optional<double> duration;
    std::optional<unsigned> warmup;
    std::optional<unsigned> repeats;
    std::optional<std::string> pattern;
    std::optional<std::string> link;
    std::optional<unsigned> mtu;
    std::optional<unsigned> send_buffer;
    std::optional<unsigned> receive_buffer;
    std::optional<unsigned> sample_frequency;
    std::optional<std::uint16_t> port;
    std::optional<std::string> backend;
    std::optional<std::string> events;
    std::optional<std::uint64_t> think_time;
    std::optional<double> timeline;
    bool nagle = false;
    bool pin = false;
    bool ipv6 = false;
    bool verify = false;
    bool no_trace = false;
    bool stacks = false;

    void add_to(CLI::App& command);

    /// The preset with what was given put over it.
    [[nodiscard]] Result<RunSpec> spec() const;
};

[[nodiscard]] Result<Variant> parse_variant(const std::string& text);
[[nodiscard]] Result<Pattern> parse_pattern(const std::string& text);
/// None for "auto".
[[nodiscard]] Result<std::optional<Backend>> parse_backend(const std::string& text);
/// What parse_backend() knows.
[[nodiscard]] std::vector<std::string> backend_words();
[[nodiscard]] Result<LinkSpec> parse_link(const std::string& text);

} // namespace netio::cli
