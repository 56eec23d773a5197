// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "analysis/phrases.h"
#include "analysis/recording_finders.h"
#include "analysis/subjects.h"

namespace netio::analysis {
namespace {

Evidence evidence_of(const AttachedSubject& subject, std::string name, std::string unit, Figure figure) {
    Location place;
    place.subject = subject.figures.subject.name;
    return {std::move(name), std::move(unit), std::move(figure), std::move(place)};
}

Figure exactly(std::uint64_t count) { return Figure::exact(static_cast<double>(count)); }

} // namespace

std::optional<Finding> find_broken_laws_of_subjects(const Recording& recording) {
    Finding finding;
    finding.severity = Severity::warning;
    std::uint64_t broken = 0;
    for (const AttachedSubject& subject : recording.subjects)
        for (const LawCheck& law : subject.laws) {
            if (law.outcome() != LawOutcome::broken)
                continue;
            if (broken++ == 0) {
                finding.fact = "The figures of " + subject.figures.subject.name + " do not add up: " + law.statement +
                               " does not hold (expected " + fixed(law.expected, 0) + ", observed " +
                               fixed(law.observed, 0) + ").";
                finding.evidence.push_back(
                    evidence_of(subject, law.name + ", expected", "", Figure::exact(law.expected)));
                finding.evidence.push_back(
                    evidence_of(subject, law.name + ", observed", "", Figure::exact(law.observed)));
            }
        }
    if (broken == 0)
        return std::nullopt;
    if (broken > 1)
        finding.fact += " So do not " + counted(broken - 1, "more law") + ".";
    finding.meaning = "Do not rely on figures of this trace before the reason is known.";
    finding.rests_on = {"laws"};
    return finding;
}

std::vector<Finding> find_insights(const Recording& recording) {
    std::vector<Finding> findings;
    for (const RecordingFinderEntry& entry : recording_finders)
        if (std::optional<Finding> found = entry.find(recording)) {
            found->id = entry.id;
            findings.push_back(*std::move(found));
        }
    std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
    return findings;
}

} // namespace netio::analysis
