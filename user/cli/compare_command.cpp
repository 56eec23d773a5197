// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "analysis/gate.h"
#include "analysis/phrases.h"
#include "analysis/trace_comparison.h"
#include "cli/gate_expression.h"
#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/terminal.h"
#include "report/comparison/comparison.h"
#include "report/comparison/traces.h"
#include "report/run_json/reader.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

using analysis::Axis;
using analysis::ComparedRun;
using analysis::Metric;

struct CompareSettings {
    std::vector<std::string> files;
    std::string by;
    std::vector<std::string> metrics;
    std::string format = "text";
    std::vector<std::string> gates;
    std::string baseline;
    std::uint64_t seed = 1;
    double run_spread = analysis::ComparisonRequest{}.run_spread * 100.0;
};

/// What a run is called in the output: the path without what all paths end in.
std::string name_of_run(const std::string& path) {
    if (path == "-")
        return "standard input";
    std::string name = path;
    for (const std::string_view file : {"/run.json", "/trace.json"})
        if (name.ends_with(file))
            name.resize(name.size() - file.size());
    while (name.size() > 1 && name.ends_with('/'))
        name.pop_back();
    return printable(name);
}

Result<Run> read_one(const std::string& file) {
    auto run = report::read_run_file(file);
    if (run && run->cells.empty())
        return input_error("cannot compare " + printable(file), "no finished cell");
    return run;
}

/// Several runs that count as one, and the names of all.
struct Pool {
    ComparedRun run;
    std::vector<std::string> names;
};

Result<Pool> read_pool(const std::string& argument, std::vector<std::string>& warnings) {
    Pool result;
    ComparedRun& pool = result.run;
    std::size_t at = 0;
    while (at <= argument.size()) {
        const std::size_t end = std::min(argument.find(',', at), argument.size());
        const std::string file = argument.substr(at, end - at);
        at = end + 1;
        if (file.empty())
            return input_error("no name before or after a comma in \"" + printable(argument) + '"',
                               "a comma joins runs that count as one", "name them without spaces: a1,a2,a3");
        NETIO_TRY_TO(auto run, read_one(file));
        const std::string name = name_of_run(file);
        result.names.push_back(name);
        if (pool.parts.empty()) {
            pool.name = name;
            pool.parts.push_back(std::move(run));
            continue;
        }
        ComparedRun added{name, {}};
        added.parts.push_back(std::move(run));
        for (std::string& sentence : analysis::differences_between(pool, added))
            warnings.push_back("Within the pooled runs: " + sentence);
        pool.parts.push_back(std::move(added.parts.front()));
    }
    if (pool.parts.size() > 1)
        pool.name += " and " + std::to_string(pool.parts.size() - 1) + " more";
    return result;
}

/// Runs or traces that are compared as one, with their names.
template <class Saved>
struct NamedParts {
    const std::vector<std::string>& names;
    const std::vector<Saved>& parts;
};

/// What is pooled must be in no pool again: its repeats would count as those of another measurement. Without a pool it
/// may be there twice, but no difference between the two is one.
template <class Saved>
Result<void> look_for_the_same(const std::vector<NamedParts<Saved>>& pools, bool (&is_same)(const Saved&, const Saved&),
                               const std::string& kind, std::vector<std::string>& warnings) {
    const bool pooled = std::ranges::any_of(pools, [](const auto& pool) { return pool.names.size() > 1; });
    std::vector<std::pair<const Saved*, std::string>> seen;
    for (const auto& pool : pools)
        for (std::size_t i = 0; i < pool.names.size(); ++i) {
            for (const auto& [part, name] : seen) {
                if (!is_same(*part, pool.parts[i]))
                    continue;
                if (pooled)
                    return input_error("cannot pool " + name + " and " + pool.names[i], "they are the same " + kind,
                                       "name each " + kind + " once");
                warnings.push_back((name == pool.names[i] ? name + " is given twice"
                                                          : name + " and " + pool.names[i] + " are the same " + kind) +
                                   ": there can be no difference.");
                break;
            }
            seen.emplace_back(&pool.parts[i], pool.names[i]);
        }
    return {};
}

Result<std::vector<ComparedRun>> read_runs(const std::vector<std::string>& arguments,
                                           std::vector<std::string>& warnings) {
    std::vector<Pool> pools;
    for (const std::string& argument : arguments) {
        NETIO_TRY_TO(auto pool, read_pool(argument, warnings));
        pools.push_back(std::move(pool));
    }
    std::vector<NamedParts<Run>> named;
    for (const Pool& pool : pools)
        named.push_back({pool.names, pool.run.parts});
    NETIO_TRY(look_for_the_same(named, analysis::is_same_run, "run", warnings));
    std::vector<ComparedRun> runs;
    for (Pool& pool : pools)
        runs.push_back(std::move(pool.run));
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (runs[i].name == runs[j].name)
                runs[i].name += " (" + std::to_string(i + 1) + ")";
    return runs;
}

