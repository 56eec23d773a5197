// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <map>
#include <string>
#include <utility>

#include "report/view/format.h"

namespace netio::report {
namespace {

/// Semicolons and spaces separate; kernel functions have neither, but a file from elsewhere may.
std::string frame_name(const std::string& symbol) {
    std::string name = printable(symbol);
    for (char& letter : name)
        if (letter == ';' || letter == ' ')
            letter = '_';
    return name;
}

} // namespace

RenderedFiles export_folded(const Run& run, const RenderOptions& /*options*/) {
    std::map<std::string, std::uint64_t> lines;
    bool any = false;
    for (const Cell& cell : run.cells) {
        if (!cell.trace || !cell.trace->stacks)
            continue;
        any = true;
        const KernelStacks& stacks = *cell.trace->stacks;
        for (const StackCount& stack : stacks.stacks) {
            std::string line = std::string(name_of(cell.variant)) + ';' +
                               cell.trace->subjects[stack.subject].subject.name + ';' +
                               std::string(name_of(stack.context));
            for (std::uint32_t frame : stack.frames)
                line += ';' + frame_name(stacks.symbols[frame]);
            lines[line] += stack.count;
        }
    }
    if (!any)
        return input_error("the run has no stacks to export", "it was made without keeping them")
            .or_choose({Choice::record_stacks});
    std::string text;
    for (const auto& [line, count] : lines)
        text += line + ' ' + std::to_string(count) + '\n';
    return std::vector<RenderedFile>{{"stacks.folded", std::move(text)}};
}

} // namespace netio::report
