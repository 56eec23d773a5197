// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "analysis/phrases.h"
#include "base/clock.h"
#include "cli/terminal.h"
#include "perf/counters.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

std::string describe(const CellKey& key) {
    return fmt::format("{} 8 x {} B, {} thread{}", name_of(key.variant), key.field_size, key.threads,
                       key.threads == 1 ? "" : "s");
}

void draw(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

std::string in_minutes(double seconds) {
    const long whole = std::lround(seconds);
    return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60) : fmt::format("{} s", whole);
}

void announce(const Run& run, std::size_t cells) {
    draw(announcement(run, cells, perf::probe_events(run.spec.events)) + '\n');
}

class Silence final : public experiment::RunListener {
  public:
    void run_started(const Run&, std::size_t) override {}
    void cell_started(const CellKey&, std::size_t) override {}
    void cell_goes_on(double) override {}
    Result<void> cell_finished(const Run&) override { return {}; }
};

class LinePerCell final : public experiment::RunListener {
  public:
    void run_started(const Run& run, std::size_t cells) override {
        cells_ = cells;
        announce(run, cells);
    }
    void cell_started(const CellKey& key, std::size_t index) override {
        key_ = key;
        index_ = index;
    }
    void cell_goes_on(double) override {}
    Result<void> cell_finished(const Run& run) override {
        const Cell& cell = run.cells.back();
        draw(fmt::format("cell {}/{}: {}, repeat {}: {:.3f} Gbit/s, p50 {:.1f} us\n", index_ + 1, cells_,
                         describe(key_), key_.repeat + 1, cell.throughput_gbps(),
                         cell.receiver.latency.quantile(0.5) / 1e3));
        return {};
    }

  private:
    CellKey key_;
    std::size_t index_ = 0;
    std::size_t cells_ = 0;
};

/// One line that is drawn again in place; erased when the run is over.
class Bar final : public experiment::RunListener {
  public:
    ~Bar() override { draw(erase); }

    void run_started(const Run& run, std::size_t cells) override {
        cells_ = cells;
        announce(run, cells);
        started_ns_ = monotonic_ns();
    }
    void cell_started(const CellKey& key, std::size_t index) override {
        key_ = key;
        index_ = index;
        cell_goes_on(0.0);
    }
    void cell_goes_on(double share) override {
        const double done = (static_cast<double>(index_) + share) / static_cast<double>(cells_);
        const double elapsed_s = static_cast<double>(monotonic_ns() - started_ns_) / 1e9;
        std::string text = fmt::format(" {}/{} {}", index_ + 1, cells_, describe(key_));
        // Before a little of the run is over, an estimate would only jump about.
        if (done > 0.02)
            text += " · " + in_minutes(elapsed_s * (1.0 - done) / done) + " left";
        // A line that the terminal breaks cannot be erased.
        const std::size_t room = columns_of(STDERR_FILENO) - 1;
        text = report::left_in(text, std::min(report::display_width(text), room));
        const std::size_t width = std::min<std::size_t>(28, room - report::display_width(text));
        const auto filled = static_cast<std::size_t>(done * static_cast<double>(width));
        std::string line = erase;
        for (std::size_t i = 0; i < width; ++i)
            line += i < filled ? "█" : "░";
        draw(line + text);
    }
    Result<void> cell_finished(const Run&) override { return {}; }

  private:
    static constexpr const char* erase = "\r\033[K";

    CellKey key_;
    std::size_t index_ = 0;
    std::size_t cells_ = 1;
    std::uint64_t started_ns_ = 0;
};

} // namespace

std::string announcement(const Run& run, std::size_t cells, std::span<const CounterReading> events) {
    // Connecting, warming up, closing and reading what the tracer counted.
    constexpr double beside_measuring_s = 0.4;
    const double seconds = static_cast<double>(cells) * (run.spec.duration_s + beside_measuring_s);
    std::string text =
        fmt::format("{}, {}, {} s each: about {}", analysis::counted(cells, "cell"),
                    analysis::counted(run.spec.repeats, "repeat"), run.spec.duration_s, in_minutes(seconds));
    if (!run.environment.untraced.empty())
        text += "\nnot traced: " + printable(run.environment.untraced);
    std::map<std::string, std::vector<std::string>> not_counted;
    for (const CounterReading& event : events)
        if (!event.available())
            not_counted[event.reason].push_back(event.event);
    for (const auto& [reason, names] : not_counted)
        text += "\nnot counted: " + analysis::joined(names) + (reason.empty() ? "" : " (" + printable(reason) + ")");
    return text;
}

std::unique_ptr<experiment::RunListener> make_progress(bool quiet) {
    if (quiet)
        return std::make_unique<Silence>();
    if (takes_control_sequences(STDERR_FILENO))
        return std::make_unique<Bar>();
    return std::make_unique<LinePerCell>();
}

} // namespace netio::cli
