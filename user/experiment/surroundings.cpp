// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/surroundings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>

#include "base/log.h"
#include "experiment/environment.h"

namespace netio::experiment {
namespace {

std::optional<MachineLoad> load_now() {
    auto load = load_since_boot(read_setting("/proc/stat"), static_cast<double>(sysconf(_SC_CLK_TCK)));
    double average = 0.0;
    std::istringstream averages(read_setting("/proc/loadavg"));
    if (load && averages >> average)
        load->load_average = average;
    return load;
}

netns::NetworkCounters counters_now(const netns::CounterFiles& files) {
    auto counters = files.read();
    if (counters)
        return std::move(counters).value();
    spdlog::warn(counters.error().message());
    return {};
}

} // namespace

std::optional<MachineLoad> load_since_boot(std::string_view stat, double ticks_per_second) {
    std::istringstream lines{std::string(stat)};
    std::string line;
    std::optional<MachineLoad> load;
    while (std::getline(lines, line) && line.starts_with("cpu")) {
        std::istringstream words(line);
        std::string name;
        words >> name;
        if (name != "cpu") {
            if (load)
                ++load->cpus;
            continue;
        }
        // proc_stat(5). Time of guests is in that of users already.
        enum { user, niced, system, idle, waiting, hard, soft, steal, parts };
        std::array<double, parts> seconds{};
        for (double& part : seconds) {
            if (!(words >> part) || part < 0.0)
                return std::nullopt;
            part /= ticks_per_second;
        }
        load.emplace();
        load->user_s = seconds[user] + seconds[niced];
        load->system_s = seconds[system];
        load->interrupts_s = seconds[hard] + seconds[soft];
        load->idle_s = seconds[idle] + seconds[waiting];
        load->steal_s = seconds[steal];
        load->wall_s = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    }
    return load;
}

Surroundings::Surroundings(const netns::Link* link) {
    if (link == nullptr)
        return;
    // A link over loopback has one namespace.
    if (&link->server_namespace() == &link->client_namespace()) {
        watch({Role::sender, Role::receiver}, link->server_namespace());
    } else {
        watch({Role::sender}, link->server_namespace());
        watch({Role::receiver}, link->client_namespace());
    }
}

Surroundings::Surroundings(const netns::Namespace& where) { watch({}, where); }

void Surroundings::watch(std::vector<Role> ends, const netns::Namespace& where) {
    auto files = netns::CounterFiles::open(where);
    if (files)
        watched_.push_back({std::move(ends), std::move(files).value()});
    else
        spdlog::warn(files.error().message());
}

void Surroundings::begin() {
    for (Watched& watched : watched_)
        watched.before = counters_now(watched.files);
    before_ = load_now();
}

void Surroundings::end() {
    after_ = load_now();
    for (Watched& watched : watched_)
        watched.after = counters_now(watched.files);
}

std::vector<int> Surroundings::descriptors() const {
    std::vector<int> list;
    for (const Watched& watched : watched_)
        std::ranges::copy(watched.files.descriptors(), std::back_inserter(list));
    return list;
}

std::vector<NamespaceActivity> Surroundings::namespaces() const {
    std::vector<NamespaceActivity> list;
    for (const Watched& watched : watched_) {
        if (watched.before.values.empty() || watched.after.values.empty())
            return {};
        list.push_back({watched.ends, watched.after.since(watched.before),
                        std::max(watched.before.packet_taps, watched.after.packet_taps)});
    }
    return list;
}

std::optional<MachineLoad> Surroundings::machine() const {
    if (!before_ || !after_)
        return std::nullopt;
    // The kernel corrects times of idle CPUs, and a part can then seem to shrink.
    const auto since = [](double now, double before) { return std::max(now - before, 0.0); };
    MachineLoad load = *after_;
    load.wall_s = since(after_->wall_s, before_->wall_s);
    load.user_s = since(after_->user_s, before_->user_s);
    load.system_s = since(after_->system_s, before_->system_s);
    load.interrupts_s = since(after_->interrupts_s, before_->interrupts_s);
    load.idle_s = since(after_->idle_s, before_->idle_s);
    load.steal_s = since(after_->steal_s, before_->steal_s);
    return load;
}

} // namespace netio::experiment
