// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever is typed as the options of `run`, a line each, or as a bound of `compare --fail-if`: a spec that run.json
// can hold and give back, or a refusal.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cli/gate_expression.h"
#include "cli/option_values.h"
#include "cli/spec_options.h"
#include "fixed_runs.h"
#include "fuzz.h"
#include "model/run_options.h"
#include "report/run_json/reader.h"

using namespace netio;

namespace {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

template <class Number>
void check_number(const OptionText& option, Number number) {
    const cli::NumberRange range = cli::range_of<Number>(option);
    const auto value = static_cast<double>(number);
    if ((value < range.least || value > range.most || !std::isfinite(value)) && !(range.or_zero && value == 0.0))
        fuzz::complain(std::string(option.flags) + " is out of its range", std::to_string(value));
}

void check_spec(const RunSpec& spec) {
    static const RunSpec unset;
    for_each_field<RunSpec>([&]<class Value>(const RunOption<Value>& option) {
        const Value& value = spec.*option.member;
        if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
            if (value != unset.*option.member)
                check_number(option, value);
        } else if constexpr (requires { value.front() / 2; } && !std::is_same_v<Value, std::string>) {
            for (const auto number : value)
                check_number(option, number);
        }
    });
    static const Run empty = fixed_runs::empty_run();
    Run run = empty;
    run.spec = spec;
    const std::string written = report::render_json(run);
    const auto again = report::read_run(written, "what was written");
    // Text that is not UTF-8 is not kept as it is, and is refused before a run.
    if (!again)
        fuzz::complain("options that run.json cannot hold", again.error().message());
    if (report::render_json(*again) != written)
        fuzz::complain("options that run.json changes", written);
}

void check_gate(const std::string& text) {
    const auto gate = cli::parse_gate(text);
    if (!gate) {
        if (gate.error().exit_code != ExitCode::bad_input)
            fuzz::complain("not refused as bad input", gate.error().message());
        return fuzz::check_plain("the refusal", gate.error().message());
    }
    if (!std::isfinite(gate->bound) || (gate->above ? gate->bound < 0.0 : gate->bound > 0.0))
        fuzz::complain("a bound that nothing can cross", text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> arguments = lines_of(fuzz::text_of(data, size));
    if (!arguments.empty())
        check_gate(arguments.front());
    CLI::App command;
    cli::SpecOptions options;
    options.add_to(command);
    std::ranges::reverse(arguments); // CLI11 takes them from the end
    try {
        command.parse(arguments);
    } catch (const CLI::ParseError&) {
        return 0;
    }
    const Result<RunSpec> spec = options.spec();
    if (!spec) {
        if (spec.error().exit_code != ExitCode::bad_input)
            fuzz::complain("not refused as bad input", spec.error().message());
        return 0;
    }
    check_spec(*spec);
    return 0;
}