Result<std::vector<Metric>> parse_metrics(const std::vector<std::string>& names) {
    std::vector<Metric> metrics;
    for (const std::string& name : names) {
        const auto metric = analysis::metric_from(name);
        if (!metric) {
            std::vector<std::string> known = names_of(all_paths);
            known.insert(known.begin(), {"latency", "throughput"});
            return unknown_value("metric", name, known);
        }
        if (std::find(metrics.begin(), metrics.end(), *metric) == metrics.end())
            metrics.push_back(*metric);
    }
    return metrics;
}

Result<Axis> parse_axis(const std::string& name, const std::vector<ComparedRun>& runs) {
    if (name.empty())
        return analysis::default_axis(runs);
    if (const auto axis = analysis::axis_from(name))
        return *axis;
    return unknown_value("axis of --by", name, axis_words());
}

Result<analysis::EntryKey> parse_baseline(const std::string& text, Axis axis, const CompareSettings& settings) {
    analysis::EntryKey key;
    const auto refused = [&](const std::string& why) {
        return input_error("unknown baseline \"" + printable(text) + '"', why);
    };
    switch (axis) {
    case Axis::variant: {
        const auto variant = value_of_name<Variant>(text);
        if (!variant)
            return refused("known variants: " + known_variants());
        key.variant = *variant;
        return key;
    }
    case Axis::run: {
        const auto found = std::find(settings.files.begin(), settings.files.end(), text);
        if (found == settings.files.end())
            return refused("with --by run it is one of the files to compare, written the same way");
        key.run = static_cast<std::size_t>(found - settings.files.begin());
        return key;
    }
    case Axis::threads:
    case Axis::field_size: {
        std::string size = text;
        const double most = axis == Axis::threads ? most_threads : static_cast<double>(most_field_size);
        if (!number_value({.most = most, .unit = Unit::bytes})(size).empty())
            return refused("with --by " + std::string(analysis::name_of(axis)) + " it is a number such as 4");
        const std::uint64_t value = std::stoull(size);
        if (axis == Axis::threads)
            key.threads = static_cast<unsigned>(std::min<std::uint64_t>(value, UINT32_MAX));
        else
            key.field_size = value;
        return key;
    }
    }
    return key;
}

std::string render(const report::ComparisonReport& result, const std::string& format, const Invocation& invocation) {
    if (format == "json")
        return report::render_comparison_json(result);
    if (format == "csv")
        return report::render_comparison_csv(result);
    return report::render_comparison_text(result, output_options(invocation));
}

/// What the gates make of the exit code. One that could be checked nowhere must not look like one that has passed.
Result<ExitCode> judge(const report::ComparisonReport& result) {
    bool failed = false;
    for (std::size_t gate = 0; gate < result.gates.size(); ++gate) {
        bool checked = false;
        std::string why = "no pair of cells has the figure on both sides";
        for (const analysis::GateResult& outcome : result.results) {
            if (outcome.gate != gate)
                continue;
            if (outcome.outcome == analysis::GateOutcome::unchecked) {
                why = outcome.reason;
                continue;
            }
            checked = true;
            failed = failed || outcome.outcome != analysis::GateOutcome::passed;
            if (outcome.outcome == analysis::GateOutcome::failed_unproven)
                spdlog::warn("--fail-if {}: decided by the value alone, because one repeat has no interval (run with "
                             "--repeats 5)",
                             result.gates[gate].text);
        }
        if (!checked)
            return Error{"--fail-if " + printable(result.gates[gate].text) + " could not be checked", why, "",
                         ExitCode::failure};
    }
    return failed ? ExitCode::regression : ExitCode::success;
}

