// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/records.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace netio::report {
namespace {

/// What an event can be: a path, or the way of a notification to its reader.
struct Kind {
    Path path = Path::send_syscall;
    bool notification = false;
};

constexpr std::string_view notification_kind = "zc_notified";
constexpr std::size_t notification_number = run_path_count;
constexpr std::size_t event_fields = 8;

std::size_t number_of(const TimelineEvent& event) {
    return event.notification ? notification_number : index_of(event.path);
}

Json kinds_to_json() {
    Json kinds = Json::array();
    for (Path path : all_paths)
        kinds.push_back(name_of(path));
    kinds.push_back(notification_kind);
    return kinds;
}

std::vector<Kind> read_kinds(const JsonField& json) {
    std::vector<Kind> kinds;
    for (const JsonField& name : json.elements())
        kinds.push_back(name.text() == notification_kind ? Kind{Path::zc_complete, true}
                                                         : Kind{name.one_of(all_paths), false});
    return kinds;
}

bool holds_unsigned(const Json& list) {
    return list.is_array() && std::ranges::all_of(list, [](const Json& value) { return value.is_number_unsigned(); });
}

/// Number `index` of a list that is known to hold whole numbers.
std::uint64_t at(const Json& list, std::size_t index) { return list[index].get<std::uint64_t>(); }

/// What is wrong with an event; empty when nothing is.
std::string fault_of(const Json& event, const Timeline& timeline, std::size_t kinds) {
    if (!holds_unsigned(event) || event.size() != event_fields)
        return "must be [start_ns, duration_ns, kind, role, tid, cpu, bytes, lost_before], eight whole numbers";
    if (at(event, 0) > timeline.window_ns || at(event, 1) > timeline.window_ns - at(event, 0))
        return "is not inside the window";
    if (at(event, 2) >= kinds)
        return "is of kind " + std::to_string(at(event, 2)) + ", and there are " + std::to_string(kinds);
    if (at(event, 3) >= all_roles.size())
        return "must have role 0 (sender) or 1 (receiver)";
    for (std::size_t field : {4U, 5U, 7U})
        if (at(event, field) > UINT32_MAX)
            return "has a number above 4294967295";
    return {};
}

TimelineEvent event_of(const Json& json, const std::vector<Kind>& kinds) {
    const Kind kind = kinds[at(json, 2)];
    TimelineEvent event;
    event.start_ns = at(json, 0);
    event.duration_ns = at(json, 1);
    event.path = kind.path;
    event.notification = kind.notification;
    event.subject = static_cast<std::uint32_t>(at(json, 3));
    event.tid = static_cast<std::uint32_t>(at(json, 4));
    event.cpu = static_cast<std::uint32_t>(at(json, 5));
    event.bytes = at(json, 6);
    event.lost_before = static_cast<std::uint32_t>(at(json, 7));
    return event;
}

} // namespace

Json to_json(const Timeline& timeline) {
    Json events = Json::array();
    for (const TimelineEvent& event : timeline.events)
        events.push_back({event.start_ns, event.duration_ns, number_of(event), event.subject, event.tid, event.cpu,
                          event.bytes, event.lost_before});
    return {{"begins_ns", timeline.begins_ns},     {"window_ns", timeline.window_ns}, {"lost", timeline.lost()},
            {"lost_at_end", timeline.lost_at_end}, {"kinds", kinds_to_json()},        {"events", std::move(events)}};
}

void read(const JsonField& json, Timeline& timeline, const FieldRule&) {
    timeline = {};
    timeline.begins_ns = json["begins_ns"].integer();
    timeline.window_ns = json["window_ns"].integer();
    timeline.lost_at_end = json["lost_at_end"].integer_as<std::uint32_t>();
    const std::vector<Kind> kinds = read_kinds(json["kinds"]);
    const JsonField list = json["events"];
    if (!list.json().is_array()) {
        list.fail("must be a list");
        return;
    }
    for (std::size_t i = 0; i < list.json().size(); ++i) {
        const Json& event = list.json()[i];
        if (const std::string fault = fault_of(event, timeline, kinds.size()); !fault.empty()) {
            list.fail_inside("event " + std::to_string(i) + " " + fault);
            return;
        }
        timeline.events.push_back(event_of(event, kinds));
    }
}

Json to_json(const KernelStacks& stacks) {
    Json roles = Json::object();
    for (Role role : all_roles)
        for (SampleContext context : values_of<SampleContext>)
            roles[std::string(name_of(role))][std::string(name_of(context))] = Json::array();
    for (const StackCount& stack : stacks.stacks) {
        Json list = Json::array({stack.count});
        for (std::uint32_t frame : stack.frames)
            list.push_back(frame);
        roles[std::string(name_of(all_roles.at(stack.subject)))][std::string(name_of(stack.context))].push_back(
            std::move(list));
    }
    return {{"symbols", stacks.symbols}, {"samples", std::move(roles)}};
}

void read(const JsonField& json, KernelStacks& stacks, const FieldRule&) {
    stacks = {};
    stacks.symbols = json["symbols"].texts();
    for (Role role : all_roles)
        for (SampleContext context : values_of<SampleContext>) {
            const JsonField list = json["samples"][name_of(role)][name_of(context)];
            for (const JsonField& field : list.elements()) {
                const Json& numbers = field.json();
                const auto names_a_symbol = [&](const Json& frame) {
                    return frame.get<std::uint64_t>() < stacks.symbols.size();
                };
                if (!holds_unsigned(numbers) || numbers.empty() || at(numbers, 0) == 0 ||
                    !std::all_of(std::next(numbers.begin()), numbers.end(), names_a_symbol)) {
                    field.fail_inside("must be a count from 1, and numbers of symbols");
                    return;
                }
                StackCount stack{subject_of(role), context, {}, at(numbers, 0)};
                for (std::size_t i = 1; i < numbers.size(); ++i)
                    stack.frames.push_back(static_cast<std::uint32_t>(at(numbers, i)));
                stacks.stacks.push_back(std::move(stack));
            }
        }
}

} // namespace netio::report
