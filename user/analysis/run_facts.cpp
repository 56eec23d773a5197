// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/run_facts.h"

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/comparison.h"
#include "analysis/phrases.h"
#include "model/run_options.h"

namespace netio::analysis {
namespace {

/// The brief form of what is shown only where it is not the default.
std::string if_set(bool set, std::string text) { return set ? std::move(text) : std::string(); }

std::string with_name(const std::string& name, const std::string& value) {
    return value.empty() ? std::string() : name + " " + value;
}

/// The value of an option. 0 is the kernel's own size, and none of anything else.
std::string in_words(bool value, Unit) { return value ? "yes" : "no"; }
std::string in_words(double value, Unit unit) {
    if (unit == Unit::milliseconds)
        return value == 0.0 ? "none" : trimmed(value) + " ms";
    return trimmed(value);
}
std::string in_words(std::uint64_t value, Unit unit) {
    switch (unit) {
    case Unit::bytes:
        return value == 0 ? "the kernel's own" : binary_size(value);
    case Unit::nanoseconds:
        return value == 0 ? "none" : duration(static_cast<double>(value));
    case Unit::hertz:
        return value == 0 ? "none" : grouped(value) + " Hz";
    default:
        return grouped(value);
    }
}
std::string in_words(unsigned value, Unit unit) { return in_words(std::uint64_t{value}, unit); }
std::string in_words(std::uint16_t value, Unit unit) { return in_words(std::uint64_t{value}, unit); }
std::string in_words(const std::string& text, Unit) { return text; }
std::string in_words(const LinkSpec& link, Unit) { return to_string(link); }
std::string in_words(Variant variant, Unit) { return std::string(name_of(variant)); }
std::string in_words(Pattern pattern, Unit) { return std::string(name_of(pattern)); }
std::string in_words(ReceiveUnit unit, Unit) { return std::string(name_of(unit)); }
std::string in_words(const std::map<std::string, std::string>& sysctls, Unit) {
    std::vector<std::string> words;
    for (const auto& [name, value] : sysctls)
        words.push_back(name + "=" + value);
    return joined(words);
}
std::string in_words(const std::optional<Backend>& backend, Unit) {
    return backend ? std::string(name_of(*backend)) : "auto";
}
template <class Element>
std::string in_words(const std::vector<Element>& list, Unit unit) {
    std::vector<std::string> words;
    words.reserve(list.size());
    for (const Element& element : list)
        words.push_back(in_words(element, unit));
    return joined(words);
}

std::string filled(std::string_view text, const std::string& value) {
    std::string filled(text);
    if (const std::size_t place = filled.find("{}"); place != std::string::npos)
        filled.replace(place, 2, value);
    return filled;
}

std::string gibibytes(std::uint64_t bytes) {
    return bytes == 0 ? "" : fixed(static_cast<double>(bytes) / (1U << 30U), 1) + " GiB";
}

std::string feature(const char* name, const std::optional<bool>& on) {
    return std::string(name) + (!on ? " not known" : *on ? " on" : " off");
}

/// "eth1 (virtio_net): scatter-gather on, transmit checksum off, segmentation not known"
std::string describe(const DeviceFacts& device) {
    return device.name + (device.driver.empty() ? "" : " (" + device.driver + ")") + ": " +
           feature("scatter-gather", device.scatter_gather) + ", " +
           feature("transmit checksum", device.transmit_checksum) + ", " +
           feature("segmentation", device.segmentation) +
           // Files of earlier versions do not have these.
           if_set(device.generic_segmentation.has_value(),
                  ", " + feature("generic segmentation", device.generic_segmentation)) +
           if_set(device.receive_offload.has_value(), ", " + feature("receive offload", device.receive_offload));
}

/// What keeps zero-copy sends from staying that: "no scatter-gather at eth1".
std::string missing_offload(const DeviceFacts& device) {
    std::vector<std::string> missing;
    if (device.scatter_gather == false)
        missing.emplace_back("scatter-gather");
    if (device.transmit_checksum == false)
        missing.emplace_back("transmit checksum");
    return missing.empty() ? "" : "no " + joined_by_and(missing) + " at " + device.name;
}

using Facts = std::vector<RunFact>;

void add_machine(Facts& facts, const Environment& environment) {
    constexpr auto figures = Bearing::figures;
    const std::string cpus = counted(environment.cpus, "CPU");
    const std::string& model = environment.cpu_model;
    facts.insert(
        facts.end(),
        {{"Started", environment.started_at, "", Bearing::none},
         {"Command", environment.command_line, "", Bearing::none},
         {"netio-trace", environment.tool_version, with_name("netio-trace", environment.tool_version), figures, true},
         {"Kernel", environment.kernel_release, "Linux " + environment.kernel_release + " " + environment.architecture,
          figures, true},
         {"Architecture", environment.architecture},
         {"Processors", cpus + (model.empty() ? "" : ", " + model), cpus + (model.empty() ? "" : " (" + model + ")"),
          figures, true},
         {"Memory", gibibytes(environment.memory_bytes)},
         {"Virtual machine", environment.virtualization.empty() ? "none recognised" : environment.virtualization,
          with_name("guest:", environment.virtualization), figures, true},
         {"Clock", environment.clock_source}});
}

void add_network(Facts& facts, const Environment& environment) {
    const bool says_mtu = environment.link.find("MTU") != std::string::npos;
    facts.push_back({"Link", environment.link, with_name("link", environment.link)});
    facts.push_back({"MTU", environment.mtu == 0 ? "" : grouped(environment.mtu),
                     if_set(environment.mtu != 0 && !says_mtu, "MTU " + std::to_string(environment.mtu))});
    if (const auto& devices = environment.devices) {
        facts.push_back({"Sender's device", describe(devices->server), missing_offload(devices->server)});
        facts.push_back({"Receiver's device", describe(devices->client)});
    }
    facts.push_back(
        {"Congestion control", environment.congestion_control, with_name("TCP", environment.congestion_control)});
}

void add_options(Facts& facts, const RunSpec& spec) {
    for_each_field<RunSpec>([&]<class Value>(const RunOption<Value>& option) {
        if (option.label.empty())
            return;
        const bool none = option.of_tracing && !spec.trace;
        const std::string value = none ? "none" : in_words(spec.*option.member, option.unit);
        const bool is_set = value != in_words(RunSpec{}.*option.member, option.unit);
        facts.push_back({std::string(option.label), value.empty() ? "none" : value,
                         filled(is_set ? option.brief : option.brief_unset, value),
                         option.chooses_cells ? Bearing::cells : Bearing::figures});
    });
}

void add_tracing(Facts& facts, const Run& run) {
    const Environment& environment = run.environment;
    const RunSpec& spec = run.spec;
    const std::string rate = if_set(spec.sample_frequency != 0, " at " + in_words(spec.sample_frequency, Unit::hertz));
    facts.push_back({"Traced by", spec.trace ? environment.backends : "nothing",
                     spec.trace ? "traced by " + environment.backends + rate : "not traced"});
    facts.push_back({"Not traced because", environment.untraced, "", Bearing::none});
}

} // namespace

Facts facts_of(const Run& run) {
    Facts facts;
    add_machine(facts, run.environment);
    add_network(facts, run.environment);
    add_options(facts, run.spec);
    add_tracing(facts, run);
    for (const auto& [name, value] : run.environment.settings)
        facts.push_back({name, value});
    return facts;
}

std::vector<FactDifference> differences_of(const std::vector<Facts>& runs) {
    std::vector<FactDifference> all;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const RunFact& fact : runs[i]) {
            if (fact.bearing == Bearing::none)
                continue;
            auto found = std::ranges::find(all, fact.name, &FactDifference::name);
            if (found == all.end())
                found = all.insert(all.end(), {fact.name, std::vector<std::string>(runs.size()), fact.bearing});
            found->values[i] = fact.value;
        }
    std::erase_if(all, [](const FactDifference& difference) {
        return std::ranges::all_of(difference.values,
                                   [&](const std::string& value) { return value == difference.values.front(); });
    });
    return all;
}

std::vector<std::string> differences_between(const ComparedRun& one, const ComparedRun& other) {
    std::vector<std::string> sentences;
    std::array<std::vector<std::string>, 2> not_recorded;
    for (const FactDifference& difference :
         differences_of({facts_of(one.parts.front()), facts_of(other.parts.front())})) {
        if (difference.bearing != Bearing::figures)
            continue;
        const std::vector<std::string>& values = difference.values;
        if (!values[0].empty() && !values[1].empty())
            sentences.push_back(difference.name + ": " + values[0] + " in " + one.name + ", " + values[1] + " in " +
                                other.name + ".");
        else
            not_recorded[values[0].empty() ? 0 : 1].push_back(difference.name);
    }
    for (std::size_t side = 0; side < not_recorded.size(); ++side)
        if (!not_recorded[side].empty())
            sentences.push_back("Not recorded in " + (side == 0 ? one : other).name +
                                ", and may differ: " + joined(not_recorded[side]) + ".");
    return sentences;
}

} // namespace netio::analysis
