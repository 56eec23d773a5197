// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/surroundings.h"
#include "netns/link.h"
#include "netns/network_counters.h"

namespace netio::experiment {

/// What the machine has done since it was started, from the text of /proc/stat, which counts in ticks. Nothing for a
/// text that is not of that kind. The load average is not in it.
[[nodiscard]] std::optional<MachineLoad> load_since_boot(std::string_view stat, double ticks_per_second);

/// Follows what goes on around a cell in its measured part: the counters of both ends' namespaces, and the machine.
/// Opened by the runner, and used in the process of the receiving end. An attached trace follows its own namespace.
class Surroundings {
  public:
    /// `link` may be null: nothing is known of namespaces then. Nor is it where /proc does not show their counters.
    explicit Surroundings(const netns::Link* link);
    /// Of one namespace, which is no end's.
    explicit Surroundings(const netns::Namespace& where);

    /// Just before the measured part, and just after it.
    void begin();
    void end();
    /// What begin() and end() need to be open.
    [[nodiscard]] std::vector<int> descriptors() const;

    /// What happened in between; empty and none where that is not known.
    [[nodiscard]] std::vector<NamespaceActivity> namespaces() const;
    [[nodiscard]] std::optional<MachineLoad> machine() const;

  private:
    struct Watched {
        std::vector<Role> ends;
        netns::CounterFiles files;
        netns::NetworkCounters before{}; ///< without values: could not be read
        netns::NetworkCounters after{};
    };
    void watch(std::vector<Role> ends, const netns::Namespace& where);

    std::vector<Watched> watched_;
    std::optional<MachineLoad> before_;
    std::optional<MachineLoad> after_;
};

} // namespace netio::experiment
