// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/reader_parts.h"

namespace netio::report {

static std::optional<bool> read_answer(const JsonField& json) {
    return json.is_null() ? std::nullopt : std::optional(json.truth());
}

static DeviceFacts read_device(const JsonField& json) {
    return {json["name"].text(),
            json["driver"].text_or_empty(),
            json["mtu"].integer_as<unsigned>(),
            read_answer(json["scatter_gather"]),
            read_answer(json["transmit_checksum"]),
            read_answer(json["segmentation"])};
}

Environment read_environment(const JsonField& json) {
    Environment environment;
    environment.tool_version = json["tool_version"].text();
    environment.started_at = json["started_at"].text();
    environment.command_line = json["command_line"].text();
    environment.kernel_release = json["kernel_release"].text();
    environment.architecture = json["architecture"].text();
    environment.cpu_model = json["cpu_model"].text();
    environment.cpus = json["cpus"].integer_as<unsigned>();
    environment.memory_bytes = json["memory_bytes"].integer();
    environment.virtualization = json["virtualization"].text_or_empty();
    environment.clock_source = json["clock_source"].text();
    environment.congestion_control = json["congestion_control"].text();
    environment.link = json["link"].text();
    environment.mtu = json["mtu"].integer_as<unsigned>();
    if (const auto devices = json.find("devices"); devices && !devices->is_null())
        environment.devices = {read_device((*devices)["server"]), read_device((*devices)["client"])};
    environment.backends = json["backends"].text();
    if (const auto untraced = json.find("untraced"))
        environment.untraced = untraced->text_or_empty();
    for (const JsonField& path : json["plan"].elements())
        environment.plan.push_back({path["path"].one_of(all_paths), path["backend"].one_of(all_backends),
                                    path["calls"].one_of(all_qualities), path["bytes"].one_of(all_qualities),
                                    path["time"].one_of(all_qualities), path["reason"].text_or_empty()});
    if (const JsonField bracket = json["bracket_ns"]; !bracket.is_null())
        environment.bracket_ns = bracket.number();
    environment.no_bracket = json["bracket_reason"].text_or_empty();
    for (const auto& [name, value] : json["settings"].members())
        environment.settings[name] = value.text();
    environment.notes = json["notes"].texts();
    return environment;
}

RunSpec read_spec(const JsonField& json) {
    RunSpec spec;
    spec.variants.clear();
    spec.field_sizes.clear();
    spec.threads.clear();
    spec.preset = json["preset"].text_or_empty();
    for (const JsonField& variant : json["variants"].elements())
        spec.variants.push_back(variant.one_of(all_variants));
    for (const JsonField& size : json["field_sizes"].elements())
        spec.field_sizes.push_back(size.integer(1));
    for (const JsonField& threads : json["threads"].elements())
        spec.threads.push_back(threads.integer_as<unsigned>(1));
    spec.duration_s = json["duration_s"].number();
    spec.warmup_messages = json["warmup_messages"].integer_as<unsigned>();
    spec.repeats = json["repeats"].integer_as<unsigned>(1);
    spec.pattern = json["pattern"].one_of(std::array{Pattern::rr, Pattern::stream});
    if (auto link = link_from(json["link"].text()))
        spec.link = std::move(*link);
    else
        json["link"].fail("must be veth, loopback or dev:SERVER_DEV,CLIENT_DEV");
    spec.mtu = static_cast<unsigned>(json["mtu"].integer_or(0, UINT32_MAX));
    spec.send_buffer = static_cast<unsigned>(json["send_buffer"].integer_or(0, UINT32_MAX));
    spec.receive_buffer = static_cast<unsigned>(json["receive_buffer"].integer_or(0, UINT32_MAX));
    spec.nagle = json["nagle"].truth();
    spec.pin = json["pin"].truth();
    spec.ipv6 = json["ipv6"].truth();
    spec.verify = json["verify"].truth();
    spec.think_time_ns = json["think_time_ns"].integer();
    spec.trace = json["trace"].truth();
    const JsonField backend = json["backend"];
    if (backend.text() != "auto")
        spec.backend = backend.one_of(std::array{Backend::fentry, Backend::kprobe, Backend::tracepoint});
    spec.sample_frequency = json["sample_frequency"].integer_as<unsigned>();
    if (const JsonField timeline = json["timeline_ms"]; !timeline.is_null()) {
        spec.timeline_ms = timeline.number();
        // As in docs/run.schema.json.
        if (spec.timeline_ms < 0.1 || spec.timeline_ms > 1000.0)
            timeline.fail("must be null or between 0.1 and 1000");
    }
    spec.stacks = json["stacks"].truth();
    spec.port = json["port"].integer_as<std::uint16_t>();
    spec.events = json["events"].texts();
    return spec;
}

} // namespace netio::report
