// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>

#include "analysis/costs.h"
#include "analysis/finders.h"
#include "analysis/occurrences.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

constexpr double least_limited_time = 0.2;

/// Share of the sender's connections' time that TCP_INFO says they were limited.
Figure limited_share(const Cell& cell, std::optional<std::uint64_t> ConnectionFigures::*limited_us) {
    const auto& connections = cell.sender.connections;
    if (!connections || !((*connections).*limited_us) || cell.duration_s() <= 0.0)
        return Figure::unavailable("this kernel does not say");
    const double limited_s = static_cast<double>(*((*connections).*limited_us)) * 1e-6;
    return Figure::exact(std::min(limited_s / (cell.duration_s() * cell.threads), 1.0));
}

Finding start(const char* fact, const Occurrences& where, const std::vector<Group>& groups) {
    Finding finding;
    finding.fact = std::string(fact) + " limits the sender in " + where.where(groups) + " for " +
                   share_range(where.low, where.high) + " of the time.";
    finding.thresholds = {{"least share of the time", least_limited_time, "share"}};
    return finding;
}

struct Limited {
    Occurrences where;
    std::vector<Evidence> evidence;
};

Limited look(const FindingInput& input, const char* name, const std::function<Figure(const Cell&)>& share_of) {
    Limited limited;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            const Figure share = share_of(summary.merged);
            if (!share.available() || share.value < least_limited_time)
                continue;
            limited.where.add(summary.merged, share.value);
            limited.evidence.push_back({name, "share", share, location_of(summary.merged)});
        }
    return limited;
}

std::string buffer_text(const char* option, unsigned bytes) {
    return bytes == 0 ? std::string() : " (" + std::string(option) + " is " + binary_size(bytes) + ")";
}

} // namespace

std::optional<Finding> find_receive_window_limit(const FindingInput& input) {
    Limited limited = look(input, "limited by the receive window", [](const Cell& cell) {
        return limited_share(cell, &ConnectionFigures::receive_window_limited_us);
    });
    if (limited.where.empty())
        return std::nullopt;
    Finding finding = start("The receive window", limited.where, input.groups);
    finding.meaning = "The receiver's buffer is full" + buffer_text("SO_RCVBUF", input.run.spec.receive_buffer) +
                      ": it reads more slowly than data comes in, or the buffer is small for the link.";
    finding.evidence = std::move(limited.evidence);
    finding.rests_on = {"connections.receive_window_limited_us"};
    return finding;
}

std::optional<Finding> find_send_buffer_limit(const FindingInput& input) {
    const unsigned buffer = input.run.spec.send_buffer;
    const auto share_of = [&](const Cell& cell) {
        const Figure told = limited_share(cell, &ConnectionFigures::send_buffer_limited_us);
        // TCP_INFO counts only while nothing is in flight that waits for an acknowledgement: a sender that sleeps
        // because a message does not fit into its buffer is limited by that too.
        const Figure waits = blocked_share(cell, Path::wait_send);
        const bool is_small = buffer != 0 && buffer < cell.message_size();
        return is_small && waits.available() && (!told.available() || waits.value > told.value) ? waits : told;
    };
    Limited limited = look(input, "limited by the send buffer", share_of);
    if (limited.where.empty())
        return std::nullopt;
    Finding finding = start("The send buffer", limited.where, input.groups);
    finding.meaning = "The sender waits for room in it" + buffer_text("SO_SNDBUF", buffer) +
                      ", which only acknowledgements make: a larger one lets it go on.";
    finding.evidence = std::move(limited.evidence);
    finding.rests_on = {"connections.send_buffer_limited_us", "wait_send"};
    return finding;
}

} // namespace netio::analysis
