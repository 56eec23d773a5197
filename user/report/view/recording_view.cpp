// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/recording_view.h"

#include <algorithm>

#include "analysis/phrases.h"
#include "analysis/sample.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

std::string in_a_row(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : between) + word;
    return text;
}

} // namespace

std::string traced_in_words(const AttachSpec& spec) {
    if (!spec.command.empty()) {
        constexpr std::size_t widest = 72;
        const std::string command = printable(in_a_row(spec.command, " "));
        return display_width(command) <= widest ? command : left_in(command, widest);
    }
    std::vector<std::string> pids;
    for (const std::uint32_t pid : spec.pids)
        pids.push_back(std::to_string(pid));
    std::string text =
        pids.empty() ? "all processes" : (pids.size() == 1 ? "process " : "processes ") + analysis::joined(pids);
    if (!spec.comm.empty())
        text += " named " + spec.comm;
    if (!spec.cgroup.empty())
        text += " in " + spec.cgroup;
    if (spec.port)
        text += (pids.size() == 1 ? " on port " : " that use port ") + std::to_string(*spec.port);
    return text;
}

std::string timing_in_words(const Recording& recording) {
    if (recording.spec.sockets_alone)
        return "bytes by the sockets' own numbers alone";
    if (recording.timed_s <= 0.0)
        return "no call timed";
    switch (recording.spec.timing) {
    case Timing::all:
        return "every call timed";
    case Timing::none:
        return "no call timed";
    case Timing::windows:
        break;
    }
    const double share = recording.duration_s > 0.0 ? recording.timed_s / recording.duration_s : 0.0;
    return "calls timed in " + counted(recording.windows, "window") + ", " + analysis::share_text(share) +
           " of the time";
}

std::string short_name(const AttachedSubject& subject, std::size_t width) {
    const std::string name = printable(subject.figures.subject.name);
    if (display_width(name) <= width)
        return name;
    if (subject.pid) {
        const std::string pid = " " + std::to_string(*subject.pid);
        if (name.ends_with(pid) && pid.size() + 1 < width)
            return left_in(name.substr(0, name.size() - pid.size()), width - pid.size()) + pid;
    }
    const std::size_t arrow = name.find(" → ");
    if (arrow != std::string::npos) {
        const std::size_t local = name.rfind(':', arrow);
        const std::size_t remote = name.rfind(':');
        if (local != std::string::npos && remote > arrow)
            return left_in(name.substr(local, arrow - local) + "→" + name.substr(remote), width);
    }
    return left_in(name, width);
}

std::vector<Path> ways_taken(const std::vector<AttachedSubject>& subjects) {
    std::vector<Path> ways;
    for (const PathEntry& entry : path_table)
        if (analysis::is_way_of_bytes(entry.path) && std::ranges::any_of(subjects, [&](const AttachedSubject& subject) {
                const Figure& bytes = subject.figures.path(entry.path).bytes;
                return bytes.available() ? bytes.value != 0.0 : bytes.bounds && bytes.bounds->low > 0.0;
            }))
            ways.push_back(entry.path);
    return ways;
}

std::vector<std::string> alerts_of(const Recording& recording) {
    std::vector<std::string> alerts;
    if (recording.failure)
        alerts.push_back("The trace ended early: " + *recording.failure);
    return alerts;
}

Figure call_time_ns(const SubjectTrace& figures, Path path, double quantile, Timing timing) {
    const PathFigures& calls = figures.path(path);
    if (!calls.histogram)
        return Figure::unavailable(calls.time_ns.reason.empty() ? "calls were not timed" : calls.time_ns.reason);
    Figure figure = analysis::percentile(*calls.histogram, quantile, "call");
    if (figure.available() && timing == Timing::windows)
        return Figure::estimated(figure.value, "of the calls in the windows in which calls were timed");
    return figure;
}

} // namespace netio::report
