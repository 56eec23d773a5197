// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/fallback.h"

#include <algorithm>
#include <array>

namespace netio::tracer {
namespace {

std::string cause_of(const Error& error) { return error.why.empty() ? error.what : error.what + ": " + error.why; }

bool replace(Ability& answer, const Ability& by) {
    if (!answer.yes)
        return false;
    answer = by;
    return true;
}

/// System calls are the frame of all figures: without both edges there are none.
bool is_essential(std::string_view tracepoint) {
    return tracepoint.empty() || tracepoint == "sys_enter" || tracepoint == "sys_exit";
}

/// Takes out what hooks functions, or only the one function when it is not for tracing but for calibration.
bool replace_hooks(Features& features, const std::string& target, Ability Features::*backend,
                   Ability FunctionAbilities::*of_function, const Ability& by) {
    if (target.starts_with("bpf_fentry_test"))
        return replace(features.functions[target.substr(0, target.find('('))].*of_function, by);
    for (auto& [name, answers] : features.functions)
        replace(answers.*of_function, by);
    return replace(features.*backend, by);
}

} // namespace

bool give_up(Features& features, const Setback& setback) {
    const Ability no{false, cause_of(setback.error), setback.error.hint};
    switch (setback.backend) {
    case Backend::fentry:
        return replace_hooks(features, setback.target, &Features::fentry, &FunctionAbilities::fentry, no);
    case Backend::kprobe:
        return replace_hooks(features, setback.target, &Features::kprobe, &FunctionAbilities::kprobe, no);
    case Backend::sampler:
        return replace(features.cpu_clock_sampling, no);
    case Backend::tracepoint: {
        // Its trace event is only the better of two programs.
        const auto event = features.trace_events.find(setback.target);
        if (event != features.trace_events.end() && replace(event->second, no))
            return true;
        const auto found = features.tracepoints.find(setback.target);
        if (is_essential(setback.target) || found == features.tracepoints.end())
            return replace(features.raw_tracepoint, no);
        return replace(found->second, no);
    }
    case Backend::none:
        break;
    }
    return false;
}

std::string note_of(const Setback& setback, const ProbePlan& instead) {
    const bool is_tracepoint = setback.backend == Backend::tracepoint && !setback.target.empty();
    const std::string given_up =
        is_tracepoint ? "the tracepoint " + setback.target : std::string(name_of(setback.backend));
    return given_up + " does not work here; traced by " + instead.backends + " instead: " + cause_of(setback.error);
}

} // namespace netio::tracer
