// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/kept_stacks.h"

#include <ranges>
#include <utility>

namespace netio::tracer {

std::uint32_t KeptStacks::number_of(std::string_view symbol) {
    const auto known = numbers_.find(symbol);
    if (known != numbers_.end())
        return known->second;
    const auto number = static_cast<std::uint32_t>(symbols_.size());
    symbols_.emplace_back(symbol);
    numbers_.emplace(symbol, number);
    return number;
}

void KeptStacks::add(std::uint32_t subject, SampleContext context, std::span<const std::string_view> functions,
                     std::uint64_t count) {
    std::vector<std::uint32_t> frames;
    frames.reserve(functions.size());
    for (const std::string_view function : std::views::reverse(functions))
        frames.push_back(number_of(function));
    counts_[{subject, context, std::move(frames)}] += count;
}

KernelStacks KeptStacks::take() && {
    KernelStacks stacks;
    stacks.symbols = std::move(symbols_);
    for (const auto& [key, count] : counts_)
        stacks.stacks.push_back({std::get<std::uint32_t>(key), std::get<SampleContext>(key), std::get<2>(key), count});
    return stacks;
}

} // namespace netio::tracer
