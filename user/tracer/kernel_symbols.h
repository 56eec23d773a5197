// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace netio::tracer {

/// The names of the kernel's functions, modules and JIT-compiled BPF programs included, by address. A copy is cheap and
/// shares the table. What is loaded later is not in it: load the symbols after the tracer's own BPF programs.
class KernelSymbols {
  public:
    /// Reads /proc/kallsyms (about 0.1 s). An error when it cannot be read or hides the addresses
    /// (kernel.kptr_restrict, or no CAP_SYSLOG).
    static Result<KernelSymbols> load();

    /// From text in the format of /proc/kallsyms: "address type name [module]" a line. An error when it names no
    /// function with an address.
    static Result<KernelSymbols> parse(std::string_view kallsyms);

    /// The function that contains the address, with the compiler's suffixes ("do_softirq.part.0"). Of several names of
    /// one address the one with the fewest leading underscores is given, then the shortest: "memcpy", not
    /// "__pi_memcpy". Nothing for an address outside of all functions. Valid as long as a copy of this object lives.
    [[nodiscard]] std::optional<std::string_view> name(std::uint64_t address) const;

    /// Number of functions.
    [[nodiscard]] std::size_t size() const;
    /// Where the function of this name begins, as name() gives it; slow (it looks at each).
    [[nodiscard]] std::optional<std::uint64_t> address(std::string_view name) const;

  private:
    struct Table;
    explicit KernelSymbols(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
    std::shared_ptr<const Table> table_;
};

/// The name without what the compiler added to it (".isra.0", ".constprop.0", ".part.0", ".cold", ".llvm.123"):
/// everything from the first full stop that is not at the beginning.
[[nodiscard]] std::string_view without_compiler_suffix(std::string_view symbol);

} // namespace netio::tracer
