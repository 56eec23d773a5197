// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/cpu_class.h"
#include "model/path.h"
#include "tracer/kernel_symbols.h"
#include "tracer/symbol_classes.h"

namespace netio::tracer {

/// What the kernel was doing when a sample was taken.
struct StackClass {
    std::optional<Path> path;             ///< the innermost path
    std::size_t path_frame = 0;           ///< number of the frame, from the innermost, that tells it
    std::bitset<run_path_count> inside;   ///< all paths that were open, the innermost included
    CpuClass cpu_class = CpuClass::other; ///< by the innermost function that has a class
    bool in_softirq = false;              ///< not done for the task that it interrupted
    bool tracing = false;                 ///< in a BPF program or on the way to one: the cost of tracing
    std::string_view symbol; ///< the innermost function; empty when unknown. Lives as long as the classifier
};

/// Sorts kernel stacks by path and CPU class.
///
/// A stack is classed from the innermost frame outwards: the first function with a path gives the path, the first with
/// a class gives the class, and a function without takes its meaning from its caller, so that memcpy() under
/// skb_copy_ubufs() is deferred_copy. The walk ends at the frame where a softirq or an interrupt began: what is outside
/// of it was interrupted, and has no part in what runs inside. A page fault is no such border, for it is taken on
/// behalf of the function that touched the page. All that a tracing BPF program does is class `other`.
class StackClassifier {
  public:
    StackClassifier(KernelSymbols symbols, SymbolClasses classes);

    /// `addresses`: of the frames, innermost first, kernel only. All but the first are return addresses, that is the
    /// address after the call, and are looked up one byte lower: a call can be its function's last instruction.
    [[nodiscard]] StackClass classify(std::span<const std::uint64_t> addresses);

    /// The functions of a stack, innermost first; of one in softirq only those that run in it, so that what it happened
    /// to interrupt does not tell it apart. A function without a name is unknown_function. Valid as long as the
    /// classifier lives.
    [[nodiscard]] std::vector<std::string_view> functions_of(std::span<const std::uint64_t> addresses);
    static constexpr std::string_view unknown_function = "[unknown]";

    /// See SymbolClasses.
    [[nodiscard]] bool shows(Path path) const { return classes_.shows(path); }

  private:
    struct Frame {
        std::string_view symbol;
        SymbolMeaning meaning;
    };
    const Frame& frame_of(std::uint64_t address);
    void look_up(std::span<const std::uint64_t> addresses); ///< fills frames_

    KernelSymbols symbols_;
    SymbolClasses classes_;
    std::unordered_map<std::uint64_t, Frame> cache_; ///< by address looked up
    std::vector<const Frame*> frames_;               ///< of the stack at hand; kept to spare an allocation a stack
};

} // namespace netio::tracer
