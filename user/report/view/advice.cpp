// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/advice.h"

#include <algorithm>
#include <vector>

#include "analysis/judge.h"
#include "analysis/phrases.h"
#include "analysis/verdict.h"

namespace netio::report {
namespace {

using analysis::Advice;

std::string joined(const std::string& text, const std::string& more) {
    return text.empty() || more.empty() ? text + more : text + " " + more;
}

/// The options of `run` that bring a change; "" for a change that is told in a sentence.
std::string options_for(Advice::Change change, const Advice& advice) {
    switch (change) {
    case Advice::Change::compare_variants: {
        std::string names;
        for (Variant variant : advice.variants)
            names += (names.empty() ? "" : ",") + std::string(name_of(variant));
        return " --variants " + names;
    }
    case Advice::Change::more_field_sizes:
        return " --field-sizes 64,256,1K,4K,16K,64K";
    case Advice::Change::more_threads:
        return " --threads 1,2,4,8";
    case Advice::Change::count_cache_misses:
        return " -e L1-dcache-load-misses,LLC-load-misses,cache-misses";
    default:
        return "";
    }
}

std::string sentence_for(Advice::Change change) {
    switch (change) {
    case Advice::Change::count_cache_misses:
        return "`netio-trace doctor` tells whether counters can be used.";
    case Advice::Change::trace:
        return "Run as root, without `--no-trace`.";
    case Advice::Change::do_not_trace:
        return "`run --no-trace` measures without it.";
    case Advice::Change::pin:
        return "`--pin` keeps the threads in place.";
    case Advice::Change::disable_nagle:
        return "`run` sets it without `--nagle`.";
    default:
        return "";
    }
}

std::string on_repeats(const Advice& advice) {
    const std::string most = std::to_string(analysis::most_repeats_to_ask_for) + " repeats";
    const std::string idle = advice.needs_idle_machine ? "Run again on an idle machine." : "";
    if (advice.repeats == 0)
        return joined(advice.remains ? "What is open probably remains open even with " + most + "." : "", idle);
    const std::string option = "`--repeats " + analysis::grouped(advice.repeats) + "` ";
    if (advice.first)
        return option + "gives intervals.";
    if (advice.remains)
        return joined(
            option + "would probably settle some of what is open; the rest remains open even with " + most + ".", idle);
    return option + (advice.needs_idle_machine
                         ? "would probably settle some of what is open; the rest needs an idle machine."
                         : "would probably settle what is open.");
}

} // namespace

std::string in_words(const Advice& advice) {
    std::string options;
    std::string sentences;
    for (Advice::Change change : advice.changes) {
        options += options_for(change, advice);
        sentences = joined(sentences, sentence_for(change));
    }
    std::string text = options.empty() ? "" : "Run `netio-trace run" + options + "`.";
    return joined(joined(text, sentences), on_repeats(advice));
}

std::string headline_of(const analysis::Group& group, const Advice& on_repeats) {
    const std::optional<analysis::Ranking> ranking = analysis::rank(group);
    if (!ranking)
        return "";
    return joined(analysis::headline(*ranking), ranking->settled() ? "" : in_words(on_repeats));
}

std::string verdict_of(const std::vector<analysis::Group>& groups) {
    const analysis::Verdict verdict = analysis::verdict_on(groups);
    return verdict.text.empty()
               ? ""
               : joined(verdict.text, verdict.open ? in_words(analysis::advice_on_repeats(groups)) : "");
}

std::vector<std::string> alerts_of(const Run& run) {
    std::vector<std::string> alerts;
    if (!run.environment.untraced.empty())
        alerts.push_back("Not traced: " + run.environment.untraced);
    if (run.failure)
        alerts.push_back("The run ended early: " + *run.failure);
    else if (run.interrupted)
        alerts.emplace_back("The run was interrupted: figures are of the finished cells.");
    if (run.cells.empty())
        alerts.emplace_back("No cell was finished.");
    return alerts;
}

std::string meaning_of(const analysis::Finding& finding) { return joined(finding.meaning, in_words(finding.advice)); }

std::string text_of(const analysis::Finding& finding) { return joined(finding.fact, meaning_of(finding)); }

std::string text_of(const analysis::Answer& answer) {
    return answer.missing.empty() ? joined(answer.text, in_words(answer.advice)) : answer.text;
}

std::string missing_of(const analysis::Answer& answer) {
    return answer.missing.empty() ? "" : joined(answer.missing, in_words(answer.advice));
}

} // namespace netio::report
