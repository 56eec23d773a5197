// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/advice.h"

#include "analysis/judge.h"
#include "analysis/phrases.h"

namespace netio::report {
namespace {

std::string joined(const std::string& text, const std::string& more) {
    return text.empty() || more.empty() ? text + more : text + " " + more;
}

} // namespace

std::string in_words(const analysis::RepeatsAdvice& advice) {
    if (advice.repeats == 0)
        return "";
    const std::string option = "`--repeats " + analysis::grouped(advice.repeats) + "` ";
    return option + (advice.first ? "gives intervals." : "would probably settle what is open.");
}

std::string headline_of(const analysis::Group& group) {
    const std::optional<analysis::Ranking> ranking = analysis::rank(group);
    return ranking ? joined(analysis::headline(*ranking), in_words(ranking->advice())) : "";
}

std::string meaning_of(const analysis::Finding& finding) { return joined(finding.meaning, in_words(finding.advice)); }

std::string text_of(const analysis::Finding& finding) { return joined(finding.fact, meaning_of(finding)); }

std::string text_of(const analysis::Answer& answer) { return joined(answer.text, in_words(answer.advice)); }

} // namespace netio::report
