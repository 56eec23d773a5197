// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/sample_statistics.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tracer/copy_sites.h"
#include "tracer/intervals.h"

namespace netio::tracer {
namespace {

constexpr std::size_t hottest_count = 10;

/// Puts stacks of function names together as the model keeps them: equal ones are one, and each name stands once. The
/// result does not depend on the order in which stacks are added, but for the numbers of the names.
class KeptStacks {
  public:
    /// `functions` innermost first; the names are copied.
    void add(std::uint32_t subject, SampleContext context, std::span<const std::string_view> functions,
             std::uint64_t count) {
        std::vector<std::uint32_t> frames;
        frames.reserve(functions.size());
        for (const std::string_view function : std::views::reverse(functions))
            frames.push_back(number_of(function));
        counts_[{subject, context, std::move(frames)}] += count;
    }

    [[nodiscard]] KernelStacks take() && {
        KernelStacks stacks;
        stacks.symbols = std::move(symbols_);
        for (const auto& [key, count] : counts_)
            stacks.stacks.push_back(
                {std::get<std::uint32_t>(key), std::get<SampleContext>(key), std::get<2>(key), count});
        return stacks;
    }

  private:
    std::uint32_t number_of(std::string_view symbol) {
        const auto [known, is_new] = numbers_.try_emplace(std::string(symbol), symbols_.size());
        if (is_new)
            symbols_.emplace_back(symbol);
        return known->second;
    }

    std::vector<std::string> symbols_;
    std::map<std::string, std::uint32_t> numbers_;
    std::map<std::tuple<std::uint32_t, SampleContext, std::vector<std::uint32_t>>, std::uint64_t> counts_;
};

/// As many as a site that a hook counts has.
constexpr std::size_t site_functions = NETIO_SITE_FRAMES;

/// Where skbs were copied.
class CopySites {
  public:
    /// `functions` begins with the one that copies.
    void add(Path path, std::span<const std::string_view> functions, std::uint64_t count) {
        auto& [site, largest] = sites_[{reason_of(path, functions), path}];
        site.samples += count;
        if (count <= largest)
            return;
        largest = count;
        functions = functions.first(std::min(functions.size(), site_functions));
        site.functions.assign(functions.begin(), functions.end());
    }

    [[nodiscard]] std::vector<CopyEvidence::Site> take() && {
        std::vector<CopyEvidence::Site> list;
        for (auto& [key, entry] : sites_) {
            std::tie(entry.first.reason, entry.first.path) = key;
            list.push_back(std::move(entry.first));
        }
        std::ranges::stable_sort(list, std::ranges::greater{}, &CopyEvidence::Site::samples);
        return list;
    }

  private:
    std::map<std::pair<CopyReason, Path>, std::pair<CopyEvidence::Site, std::uint64_t>> sites_; // most of one stack
};

struct Counts {
    std::uint64_t all = 0;
    std::uint64_t of_tasks = 0;
    std::uint64_t user = 0;
    std::uint64_t softirq = 0;
    std::uint64_t tracing = 0;
    std::array<std::uint64_t, cpu_class_count> classes{};
    std::array<std::uint64_t, run_path_count> inclusive{};
    std::array<std::uint64_t, run_path_count> exclusive{};
    std::map<std::string_view, std::uint64_t> symbols;

    void add_kernel(const StackClass& stack, std::uint64_t count) {
        classes[index_of(stack.cpu_class)] += count;
        softirq += stack.in_softirq ? count : 0;
        tracing += stack.tracing ? count : 0;
        for (std::size_t path = 0; path < run_path_count; ++path)
            inclusive[path] += stack.inside.test(path) ? count : 0;
        if (stack.path)
            exclusive[index_of(*stack.path)] += count;
        if (!stack.symbol.empty())
            symbols[stack.symbol] += count;
    }
};

std::optional<std::uint32_t> subject_of(const SampledStack& stack, const StackClass& kind,
                                        std::span<const Subject> subjects) {
    if (!kind.in_softirq)
        return stack.task_subject;
    if (stack.softirq_subject && kind.inside.test(index_of(Path::deferred_copy)))
        return subjects[*stack.softirq_subject].peer;
    return stack.softirq_subject;
}

SampleContext context_of(const SampledStack& stack, const StackClass& kind) {
    if (stack.user_mode)
        return SampleContext::user;
    return kind.in_softirq ? SampleContext::softirq : SampleContext::task;
}

Figure share_of(std::uint64_t samples, std::uint64_t all) {
    if (all == 0)
        return Figure::unavailable("in no sample");
    const Interval interval = wilson_interval_95(samples, all);
    return Figure::sampled(static_cast<double>(samples) / static_cast<double>(all), interval.low, interval.high);
}

std::vector<std::pair<std::string, std::uint64_t>> hottest(const std::map<std::string_view, std::uint64_t>& symbols) {
    std::vector<std::pair<std::string, std::uint64_t>> list(symbols.begin(), symbols.end());
    // Stable, so that equal counts stay in the alphabetical order of the map.
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& one, const auto& other) { return one.second > other.second; });
    list.resize(std::min(list.size(), hottest_count));
    return list;
}

