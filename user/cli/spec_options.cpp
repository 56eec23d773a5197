// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/spec_options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <type_traits>

#include "cli/option_values.h"
#include "model/presets.h"
#include "model/run_options.h"
#include "model/variant.h"
#include "perf/counters.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

/// How the value of an option is typed. Numbers are CLI11's to read; texts are read by set().
template <class Value>
struct Typed {
    using Type = std::optional<std::conditional_t<std::is_arithmetic_v<Value>, Value, std::string>>;
};
template <>
struct Typed<bool> {
    using Type = bool;
};
template <class Element>
struct Typed<std::vector<Element>> {
    using Type = std::vector<std::conditional_t<std::is_arithmetic_v<Element>, Element, std::string>>;
};
template <>
struct Typed<std::vector<std::string>> {
    using Type = std::optional<std::string>;
};

template <>
struct Typed<std::map<std::string, std::string>> {
    using Type = std::vector<std::string>;
};

/// What the help shows for a value that is not given; "" where there is nothing to show.
std::string shown(double value) { return value == 0.0 ? "" : report::trimmed(value); }
std::string shown(std::uint64_t value) { return value == 0 ? "" : std::to_string(value); }
std::string shown(unsigned value) { return shown(std::uint64_t{value}); }
std::string shown(std::uint16_t value) { return shown(std::uint64_t{value}); }
std::string shown(const std::string& text) { return text; }
std::string shown(Variant variant) { return std::string(name_of(variant)); }
std::string shown(Pattern pattern) { return std::string(name_of(pattern)); }
std::string shown(ReceiveUnit unit) { return std::string(name_of(unit)); }
std::string shown(const std::map<std::string, std::string>&) { return ""; }
std::string shown(const LinkSpec& link) { return to_string(link); }
std::string shown(const std::optional<Backend>&) { return "auto"; }
template <class Element>
std::string shown(const std::vector<Element>& list) {
    std::string text;
    for (const Element& element : list)
        text += (text.empty() ? "" : ",") + shown(element);
    return text;
}

/// Numbers, and lists of them.
template <class Value>
Result<void> set(Value& value, const Value& typed) {
    value = typed;
    return {};
}
Result<void> set(Pattern& pattern, const std::string& text) {
    NETIO_TRY_TO(pattern, parse_pattern(text));
    return {};
}
Result<void> set(ReceiveUnit& unit, const std::string& text) {
    const auto named = value_of_name<ReceiveUnit>(text);
    if (!named)
        return unknown_value("unit of --receive", text, names_of(values_of<ReceiveUnit>));
    unit = *named;
    return {};
}
Result<void> set(std::map<std::string, std::string>& sysctls, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const std::size_t sign = text.find('=');
        if (sign == 0 || sign == std::string::npos)
            return input_error("cannot read the sysctl \"" + printable(text) + '"', "it is not NAME=VALUE");
        if (sign + 1 == text.size())
            return input_error("the sysctl " + printable(text.substr(0, sign)) + " is given no value", "");
        if (!sysctls.emplace(text.substr(0, sign), text.substr(sign + 1)).second)
            return input_error("the sysctl " + printable(text.substr(0, sign)) + " is given twice", "");
    }
    return {};
}
Result<void> set(LinkSpec& link, const std::string& text) {
    auto parsed = link_from(text);
    if (!parsed)
        return unknown_value("link", text,
                             {"veth", "loopback", "dev:SERVER_DEV,CLIENT_DEV with two different devices"});
    link = *std::move(parsed);
    return {};
}
Result<void> set(std::optional<Backend>& backend, const std::string& text) {
    backend.reset();
    if (text == "auto")
        return {};
    backend = value_of_name<Backend>(text);
    if (!backend || std::ranges::find(timing_backends, *backend) == timing_backends.end())
        return unknown_value("backend", text, backend_words(), "netio-trace doctor shows which of them work here");
    return {};
}
Result<void> set(std::vector<Variant>& variants, const std::vector<std::string>& texts) {
    variants.clear();
    for (const std::string& text : texts) {
        NETIO_TRY_TO(const Variant variant, parse_variant(text));
        variants.push_back(variant);
    }
    return {};
}
Result<void> set(std::vector<std::string>& events, const std::string& text) {
    NETIO_TRY_TO(events, perf::parse_events(text));
    return {};
}

