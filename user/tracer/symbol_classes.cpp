// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/symbol_classes.h"

#include <algorithm>
#include <utility>

#include "tracer/symbol_classes_text.h"

namespace netio::tracer {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view first_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    return word;
}

bool is_prefix_pattern(std::string_view pattern) { return pattern.ends_with('*'); }

bool is_symbol(std::string_view text) { return !text.empty() && text.find('*') == std::string_view::npos; }

/// A symbol, or a non-empty beginning of one and a single '*' after it.
bool is_pattern(std::string_view text) {
    return is_symbol(is_prefix_pattern(text) ? text.substr(0, text.size() - 1) : text);
}

std::optional<CpuClass> cpu_class_from(std::string_view name) {
    for (CpuClass cpu_class : all_cpu_classes)
        if (name_of(cpu_class) == name)
            return cpu_class;
    return std::nullopt;
}

std::optional<ContextBorder> border_from(std::string_view name) {
    if (name == "softirq")
        return ContextBorder::softirq;
    if (name == "interrupt")
        return ContextBorder::interrupt;
    return std::nullopt;
}

Error bad_line(unsigned line, std::string why) {
    return Error{"invalid table of kernel symbols", "line " + std::to_string(line) + ": " + std::move(why),
                 "correct user/tracer/symbol_classes.txt and build again"};
}

/// The meaning of a pattern, made if it is not there yet.
template <class Patterns>
auto& entry(Patterns& patterns, std::string_view pattern) {
    if (is_prefix_pattern(pattern))
        return patterns.prefixes[std::string(pattern.substr(0, pattern.size() - 1))];
    return patterns.exact[std::string(pattern)];
}

/// The meaning of the pattern that fits a symbol best; null without one.
template <class Patterns>
const auto* find(const Patterns& patterns, std::string_view symbol) {
    if (const auto exact = patterns.exact.find(symbol); exact != patterns.exact.end())
        return &exact->second;
    for (std::size_t length = symbol.size(); length > 0; --length)
        if (const auto prefix = patterns.prefixes.find(symbol.substr(0, length)); prefix != patterns.prefixes.end())
            return &prefix->second;
    return static_cast<decltype(&patterns.exact.begin()->second)>(nullptr);
}

} // namespace

Result<SymbolClasses> SymbolClasses::built_in() { return parse(symbol_classes_text); }

Result<SymbolClasses> SymbolClasses::parse(std::string_view text) {
    SymbolClasses classes;
    std::string section;
    for (unsigned number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));

        line = line.substr(0, line.find('#'));
        line = line.substr(0, line.find_last_not_of(blanks) + 1);
        if (line.empty())
            continue;
        if (line.front() == '[' && line.back() == ']') {
            section = line.substr(1, line.size() - 2);
            continue;
        }
        SymbolRule rule{section, std::string(first_word(line)), RuleScope::everywhere, {}, number};
        const std::string_view second = first_word(line);
        rule.other = first_word(line);
        rule.scope = second == "within"    ? RuleScope::within
                     : second == "outside" ? RuleScope::outside
                                           : RuleScope::everywhere;
        const bool has_condition = rule.scope != RuleScope::everywhere && is_symbol(rule.other);
        if (!is_pattern(rule.pattern) || !(second.empty() || has_condition) || !first_word(line).empty())
            return bad_line(number,
                            "a rule is a symbol or the beginning of one and '*', perhaps with \"within SYMBOL\" "
                            "or \"outside SYMBOL\"");
        NETIO_TRY(classes.add(rule));
        classes.rules_.push_back(std::move(rule));
    }
    return classes;
}

Result<void> SymbolClasses::add(const SymbolRule& rule) {
    std::string_view rest = rule.section;
    const std::string_view kind = first_word(rest);
    const std::string_view name = rest.substr(std::min(rest.find_first_not_of(blanks), rest.size()));

    if (kind == "path") {
        const std::optional<Path> path = value_of_name<Path>(name);
        if (!path)
            return bad_line(rule.line, "unknown path \"" + std::string(name) + "\"");
        PathMeaning meaning{*path, rule.scope};
        if (rule.scope != RuleScope::everywhere)
            meaning.marker = marker_for(rule.other);
        entry(paths_, rule.pattern).push_back(meaning);
        return {};
    }
    if (rule.scope != RuleScope::everywhere)
        return bad_line(rule.line, "\"within\" and \"outside\" are for paths only");
    if (kind == "class") {
        const std::optional<CpuClass> cpu_class = cpu_class_from(name);
        if (!cpu_class && name != "of caller")
            return bad_line(rule.line, "unknown class \"" + std::string(name) + "\"");
        entry(cpu_classes_, rule.pattern) = cpu_class;
        return {};
    }
    if (kind == "border") {
        const std::optional<ContextBorder> border = border_from(name);
        if (!border)
            return bad_line(rule.line, "unknown border \"" + std::string(name) + "\"");
        entry(borders_, rule.pattern) = *border;
        return {};
    }
    if (kind == "tracing" && (name.empty() || name == "innermost")) {
        entry(tracing_, rule.pattern) = !name.empty();
        return {};
    }
    return bad_line(rule.line, "unknown section \"" + rule.section + "\"");
}

std::uint8_t SymbolClasses::marker_for(const std::string& symbol) {
    const auto known = std::find(markers_.begin(), markers_.end(), symbol);
    const auto index = static_cast<std::uint8_t>(known - markers_.begin());
    if (known == markers_.end())
        markers_.push_back(symbol);
    return index;
}

bool SymbolClasses::shows(Path path) const {
    return std::ranges::any_of(rules_, [section = "path " + std::string(name_of(path))](const SymbolRule& rule) {
        return rule.section == section;
    });
}

SymbolMeaning SymbolClasses::meaning_of(std::string_view symbol) const {
    SymbolMeaning meaning;
    if (const auto* cpu_class = find(cpu_classes_, symbol))
        meaning.cpu_class = *cpu_class;
    if (const auto* paths = find(paths_, symbol))
        meaning.paths = *paths;
    if (const auto* border = find(borders_, symbol))
        meaning.border = *border;
    if (const bool* innermost = find(tracing_, symbol))
        (*innermost ? meaning.tracing_innermost : meaning.tracing) = true;
    if (const auto marker = std::find(markers_.begin(), markers_.end(), symbol); marker != markers_.end())
        meaning.marker = static_cast<std::uint8_t>(marker - markers_.begin());
    return meaning;
}

} // namespace netio::tracer
