// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/event_names.h"

#include <perfmon/pfmlib_perf_event.h>

#include <algorithm>
#include <mutex>
#include <string>

#include "base/names_alike.h"
#include "perf/counters.h"

namespace netio::perf {
namespace {

/// libpfm4 says nothing about threads, so it is used by one at a time, and set up by the first.
class Library {
  public:
    static std::unique_lock<std::mutex> enter() {
        static std::mutex mutex;
        static const int outcome = pfm_initialize();
        (void)outcome; // what cannot be used after a failure says so itself: PFM_ERR_NOINIT
        return std::unique_lock(mutex);
    }
};

bool has_modifier(const std::string& name) {
    std::string_view rest(name);
    if (const auto prefix = rest.find("::"); prefix != std::string_view::npos) // PMU::EVENT
        rest.remove_prefix(prefix + 2);
    return rest.find(':') != std::string_view::npos;
}

std::string_view without_modifiers(std::string_view name) {
    const auto prefix = name.find("::");
    const auto from = prefix == std::string_view::npos ? 0 : prefix + 2;
    return name.substr(0, name.find(':', from));
}

Error unknown(const std::string& name, int code) {
    if (code == PFM_ERR_ATTR || code == PFM_ERR_ATTR_VAL || code == PFM_ERR_ATTR_SET)
        return input_error("cannot count \"" + name + "\"", std::string("libpfm4 says: ") + pfm_strerror(code),
                           "modifiers are u (user space) and k (kernel), as in cycles:u; further ones depend on the "
                           "processor");
    std::string hint = "perf list shows names";
    const std::vector<std::string> alike = names_alike(without_modifiers(name), known_events());
    for (std::size_t i = 0; i < alike.size(); ++i)
        hint = i == 0 ? "did you mean " + alike[i] : hint + ", " + alike[i];
    if (!alike.empty())
        hint += "?";
    return input_error("unknown event \"" + name + "\"", std::string("libpfm4 says: ") + pfm_strerror(code),
                       std::move(hint));
}

/// Software events other than the clocks and the page faults happen in kernel code, so without the kernel their count
/// is 0 whatever the program does: perf_exclude_event() looks at the registers of the place where they are raised.
bool can_never_count(const perf_event_attr& attributes) {
    if (attributes.type != PERF_TYPE_SOFTWARE || attributes.exclude_kernel == 0)
        return false;
    switch (attributes.config) {
    case PERF_COUNT_SW_CONTEXT_SWITCHES:
    case PERF_COUNT_SW_CPU_MIGRATIONS:
        return true;
    default:
        return false;
    }
}

} // namespace

Result<perf_event_attr> encode(const std::string& name) {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    pfm_perf_encode_arg_t request{};
    request.attr = &attributes;
    request.size = sizeof request;
    request.cpu = -1;
    const int code = [&] {
        const auto inside = Library::enter();
        return pfm_get_os_event_encoding(name.c_str(), PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT_EXT, &request);
    }();
    if (code != PFM_SUCCESS)
        return unknown(name, code);
    if (request.cpu >= 0)
        return input_error("cannot count \"" + name + "\"", "each thread is counted on every CPU that it runs on",
                           "leave out the modifier cpu=");
    if (attributes.sample_period != 0)
        return input_error("cannot count \"" + name + "\"", "events are counted here, not sampled",
                           "leave out the modifiers period= and freq=");
    if (can_never_count(attributes))
        return input_error("cannot count \"" + name + "\"",
                           "this event occurs in the kernel only: in user space its count is always 0",
                           "leave out the modifier u");
    if (!has_modifier(name)) {
        attributes.exclude_hv = 0;
        attributes.exclude_guest = 0;
    }
    attributes.disabled = 1;
    attributes.inherit = 0;
    attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    return attributes;
}

bool is_clock(const perf_event_attr& attributes) {
    return attributes.type == PERF_TYPE_SOFTWARE &&
           (attributes.config == PERF_COUNT_SW_TASK_CLOCK || attributes.config == PERF_COUNT_SW_CPU_CLOCK);
}

std::vector<std::string> known_events() {
    constexpr std::string_view kernel_constant = "PERF_COUNT_"; // the same events have names for people
    const auto inside = Library::enter();
    std::vector<std::string> names;
    for (int pmu = PFM_PMU_NONE; pmu < PFM_PMU_MAX; ++pmu) {
        pfm_pmu_info_t description{};
        description.size = sizeof description;
        if (pfm_get_pmu_info(static_cast<pfm_pmu_t>(pmu), &description) != PFM_SUCCESS || !description.is_present)
            continue;
        const bool generic = description.pmu == PFM_PMU_PERF_EVENT;
        for (int event = description.first_event; event != -1; event = pfm_get_event_next(event)) {
            pfm_event_info_t info{};
            info.size = sizeof info;
            if (pfm_get_event_info(event, PFM_OS_PERF_EVENT_EXT, &info) != PFM_SUCCESS || info.name == nullptr)
                continue;
            if (!std::string_view(info.name).starts_with(kernel_constant))
                names.push_back(generic ? lower_case(info.name) : info.name);
        }
    }
    return names;
}

std::vector<std::string> default_events() {
    return {"cycles",           "instructions",    "cache-references",
            "cache-misses",     "LLC-load-misses", "L1-dcache-load-misses",
            "context-switches", "cpu-migrations",  "page-faults",
            "task-clock"};
}

Result<std::vector<std::string>> parse_events(const std::string& list) {
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string> events;
    std::size_t start = 0;
    while (start <= list.size()) {
        const std::size_t comma = std::min(list.find(',', start), list.size());
        std::string_view name = std::string_view(list).substr(start, comma - start);
        start = comma + 1;
        name.remove_prefix(std::min(name.find_first_not_of(blanks), name.size()));
        name = name.substr(0, name.find_last_not_of(blanks) + 1);
        if (name.empty())
            return input_error("empty event name in \"" + list + "\"", "",
                               "separate events by single commas, as in cycles,instructions");
        if (std::any_of(events.begin(), events.end(),
                        [&](const auto& known) { return lower_case(known) == lower_case(name); }))
            continue;
        events.emplace_back(name);
        NETIO_TRY(encode(events.back()));
    }
    return events;
}

std::string_view unit_of(std::string_view event) {
    auto encoded = encode(std::string(event));
    return encoded && is_clock(*encoded) ? "ns" : "";
}

} // namespace netio::perf