/// A preset is a spec of its own, and the first option.
Result<void> set_preset(RunSpec& spec, const std::string& name) {
    auto named = preset(name);
    if (!named)
        return unknown_value("preset", name, preset_names());
    named->events = std::move(spec.events);
    spec = *std::move(named);
    return {};
}

/// The type of a number, or of the numbers in a list; any other where there are none.
template <class Value>
struct NumberIn {
    using Type = Value;
};
template <class Element>
struct NumberIn<std::vector<Element>> {
    using Type = Element;
};

template <class Value>
CLI::Option* add_option(CLI::App& command, const RunOption<Value>& option, typename Typed<Value>::Type& typed) {
    const std::string flags(option.flags);
    const std::string help(option.help);
    CLI::Option* added = nullptr;
    if constexpr (std::is_same_v<Value, bool>)
        added = command.add_flag(flags, typed, help);
    else
        added = command.add_option(flags, typed, help)->default_str(shown(RunSpec{}.*option.member));
    using Number = typename NumberIn<Value>::Type;
    if constexpr (std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>)
        added->transform(number_value(range_of<Number>(option)));
    constexpr bool is_one_text = std::is_same_v<Value, std::vector<std::string>>;
    constexpr bool has_commas = std::is_same_v<Value, std::map<std::string, std::string>>;
    if constexpr (!is_one_text && !has_commas && requires { typed.begin(); })
        added->delimiter(',');
    if (!option.value.empty())
        added->type_name(std::string(option.value));
    return added->group(std::string(name_of(option.group)));
}

} // namespace

void SpecOptions::add_to(CLI::App& command, const std::vector<std::string_view>& only) {
    for_each_field<RunSpec>([&]<class Value>(const RunOption<Value>& option) {
        if (!only.empty() && std::ranges::find(only, option.name) == only.end())
            return;
        auto typed = std::make_shared<typename Typed<Value>::Type>();
        const CLI::Option* added = add_option(command, option, *typed);
        settings_.emplace_back([typed, added, &option](RunSpec& spec) -> Result<void> {
            Value& value = spec.*option.member;
            if (added->count() == 0)
                return {};
            if constexpr (std::is_same_v<Value, bool>)
                value = !value;
            else if constexpr (std::is_same_v<Value, std::string>)
                return option.member == &RunSpec::preset ? set_preset(spec, **typed) : set(value, **typed);
            else if constexpr (requires { typed->begin(); })
                return set(value, *typed);
            else
                return set(value, **typed);
            return {};
        });
    });
}

Result<RunSpec> SpecOptions::spec() const {
    RunSpec spec;
    spec.events = perf::default_events();
    for (const auto& setting : settings_)
        NETIO_TRY(setting(spec));
    return spec;
}

Result<Variant> parse_variant(const std::string& text) {
    if (const auto variant = value_of_name<Variant>(text))
        return *variant;
    if (text.find(',') != std::string::npos)
        return input_error("--variant takes one variant, not \"" + printable(text) + '"', {},
                           "known: " + known_variants());
    return unknown_value("variant", text, names_of(all_variants));
}

Result<Pattern> parse_pattern(const std::string& text) {
    if (const auto pattern = value_of_name<Pattern>(text))
        return *pattern;
    return unknown_value("pattern", text, names_of(values_of<Pattern>));
}

std::vector<std::string> backend_words() {
    std::vector<std::string> words = names_of(timing_backends);
    words.insert(words.begin(), "auto");
    return words;
}

} // namespace netio::cli