SubjectStatistics statistics_of(const Counts& counts, double period_ns, const StackClassifier& classifier) {
    SubjectStatistics result;
    result.cpu.samples = counts.all;
    result.cpu.total_ns = time_of_samples(counts.all, period_ns);
    result.cpu.thread_ns = time_of_samples(counts.of_tasks, period_ns);
    for (std::size_t i = 0; i < cpu_class_count; ++i)
        result.cpu.share[i] = share_of(counts.classes[i], counts.all);
    result.cpu.user_space = share_of(counts.user, counts.all);
    result.cpu.softirq = share_of(counts.softirq, counts.all);
    result.cpu.tracing = share_of(counts.tracing, counts.all);
    result.cpu.hottest_symbols = hottest(counts.symbols);
    for (Path path : all_paths) {
        const std::size_t i = index_of(path);
        const auto time_of = [&](std::uint64_t samples) {
            return classifier.shows(path) ? time_of_samples(samples, period_ns)
                                          : Figure::unavailable("no sampled function stands for this path");
        };
        result.paths[i] = {counts.inclusive[i], time_of(counts.inclusive[i]), time_of(counts.exclusive[i])};
    }
    return result;
}

} // namespace

Figure time_of_samples(std::uint64_t samples, double period_ns) {
    const Interval interval = poisson_interval_95(samples);
    return Figure::sampled(static_cast<double>(samples) * period_ns, interval.low * period_ns,
                           interval.high * period_ns);
}

SampleStatistics add_up_samples(std::span<const SampledStack> stacks, std::span<const Subject> subjects,
                                const SampleClock& clock, StackClassifier& classifier, bool keep_stacks) {
    SampleStatistics result;
    KeptStacks kept;
    CopySites copy_sites;
    std::vector<Counts> counts(subjects.size());
    for (const SampledStack& stack : stacks) {
        result.counts.taken += stack.count;
        const StackClass kind = stack.user_mode ? StackClass{} : classifier.classify(stack.frames);
        if (stack.task_subject && (clock.interrupts_are_accounted || !kind.in_softirq))
            counts[*stack.task_subject].of_tasks += stack.count;
        const std::optional<std::uint32_t> subject = subject_of(stack, kind, subjects);
        if (kind.path && copies_skb(*kind.path)) {
            const std::vector<std::string_view> functions = classifier.functions_of(stack.frames);
            copy_sites.add(*kind.path, std::span(functions).subspan(kind.path_frame), stack.count);
        }
        if (!subject) {
            result.counts.of_no_subject += stack.count;
            if (kind.in_softirq && stack.task_subject)
                result.counts.unattributed_softirq += stack.count;
            continue;
        }
        Counts& of_subject = counts[*subject];
        of_subject.all += stack.count;
        if (keep_stacks)
            kept.add(*subject, context_of(stack, kind), classifier.functions_of(stack.frames), stack.count);
        if (stack.user_mode) {
            of_subject.user += stack.count;
            continue;
        }
        of_subject.add_kernel(kind, stack.count);
        if (stack.frames.empty())
            result.counts.without_stack += stack.count;
    }
    std::uint64_t of_tasks = 0;
    for (const Counts& of_subject : counts)
        of_tasks += of_subject.of_tasks;
    result.period_ns = clock.accounted_ns > 0.0 && of_tasks != 0 ? clock.accounted_ns / static_cast<double>(of_tasks)
                                                                 : clock.period_ns;
    for (const Counts& of_subject : counts)
        result.subjects.push_back(statistics_of(of_subject, result.period_ns, classifier));
    result.copy_sites = std::move(copy_sites).take();
    if (keep_stacks)
        result.stacks = std::move(kept).take();
    return result;
}

} // namespace netio::tracer
