// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/writer.h"

#include "analysis/insights.h"
#include "analysis/laws.h"
#include "report/run_json/finding.h"
#include "report/run_json/layout.h"
#include "report/run_json/values.h"
#include "report/run_json/write_cell.h"

namespace netio::report {
namespace {

/// 0 stands for "the link's or the kernel's own", which is not a size.
Json size_or_null(unsigned bytes) { return bytes == 0 ? Json(nullptr) : Json(bytes); }

Json plan_to_json(const std::vector<PathPlan>& plan) {
    Json list = Json::array();
    for (const PathPlan& path : plan)
        list.push_back({{"path", name_of(path.path)},
                        {"backend", name_of(path.backend)},
                        {"calls", name_of(path.calls)},
                        {"bytes", name_of(path.bytes)},
                        {"time", name_of(path.time)},
                        {"reason", text_or_null(path.reason)}});
    return list;
}

Json device_to_json(const DeviceFacts& device) {
    const auto or_null = [](const std::optional<bool>& answer) { return answer ? Json(*answer) : Json(nullptr); };
    return {{"name", device.name},
            {"driver", text_or_null(device.driver)},
            {"mtu", device.mtu},
            {"scatter_gather", or_null(device.scatter_gather)},
            {"transmit_checksum", or_null(device.transmit_checksum)},
            {"segmentation", or_null(device.segmentation)}};
}

Json devices_to_json(const std::optional<LinkFacts>& devices) {
    if (!devices)
        return nullptr;
    return {{"server", device_to_json(devices->server)}, {"client", device_to_json(devices->client)}};
}

Json environment_to_json(const Environment& environment) {
    return {{"tool_version", environment.tool_version},
            {"started_at", environment.started_at},
            {"command_line", environment.command_line},
            {"kernel_release", environment.kernel_release},
            {"architecture", environment.architecture},
            {"cpu_model", environment.cpu_model},
            {"cpus", environment.cpus},
            {"memory_bytes", environment.memory_bytes},
            {"virtualization", text_or_null(environment.virtualization)},
            {"clock_source", environment.clock_source},
            {"congestion_control", environment.congestion_control},
            {"link", environment.link},
            {"mtu", environment.mtu},
            {"devices", devices_to_json(environment.devices)},
            {"backends", environment.backends},
            {"untraced", text_or_null(environment.untraced)},
            {"plan", plan_to_json(environment.plan)},
            {"bracket_ns", environment.bracket_ns ? Json(*environment.bracket_ns) : Json(nullptr)},
            {"bracket_reason", text_or_null(environment.no_bracket)},
            {"settings", environment.settings},
            {"notes", environment.notes}};
}

Json spec_to_json(const RunSpec& spec) {
    Json variants = Json::array();
    for (Variant variant : spec.variants)
        variants.push_back(name_of(variant));
    return {{"preset", text_or_null(spec.preset)},
            {"variants", std::move(variants)},
            {"field_sizes", spec.field_sizes},
            {"threads", spec.threads},
            {"duration_s", spec.duration_s},
            {"warmup_messages", spec.warmup_messages},
            {"repeats", spec.repeats},
            {"pattern", name_of(spec.pattern)},
            {"link", to_string(spec.link)},
            {"mtu", size_or_null(spec.mtu)},
            {"send_buffer", size_or_null(spec.send_buffer)},
            {"receive_buffer", size_or_null(spec.receive_buffer)},
            {"nagle", spec.nagle},
            {"pin", spec.pin},
            {"ipv6", spec.ipv6},
            {"verify", spec.verify},
            {"think_time_ns", spec.think_time_ns},
            {"trace", spec.trace},
            {"backend", spec.backend ? Json(name_of(*spec.backend)) : Json("auto")},
            {"sample_frequency", spec.sample_frequency},
            {"timeline_ms", spec.timeline_ms == 0.0 ? Json(nullptr) : Json(spec.timeline_ms)},
            {"stacks", spec.stacks},
            {"port", spec.port},
            {"events", spec.events},
            {"corrupt_at", nullptr}};
}

Json accounting_to_json(const analysis::Accounting& accounting) {
    const bool any = accounting.laws_checked != 0;
    return {{"percent", any ? Json(accounting.percent) : Json(nullptr)},
            {"laws_checked", accounting.laws_checked},
            {"laws_broken", accounting.laws_broken},
            {"laws_with_missed_hits", accounting.laws_with_missed_hits},
            {"missed_hits", missed_hits_to_json(accounting.missed_hits)},
            {"lost", accounting.lost},
            {"reason", any ? Json(nullptr) : Json("no law was checked: nothing was traced")}};
}

} // namespace

std::string render_json(const Run& run) {
    Json cells = Json::array();
    for (const Cell& cell : run.cells)
        cells.push_back(cell_to_json(cell));
    return lay_out({{"schema", run_schema},
                    {"environment", environment_to_json(run.environment)},
                    {"spec", spec_to_json(run.spec)},
                    {"interrupted", run.interrupted},
                    {"failure", run.failure ? Json(*run.failure) : Json(nullptr)},
                    {"accounting", accounting_to_json(analysis::account(run))},
                    {"findings", findings_to_json(analysis::find_insights(run))},
                    {"cells", std::move(cells)}});
}

} // namespace netio::report
