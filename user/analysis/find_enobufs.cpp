// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <charconv>

#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

// msg_zerocopy_alloc() (net/core/skbuff.c) refuses a send with ENOBUFS for one of two reasons. sock_omalloc() charges
// each completion that was not read yet to the socket, up to net.core.optmem_max: 768 to 896 bytes on 64-bit kernels.
// mm_account_pinned_pages() charges the pages of all the user's sends to RLIMIT_MEMLOCK, a message's length and two
// pages more each, but not with CAP_IPC_LOCK in the first user namespace.
constexpr std::uint64_t most_completion_bytes = 1024;
constexpr std::uint64_t two_largest_pages = std::uint64_t{2} * 65536;

enum class Limit { optmem, memlock, either };

struct Limits {
    std::optional<std::uint64_t> optmem_max;
    std::optional<std::uint64_t> memory_lock; ///< bytes; UINT64_MAX: unlimited
    std::optional<bool> exempt;               ///< CAP_IPC_LOCK is held
};

std::optional<std::string> setting(const Run& run, const std::string& name) {
    const auto found = run.environment.settings.find(name);
    return found == run.environment.settings.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint64_t> number(const std::optional<std::string>& text) {
    std::uint64_t value = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc())
        return std::nullopt;
    return value;
}

Limits limits_of(const Run& run) {
    Limits limits;
    limits.optmem_max = number(setting(run, "net.core.optmem_max"));
    const std::optional<std::string> locked = setting(run, "RLIMIT_MEMLOCK");
    limits.memory_lock = locked == "unlimited" ? UINT64_MAX : number(locked);
    if (const auto held = setting(run, "CAP_IPC_LOCK"))
        limits.exempt = *held == "held";
    return limits;
}

Limit limit_met_in(const Cell& cell, const Limits& limits) {
    const std::uint64_t deepest = cell.sender.zerocopy.deepest_outstanding;
    if (limits.exempt == true || limits.memory_lock == UINT64_MAX)
        return Limit::optmem;
    const std::uint64_t most_pinned = (cell.threads * deepest + 1) * (cell.message_size() + two_largest_pages);
    if (limits.memory_lock && most_pinned <= *limits.memory_lock)
        return Limit::optmem;
    if (limits.exempt == false && limits.optmem_max && (deepest + 1) * most_completion_bytes <= *limits.optmem_max)
        return Limit::memlock;
    return Limit::either;
}

std::string explain(Limit limit, const Limits& limits) {
    const std::string optmem =
        "net.core.optmem_max" +
        (limits.optmem_max ? " (" + grouped(*limits.optmem_max) + " bytes here)" : std::string());
    const std::string memlock = "RLIMIT_MEMLOCK" + (limits.memory_lock && *limits.memory_lock != UINT64_MAX
                                                        ? " (" + grouped(*limits.memory_lock) + " bytes here)"
                                                        : std::string());
    switch (limit) {
    case Limit::optmem:
        return "The limit is " + optmem + ", which unread completions of a socket share; RLIMIT_MEMLOCK " +
               (limits.exempt == true || limits.memory_lock == UINT64_MAX ? "is no limit for this process"
                                                                          : "is not reached by these sends alone") +
               ". Raise it (sysctl), or read completions more often.";
    case Limit::memlock:
        return "The limit is " + memlock +
               ", which the pinned pages of all the user's sends share; the completions outstanding fit into " +
               optmem + ". Raise it (ulimit -l), or send with CAP_IPC_LOCK.";
    case Limit::either:
        return "The limit is " + optmem + " or, without CAP_IPC_LOCK, " + memlock +
               ": the figures do not show which. Raise them, or read completions more often.";
    }
    return {};
}

} // namespace

std::optional<Finding> find_enobufs(const FindingInput& input) {
    const Run& run = input.run;
    const Limits limits = limits_of(run);
    std::uint64_t refused = 0;
    std::uint64_t sends = 0;
    std::uint64_t deepest = 0;
    std::optional<Limit> limit;
    for (const Cell& cell : run.cells) {
        sends += cell.sender.zerocopy.sends;
        if (cell.sender.zerocopy.enobufs == 0)
            continue;
        refused += cell.sender.zerocopy.enobufs;
        deepest = std::max(deepest, cell.sender.zerocopy.deepest_outstanding);
        const Limit here = limit_met_in(cell, limits);
        limit = !limit || *limit == here ? here : Limit::either;
    }
    if (!limit)
        return std::nullopt;
    Finding finding;
    finding.fact = "The kernel refused zero-copy sends " + counted(refused, "time") + " with ENOBUFS and accepted " +
                   grouped(sends) + "; at most " + grouped(deepest) + " were outstanding on a connection.";
    finding.meaning = explain(*limit, limits);
    const Location place = location_of_zero_copy(run);
    finding.evidence = {{"refused", "sends", Figure::exact(static_cast<double>(refused)), place},
                        {"taken", "sends", Figure::exact(static_cast<double>(sends)), place},
                        {"deepest outstanding", "sends", Figure::exact(static_cast<double>(deepest)), place}};
    if (limits.optmem_max)
        finding.evidence.push_back(
            {"net.core.optmem_max", "bytes", Figure::exact(static_cast<double>(*limits.optmem_max)), {}});
    if (limits.memory_lock && *limits.memory_lock != UINT64_MAX)
        finding.evidence.push_back(
            {"RLIMIT_MEMLOCK", "bytes", Figure::exact(static_cast<double>(*limits.memory_lock)), {}});
    finding.thresholds = {{"least number of refusals", 1, ""}};
    finding.rests_on = {"zerocopy.enobufs", "zerocopy.deepest_outstanding", "environment.settings"};
    return finding;
}

} // namespace netio::analysis
