// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/missed_hits.h"
#include "report/run_json/reader_parts.h"

namespace netio::report {
namespace {

constexpr std::array all_statuses{CounterStatus::counted,       CounterStatus::multiplexed,
                                  CounterStatus::not_supported, CounterStatus::not_permitted,
                                  CounterStatus::not_counted,   CounterStatus::unknown_event};

std::vector<CounterReading> read_counters(const JsonField& json) {
    std::vector<CounterReading> list;
    for (const auto& [event, field] : json.members()) {
        CounterReading reading;
        reading.event = event;
        reading.status = field["status"].one_of(all_statuses);
        if (reading.available()) {
            reading.raw = field["raw"].integer();
            reading.scaled = field["scaled"].number();
        }
        reading.enabled_ns = field["enabled_ns"].integer();
        reading.running_ns = field["running_ns"].integer();
        reading.reason = field["reason"].text_or_empty();
        list.push_back(std::move(reading));
    }
    return list;
}

EndResult read_end(const JsonField& cell, Role role) {
    const std::string_view name = name_of(role);
    EndResult end;
    end.role = role;
    end.calls = read_calls(cell["calls"][name]["workload"]);
    end.messages = cell["messages"].integer();
    end.payload_bytes = cell["payload_bytes"].integer();
    end.total_payload_bytes = cell["total_payload_bytes"].integer();
    end.cpu_user_s = cell["cpu_s"][name]["user"].number();
    end.cpu_system_s = cell["cpu_s"][name]["system"].number();
    end.counters = read_counters(cell["counters"][name]);
    end.bytes_verified = cell["bytes_verified"][name].integer();
    return end;
}

ZerocopyTotals read_zerocopy(const JsonField& json) {
    ZerocopyTotals totals;
    totals.sends = json["sends"].integer();
    totals.completions = json["completions"].integer();
    totals.copied = json["copied"].integer();
    totals.notifications = json["notifications"].integer();
    totals.enobufs = json["enobufs"].integer();
    totals.deepest_outstanding = json["deepest_outstanding"].integer();
    return totals;
}

std::vector<LawCheck> read_laws(const JsonField& json) {
    std::vector<LawCheck> list;
    for (const JsonField& field : json.elements()) {
        LawCheck law;
        law.name = field["name"].text();
        law.statement = field["statement"].text();
        law.checked = field["checked"].truth();
        if (law.checked) {
            law.expected = field["expected"].number();
            law.observed = field["observed"].number();
            if (const auto missed = field.find("missed"))
                for (const JsonField& entry : missed->elements())
                    law.missed.push_back({entry["loss"].text(), entry["count"].integer()});
            law.holds = law.missed.empty() && field["holds"].truth();
        }
        law.reason = field["reason"].text_or_empty();
        list.push_back(std::move(law));
    }
    return list;
}

/// Earlier versions did not say which laws rest on what was lost.
bool weighs_losses(const JsonField& laws) {
    const std::vector<JsonField> list = laws.elements();
    return list.empty() || list.front().find("missed");
}

} // namespace

Cell read_cell(const JsonField& json) {
    constexpr std::uint64_t largest_field = std::uint64_t{1} << 40;
    Cell cell;
    cell.variant = json["variant"].one_of(all_variants);
    cell.field_size = json["field_size"].integer(1, largest_field);
    cell.threads = json["threads"].integer_as<unsigned>(1);
    cell.repeat = json["repeat"].integer_as<unsigned>();
    cell.sender = read_end(json, Role::sender);
    cell.sender.zerocopy = read_zerocopy(json["zerocopy"]);
    cell.receiver = read_end(json, Role::receiver);
    for (const JsonField& messages : json["messages_per_thread"].elements())
        cell.receiver.messages_per_thread.push_back(messages.integer());
    cell.receiver.duration_s = json["duration_s"].number();
    cell.receiver.latency = read_histogram(json["latency_histogram"]);
    if (json["traced"].truth())
        cell.trace = read_trace(json);
    cell.laws = read_laws(json["laws"]);
    if (!weighs_losses(json["laws"]))
        analysis::weigh_losses(cell);
    return cell;
}

} // namespace netio::report
