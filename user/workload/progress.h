// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "workload/options.h"

namespace netio::workload {

/// How far a connection has come: told by its own thread, looked at by the one that watches over all. So a peer that
/// says nothing, or a byte now and then, is noticed without a timer in any call that is measured; telling costs a store
/// a message.
class Progress {
  public:
    /// What the connection waits for.
    enum class Stage : std::uint8_t {
        hello,   ///< server: the client's first bytes
        message, ///< the next message, or the request for it
        others   ///< that all connections have warmed up
    };

    explicit Progress(Stage first) : stage_(first) {}

    void enter(Stage stage) { stage_.store(stage, std::memory_order_relaxed); }
    void message_done() { messages_.store(messages() + 1, std::memory_order_relaxed); }

    struct State {
        Stage stage{};
        std::uint64_t messages = 0;

        bool operator==(const State&) const = default;
    };
    [[nodiscard]] State state() const { return {stage_.load(std::memory_order_relaxed), messages()}; }

  private:
    [[nodiscard]] std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }

    std::atomic<std::uint64_t> messages_ = 0;
    std::atomic<Stage> stage_;
};

/// How often the thread that watches looks.
inline constexpr int look_interval_ms = 1000;

/// How long something has been as it is, for a thread that looks at least every few seconds. Time in which it did not
/// look does not count: then this process was stopped, or the machine asleep, and nobody had the chance to go on.
template <typename State>
class Watch {
  public:
    /// Nanoseconds between the first look that found this state and `now_ns` (CLOCK_MONOTONIC).
    std::uint64_t lasts_ns(const State& state, std::uint64_t now_ns) {
        constexpr std::uint64_t longest_pause_ns = 10'000'000'000;
        if (!state_ || *state_ != state || now_ns - looked_at_ns_ > longest_pause_ns) {
            state_ = state;
            since_ns_ = now_ns;
        }
        looked_at_ns_ = now_ns;
        return now_ns - since_ns_;
    }

  private:
    std::optional<State> state_;
    std::uint64_t since_ns_ = 0;
    std::uint64_t looked_at_ns_ = 0;
};

/// How long, in nanoseconds, a connection of these options may be in a stage without a new message. A message has a
/// second more for each 10 kB, which the slowest link carries that a measurement makes sense on.
[[nodiscard]] inline std::uint64_t patience_ns(const Options& options, Progress::Stage stage) {
    constexpr std::uint64_t ns_of_a_byte = 100'000;
    const std::uint64_t bytes = options.field_size * fields_per_message;
    const std::uint64_t of_message = options.patience.message_ns + bytes * ns_of_a_byte;
    switch (stage) {
    case Progress::Stage::hello:
        return options.patience.hello_ns;
    case Progress::Stage::others:
        return 10 * of_message;
    case Progress::Stage::message:
        break;
    }
    return of_message;
}

} // namespace netio::workload
