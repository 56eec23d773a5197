// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/subjects.h"
#include "model/recording.h"

namespace netio::report {

/// "process 812", "curl -o /dev/null", "all processes named nginx that use port 80".
[[nodiscard]] std::string traced_in_words(const AttachSpec& spec);

/// "every call timed", "calls timed in 12 windows, 5 % of the time", "no call timed".
[[nodiscard]] std::string timing_in_words(const Recording& recording);

/// A subject's name in at most so many columns: of a process the pid stays, of a connection its ports.
[[nodiscard]] std::string short_name(const AttachedSubject& subject, std::size_t width);

/// Ways that bytes took in any of the subjects, and calls that were made, in the order of the table of paths.
[[nodiscard]] std::vector<Path> ways_taken(const std::vector<AttachedSubject>& subjects);

/// What must be known before any figure is believed.
[[nodiscard]] std::vector<std::string> alerts_of(const Recording& recording);

/// A percentile of the calls of a path; unavailable, with the reason, where they were not timed.
[[nodiscard]] Figure call_time_ns(const SubjectTrace& figures, Path path, double quantile, Timing timing);

} // namespace netio::report
