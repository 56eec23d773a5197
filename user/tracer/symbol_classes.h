// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/cpu_class.h"
#include "model/path.h"

namespace netio::tracer {

/// What a frame begins, seen from the inside.
enum class ContextBorder { none, softirq, interrupt };

/// Where a rule holds.
enum class RuleScope { everywhere, within, outside };

/// A path that a symbol stands for, perhaps only inside or outside of another function.
struct PathMeaning {
    Path path = Path::send_syscall;
    RuleScope scope = RuleScope::everywhere;
    std::uint8_t marker = 0; ///< SymbolMeaning::marker of the function that must, or must not, be further out

    bool operator==(const PathMeaning&) const = default;
};

/// What the table says of one symbol. All empty: the symbol takes its meaning from its caller.
struct SymbolMeaning {
    std::optional<CpuClass> cpu_class;
    std::vector<PathMeaning> paths;
    std::optional<std::uint8_t> marker; ///< set for a function that some rule names after "within" or "outside"
    ContextBorder border = ContextBorder::none;
    bool tracing = false;           ///< a BPF program, or what calls one
    bool tracing_innermost = false; ///< the same, but only as the innermost frame: it also calls the traced function
};

/// One line of the table, for tests.
struct SymbolRule {
    std::string section; ///< as written between the brackets: "class data_copy"
    std::string pattern; ///< a symbol, or the beginning of one followed by '*'
    RuleScope scope = RuleScope::everywhere;
    std::string other; ///< the symbol that it must be within, or outside of; empty everywhere
    unsigned line = 0;
};

/// The table that maps kernel symbols to paths, to CPU classes and to borders of contexts. It is data:
/// user/tracer/symbol_classes.txt, which is built into the program and explains its own format.
class SymbolClasses {
  public:
    /// The table that the program was built with.
    static Result<SymbolClasses> built_in();
    /// An error names the line that cannot be understood.
    static Result<SymbolClasses> parse(std::string_view text);

    /// An exact pattern goes before a prefix, and a longer prefix before a shorter one, within each kind of section
    /// (class, path, border, tracing). `symbol` is without compiler suffixes.
    [[nodiscard]] SymbolMeaning meaning_of(std::string_view symbol) const;

    /// Whether a function stands for the path. Of one without, samples tell nothing, rather than that it took no time.
    [[nodiscard]] bool shows(Path path) const;

    [[nodiscard]] std::span<const SymbolRule> rules() const& { return rules_; }
    [[nodiscard]] std::span<const SymbolRule> rules() && = delete; // would outlive its table

  private:
    /// What the patterns of one kind of section mean.
    template <class Meaning>
    struct Patterns {
        std::map<std::string, Meaning, std::less<>> exact;
        std::map<std::string, Meaning, std::less<>> prefixes;
    };

    [[nodiscard]] Result<void> add(const SymbolRule& rule);
    [[nodiscard]] std::uint8_t marker_for(const std::string& symbol);

    std::vector<SymbolRule> rules_;
    Patterns<std::optional<CpuClass>> cpu_classes_; ///< nullopt: that of the caller
    Patterns<std::vector<PathMeaning>> paths_;
    Patterns<ContextBorder> borders_;
    Patterns<bool> tracing_; ///< true: only as the innermost frame
    std::vector<std::string> markers_;
};

} // namespace netio::tracer
