// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/stack_classifier.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace netio::tracer {

StackClassifier::StackClassifier(KernelSymbols symbols, SymbolClasses classes)
    : symbols_(std::move(symbols)), classes_(std::move(classes)) {}

const StackClassifier::Frame& StackClassifier::frame_of(std::uint64_t address) {
    if (const auto known = cache_.find(address); known != cache_.end())
        return known->second;
    Frame frame;
    if (const std::optional<std::string_view> name = symbols_.name(address)) {
        frame.symbol = without_compiler_suffix(*name);
        frame.meaning = classes_.meaning_of(frame.symbol);
    }
    return cache_.emplace(address, std::move(frame)).first->second;
}

void StackClassifier::look_up(std::span<const std::uint64_t> addresses) {
    frames_.clear();
    for (std::size_t i = 0; i < addresses.size(); ++i)
        frames_.push_back(&frame_of(i == 0 ? addresses[i] : addresses[i] - 1));
}

std::vector<std::string_view> StackClassifier::functions_of(std::span<const std::uint64_t> addresses) {
    look_up(addresses);
    std::vector<std::string_view> functions;
    for (const Frame* frame : frames_) {
        functions.push_back(frame->symbol.empty() ? unknown_function : frame->symbol);
        if (frame->meaning.border == ContextBorder::softirq)
            break;
    }
    return functions;
}

StackClass StackClassifier::classify(std::span<const std::uint64_t> addresses) {
    look_up(addresses);
    StackClass result;
    if (!frames_.empty())
        result.symbol = frames_.front()->symbol;

    const auto is_border = [](const Frame* frame) { return frame->meaning.border != ContextBorder::none; };
    const auto border = std::find_if(frames_.begin(), frames_.end(), is_border);
    result.in_softirq = std::any_of(border, frames_.end(),
                                    [](const Frame* frame) { return frame->meaning.border == ContextBorder::softirq; });

    const auto is_inside_of = [&](auto frame, std::uint8_t marker) {
        return std::any_of(std::next(frame), border,
                           [&](const Frame* outer) { return outer->meaning.marker == marker; });
    };
    std::optional<CpuClass> cpu_class;
    for (auto frame = frames_.begin(); frame != border; ++frame) {
        const SymbolMeaning& meaning = (*frame)->meaning;
        if (meaning.tracing || (meaning.tracing_innermost && frame == frames_.begin())) {
            result.tracing = true;
            result.path.reset();
            result.inside.reset();
            cpu_class = CpuClass::other;
        }
        if (!cpu_class)
            cpu_class = meaning.cpu_class;
        for (const PathMeaning& path : meaning.paths) {
            if (path.scope != RuleScope::everywhere &&
                is_inside_of(frame, path.marker) != (path.scope == RuleScope::within))
                continue;
            if (!result.path) {
                result.path = path.path;
                result.path_frame = static_cast<std::size_t>(frame - frames_.begin());
            }
            result.inside.set(index_of(path.path));
        }
    }
    result.cpu_class = cpu_class.value_or(CpuClass::other);
    return result;
}

} // namespace netio::tracer
