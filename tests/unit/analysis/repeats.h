// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "model/run_result.h"

namespace netio::fixed_runs {

/// Cells as a machine might give them: latencies are log-normal, and each repeat as a whole is faster or slower by some
/// percent than the next, which is what makes repeats differ.
class RepeatMaker {
  public:
    explicit RepeatMaker(std::uint64_t seed) : generator_(seed) {}

    Cell repeat(double median_ns, double spread_of_repeats = 0.01, unsigned messages = 500) {
        const double level = median_ns * std::exp(spread_of_repeats * normal_(generator_));
        Cell cell;
        cell.variant = Variant::A2;
        cell.field_size = 256;
        cell.threads = 1;
        cell.repeat = next_++;
        double total = 0.0;
        for (unsigned i = 0; i < messages; ++i) {
            const double latency = level * std::exp(0.2 * normal_(generator_));
            cell.receiver.latency.record(static_cast<std::uint64_t>(latency));
            total += latency;
        }
        cell.receiver.messages = messages;
        cell.receiver.payload_bytes = messages * cell.message_size();
        cell.receiver.duration_s = total / 1e9;
        return cell;
    }

    Run run(unsigned repeats, double median_ns, double spread_of_repeats = 0.01) {
        Run run;
        for (unsigned i = 0; i < repeats; ++i)
            run.cells.push_back(repeat(median_ns, spread_of_repeats));
        return run;
    }

  private:
    std::mt19937_64 generator_;
    std::normal_distribution<double> normal_;
    unsigned next_ = 0;
};

} // namespace netio::fixed_runs
