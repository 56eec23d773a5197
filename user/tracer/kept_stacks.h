// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/trace.h"

namespace netio::tracer {

/// Puts stacks of function names together as the model keeps them: equal ones are one, and each name stands once. The
/// result does not depend on the order in which stacks are added, but for the numbers of the names.
class KeptStacks {
  public:
    /// `functions` innermost first; the names are copied.
    void add(std::uint32_t subject, SampleContext context, std::span<const std::string_view> functions,
             std::uint64_t count);
    [[nodiscard]] KernelStacks take() &&;

  private:
    std::uint32_t number_of(std::string_view symbol);

    std::vector<std::string> symbols_;
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
    std::map<std::tuple<std::uint32_t, SampleContext, std::vector<std::uint32_t>>, std::uint64_t> counts_;
};

} // namespace netio::tracer
