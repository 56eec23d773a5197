// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "analysis/finding.h"
#include "model/recording.h"

namespace netio::analysis {

/// Looks for one thing in an attached trace. Nothing is found where the data does not carry it. The id is the table's,
/// see `recording_finders`.
using RecordingFinder = std::optional<Finding> (*)(const Recording&);

[[nodiscard]] std::optional<Finding> find_broken_laws_of_subjects(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_subjects_with_missed_hits(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_losses_of_trace(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_copied_zerocopy_of_subjects(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_unknown_fates(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_unread_completions(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_delayed_ack_stall_of_subjects(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_peeked_bytes(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_small_sends(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_bytes_by_reference(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_mapped_bytes(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_discarded_bytes(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_kernel_tls(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_uncertain_bytes(const Recording& recording);
[[nodiscard]] std::optional<Finding> find_summed_subjects(const Recording& recording);

struct RecordingFinderEntry {
    std::string_view id;
    RecordingFinder find;
};

/// All of them with the ids of what they find, the most important first. An id that a run has too means the same there.
inline constexpr std::array recording_finders{
    RecordingFinderEntry{"law-broken", find_broken_laws_of_subjects},
    RecordingFinderEntry{"hits-missed", find_subjects_with_missed_hits},
    RecordingFinderEntry{"events-lost", find_losses_of_trace},
    RecordingFinderEntry{"zerocopy-copied", find_copied_zerocopy_of_subjects},
    RecordingFinderEntry{"zerocopy-unknown", find_unknown_fates},
    RecordingFinderEntry{"completions-unread", find_unread_completions},
    RecordingFinderEntry{"delayed-ack-stall", find_delayed_ack_stall_of_subjects},
    RecordingFinderEntry{"peeked-twice", find_peeked_bytes},
    RecordingFinderEntry{"small-sends", find_small_sends},
    RecordingFinderEntry{"sent-by-reference", find_bytes_by_reference},
    RecordingFinderEntry{"received-uncopied", find_mapped_bytes},
    RecordingFinderEntry{"discarded", find_discarded_bytes},
    RecordingFinderEntry{"kernel-tls", find_kernel_tls},
    RecordingFinderEntry{"bytes-uncertain", find_uncertain_bytes},
    RecordingFinderEntry{"subjects-summed", find_summed_subjects},
};

} // namespace netio::analysis
