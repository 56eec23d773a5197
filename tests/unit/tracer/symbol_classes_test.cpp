// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/symbol_classes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "tracer/kernel_symbols.h"

namespace netio::tracer {
namespace {

SymbolClasses built_in() { return SymbolClasses::built_in().value(); }

std::string kind_of(const SymbolRule& rule) { return rule.section.substr(0, rule.section.find(' ')); }

/// Whether `pattern` fits everything that `other` fits.
bool covers(const std::string& pattern, const std::string& other) {
    if (!pattern.ends_with('*'))
        return pattern == other;
    return other.starts_with(pattern.substr(0, pattern.size() - 1));
}

/// Names of the running kernel's functions; those can be read without privileges, unlike their addresses.
std::set<std::string> running_kernels_functions() {
    std::set<std::string> names;
    std::ifstream file("/proc/kallsyms");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string address;
        std::string type;
        std::string name;
        words >> address >> type >> name;
        names.emplace(without_compiler_suffix(name));
    }
    return names;
}

TEST(SymbolClassTable, CanBeRead) {
    const auto classes = SymbolClasses::built_in();
    ASSERT_TRUE(classes.ok()) << classes.error().message();
    EXPECT_GT(classes->rules().size(), 100U);
}

TEST(SymbolClassTable, SaysNothingTwice) {
    std::map<std::tuple<std::string, std::string, std::string>, unsigned> seen;
    const SymbolClasses classes = built_in();
    for (const SymbolRule& rule : classes.rules()) {
        const auto [known, is_new] = seen.try_emplace({kind_of(rule), rule.pattern, rule.other}, rule.line);
        EXPECT_TRUE(is_new) << "line " << rule.line << ": " << rule.pattern << " stands on line " << known->second
                            << " already";
    }
}

/// A rule that says what a shorter prefix says anyway is never needed; a path is never given by two patterns.
TEST(SymbolClassTable, HasNoRuleInTheShadowOfAnother) {
    const SymbolClasses classes = built_in();
    for (const SymbolRule& rule : classes.rules()) {
        const SymbolRule* nearest = nullptr;
        for (const SymbolRule& other : classes.rules())
            if (&other != &rule && kind_of(other) == kind_of(rule) && other.pattern != rule.pattern &&
                covers(other.pattern, rule.pattern) &&
                (nearest == nullptr || other.pattern.size() > nearest->pattern.size()))
                nearest = &other;
        if (nearest == nullptr)
            continue;
        EXPECT_NE(rule.section, nearest->section) << "line " << rule.line << ": " << rule.pattern << " is covered by "
                                                  << nearest->pattern << " of line " << nearest->line;
    }
}

TEST(SymbolClassTable, HasRulesForEachPathClassAndBorder) {
    std::set<std::string> sections;
    const SymbolClasses classes = built_in();
    for (const SymbolRule& rule : classes.rules())
        sections.insert(rule.section);
    for (Path path : all_paths)
        EXPECT_TRUE(sections.contains("path " + std::string(name_of(path)))) << name_of(path);
    for (CpuClass cpu_class : all_cpu_classes)
        EXPECT_TRUE(sections.contains("class " + std::string(name_of(cpu_class)))) << name_of(cpu_class);
    for (const char* section : {"class of caller", "border softirq", "border interrupt", "tracing"})
        EXPECT_TRUE(sections.contains(section)) << section;
}

/// Of each section, the running kernel has at least one function; a path whose functions were all renamed would be
/// silently without samples.
TEST(SymbolClassTable, FitsTheRunningKernel) {
    const std::set<std::string> functions = running_kernels_functions();
    ASSERT_FALSE(functions.empty()) << "/proc/kallsyms cannot be read";
    std::map<std::string, unsigned> found;
    const SymbolClasses classes = built_in();
    for (const SymbolRule& rule : classes.rules()) {
        const bool is_prefix = rule.pattern.ends_with('*');
        const std::string first = rule.pattern.substr(0, rule.pattern.size() - (is_prefix ? 1 : 0));
        const auto nearest = functions.lower_bound(first);
        const bool is_there = nearest != functions.end() && covers(rule.pattern, *nearest);
        found[rule.section] += is_there ? 1 : 0;
    }
    for (const auto& [section, count] : found)
        EXPECT_GT(count, 0U) << section;
}

TEST(SymbolClasses, PutsTheLongerPatternFirst) {
    const auto classes = SymbolClasses::parse("[class netdev]\n"
                                              "skb_gso_*\n"
                                              "[class skb_management]\n"
                                              "skb_*\n"
                                              "[class data_copy]\n"
                                              "skb_copy_bits\n"
                                              "[class of caller]\n"
                                              "skb_copy_header\n")
                             .value();
    EXPECT_EQ(classes.meaning_of("skb_gso_segment").cpu_class, CpuClass::netdev);
    EXPECT_EQ(classes.meaning_of("skb_release_data").cpu_class, CpuClass::skb_management);
    EXPECT_EQ(classes.meaning_of("skb_copy_bits").cpu_class, CpuClass::data_copy);
    EXPECT_EQ(classes.meaning_of("skb_copy_header").cpu_class, std::nullopt);
    EXPECT_EQ(classes.meaning_of("tcp_ack").cpu_class, std::nullopt);
}

TEST(SymbolClasses, OneSymbolCanHaveAClassAPathAndABorder) {
    const auto classes = SymbolClasses::parse("[class data_copy]\ncopy_*\n"
                                              "[path copy_in]\ncopy_it within sender # why\n"
                                              "[path copy_out]\ncopy_it within receiver\n"
                                              "[border softirq]\ncopy_it\n"
                                              "[tracing]\ncopy_it\n")
                             .value();
    const SymbolMeaning meaning = classes.meaning_of("copy_it");
    EXPECT_EQ(meaning.cpu_class, CpuClass::data_copy);
    ASSERT_EQ(meaning.paths.size(), 2U);
    EXPECT_EQ(meaning.paths[0].path, Path::copy_in);
    EXPECT_EQ(meaning.paths[0].marker, classes.meaning_of("sender").marker);
    EXPECT_EQ(meaning.paths[1].marker, classes.meaning_of("receiver").marker);
    EXPECT_EQ(meaning.paths[0].scope, RuleScope::within);
    EXPECT_NE(classes.meaning_of("sender").marker, classes.meaning_of("receiver").marker);
    EXPECT_EQ(meaning.border, ContextBorder::softirq);
    EXPECT_TRUE(meaning.tracing);
}

TEST(SymbolClasses, NamesTheLineThatItCannotRead) {
    for (const char* line :
         {"before_any_section", "[class nonsense]\nx", "[path nonsense]\nx", "[border nonsense]\nx", "[nonsense]\nx",
          "[class lock]\nx within y", "[path pin]\nx within", "[class lock]\na b", "[class lock]\na*b",
          "[class lock]\n*", "[path pin]\nx within y z", "[path pin]\nx outside"}) {
        const auto classes = SymbolClasses::parse(line);
        ASSERT_FALSE(classes.ok()) << line;
        const std::string number = std::string(line).find('\n') == std::string::npos ? "line 1" : "line 2";
        EXPECT_NE(classes.error().message().find(number), std::string::npos) << classes.error().message();
    }
}

} // namespace
} // namespace netio::tracer