/// The names that a comma joins.
std::vector<std::string> names_in(const std::string& argument) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= argument.size();) {
        const std::size_t end = std::min(argument.find(',', at), argument.size());
        names.push_back(argument.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

bool any_trace(const CompareSettings& settings) {
    return std::ranges::any_of(settings.files, [](const std::string& argument) {
        return std::ranges::any_of(names_in(argument), report::looks_like_trace);
    });
}

Result<ExitCode> compare_traces(const CompareSettings& settings, const Invocation& invocation) {
    if (!settings.gates.empty() || !settings.by.empty() || !settings.baseline.empty())
        return input_error("attached traces are compared as they are", "--fail-if, --by and --baseline are of runs",
                           "leave them out; the first trace is the baseline");
    std::vector<analysis::NamedTrace> traces;
    std::vector<std::vector<std::string>> names_of_traces;
    for (const std::string& argument : settings.files) {
        const std::vector<std::string>& names = names_of_traces.emplace_back(names_in(argument));
        analysis::NamedTrace trace{name_of_run(names.front()) +
                                       (names.size() == 1 ? "" : " and " + std::to_string(names.size() - 1) + " more"),
                                   {}};
        for (const std::string& name : names) {
            NETIO_TRY_TO(auto saved, report::read_saved_file(name));
            if (!std::holds_alternative<Recording>(saved))
                return input_error("cannot compare a run with an attached trace", printable(name) + " is a run",
                                   "name runs, or traces");
            trace.parts.push_back(std::get<Recording>(std::move(saved)));
        }
        traces.push_back(std::move(trace));
    }
    std::vector<NamedParts<Recording>> named;
    for (std::size_t i = 0; i < traces.size(); ++i)
        named.push_back({names_of_traces[i], traces[i].parts});
    std::vector<std::string> warnings;
    NETIO_TRY(look_for_the_same(named, analysis::is_same_trace, "trace", warnings));
    analysis::TraceComparison comparison = analysis::compare_traces(traces);
    comparison.warnings.insert(comparison.warnings.begin(), warnings.begin(), warnings.end());
    if (comparison.pairs.empty())
        return input_error("nothing to compare",
                           comparison.alone.empty() ? "the trace has one subject" : analysis::joined(comparison.alone),
                           "name a trace with a subject of the same name");
    const std::string text = settings.format == "json" ? report::render_trace_comparison_json(comparison)
                             : settings.format == "csv"
                                 ? report::render_trace_comparison_csv(comparison)
                                 : report::render_trace_comparison_text(comparison, output_options(invocation));
    return print(text) ? Result<ExitCode>(ExitCode::success) : Result<ExitCode>(output_error());
}

Result<ExitCode> compare(const CompareSettings& settings, const Invocation& invocation) {
    if (any_trace(settings))
        return compare_traces(settings, invocation);
    NETIO_TRY_TO(auto metrics, parse_metrics(settings.metrics));
    report::ComparisonReport result;
    for (const std::string& text : settings.gates) {
        NETIO_TRY_TO(auto gate, parse_gate(text));
        if (std::find(metrics.begin(), metrics.end(), gate.metric) == metrics.end())
            metrics.push_back(gate.metric);
        result.gates.push_back(std::move(gate));
    }
    if (std::count(settings.files.begin(), settings.files.end(), "-") > 1)
        return input_error("standard input can be one run only", "- was given more than once");
    std::vector<std::string> warnings;
    NETIO_TRY_TO(auto runs, read_runs(settings.files, warnings));
    NETIO_TRY_TO(auto axis, parse_axis(settings.by, runs));

    analysis::ComparisonRequest request{axis, std::move(metrics), settings.seed, settings.run_spread / 100.0, {}};
    if (!settings.baseline.empty()) {
        NETIO_TRY_TO(auto baseline, parse_baseline(settings.baseline, axis, settings));
        request.baseline = baseline;
    }
    result.comparison = analysis::compare(runs, request);
    if (result.comparison.groups.empty())
        return input_error("nothing to compare",
                           settings.baseline.empty() ? analysis::why_nothing(runs, request)
                                                     : "no cell of the baseline " + printable(settings.baseline) +
                                                           " has another to compare with it",
                           axis == Axis::run ? "run both with the same options, or name another axis with --by"
                                             : "name another run beside it, or another axis with --by");
    result.comparison.warnings.insert(result.comparison.warnings.end(), warnings.begin(), warnings.end());
    result.results = analysis::check(result.gates, result.comparison);
    if (!print(render(result, settings.format, invocation)))
        return output_error();
    return judge(result);
}

} // namespace

void add_compare_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<CompareSettings>();
    settings->metrics = {"latency", "throughput"};
    CLI::App* command = program.add_subcommand(
        "compare", "Compare runs, the cells of one run, or attached traces: differences with their intervals");
    command
        ->add_option("RUN.json", settings->files,
                     "Files or folders that run wrote, - for standard input; several separated by commas count as one "
                     "run: make three or more of each side, in turn")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--by", settings->by,
                     "What differs: run, variant, threads or field-size; without it the first of these of which there "
                     "are several")
        ->type_name("AXIS");
    command->add_option("--metric", settings->metrics, "latency, throughput or names of paths, for instance copy_in")
        ->type_name("METRIC")
        ->delimiter(',')
        ->allow_extra_args(false) // the next word is a run
        ->capture_default_str();
    command->add_option("--baseline", settings->baseline,
                        "What the others are compared with: a variant, file, number or size; without it the first");
    command->add_option("--format", settings->format, "text, json or csv")
        ->check(one_of({"text", "json", "csv"}))
        ->capture_default_str();
    command
        ->add_option(
            "--fail-if", settings->gates,
            "Exit with 3 when a difference is beyond a bound and its interval excludes 0, for instance 'p99 > +5 "
            "%'; may be given several times")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        ->add_option(
            "--run-spread", settings->run_spread,
            "Assumed difference between two runs of the same in percent (one standard deviation); not used where "
            "both sides have three runs or more")
        ->transform(number_value({.most = 100.0, .whole = false}))
        ->capture_default_str();
    command->add_option("--seed", settings->seed, "Seed of the draws that the intervals come from")
        ->transform(number_value({.most = static_cast<double>(std::numeric_limits<std::uint64_t>::max())}))
        ->capture_default_str();
    command->callback([settings, &invocation, &chosen] {
        chosen = [settings, &invocation] { return compare(*settings, invocation); };
    });
}

} // namespace netio::cli
