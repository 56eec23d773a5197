// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/stack_classifier.h"

namespace netio::tracer {

/// Gives functions addresses, so that stacks can be written by name. Every stack in the tests but the arm64 ones was
/// seen on a 6.18 kernel or on 6.1 and 6.12 ones.
class StackBuilder {
  public:
    /// Addresses for "innermost < its caller < ..."; each lies within its function.
    std::vector<std::uint64_t> stack(std::string_view line) {
        std::vector<std::uint64_t> frames;
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(" < "), line.size());
            frames.push_back(address_of(std::string(line.substr(0, end))) + 0x10);
            line.remove_prefix(std::min(end + 3, line.size()));
        }
        return frames;
    }

    /// All functions named so far, and one that no stack goes through.
    [[nodiscard]] KernelSymbols symbols() const {
        std::ostringstream kallsyms;
        kallsyms << "ffffffff80000000 t first_function\n";
        for (const auto& [name, address] : addresses_)
            kallsyms << std::hex << address << " t " << name << '\n';
        return KernelSymbols::parse(kallsyms.str()).value();
    }

    /// A classifier that knows all functions named so far, with the built-in table.
    [[nodiscard]] StackClassifier classifier() const { return {symbols(), SymbolClasses::built_in().value()}; }

  private:
    std::uint64_t address_of(const std::string& function) {
        return addresses_.try_emplace(function, 0xffffffff81000000 + addresses_.size() * 0x1000).first->second;
    }

    std::map<std::string, std::uint64_t> addresses_;
};

} // namespace netio::tracer
