// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/environment.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <sstream>

#include "base/capability.h"
#include "netns/in_namespace.h"

namespace netio::experiment {
namespace {

std::string utc_now() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

/// A field of the first processor in /proc/cpuinfo.
std::string cpuinfo(const std::string& wanted) {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos || line.rfind(wanted, 0) != 0)
            continue;
        const std::size_t start = line.find_first_not_of(" \t", colon + 1);
        return start == std::string::npos ? std::string{} : line.substr(start);
    }
    return {};
}

bool has_cpu_flag(const std::string& flag) {
    std::istringstream flags(cpuinfo("flags"));
    std::string word;
    while (flags >> word)
        if (word == flag)
            return true;
    return false;
}

/// CPUID leaf 1 ECX bit 31, which /proc/cpuinfo shows as a flag, is reserved for hypervisors to say that they are
/// there.
std::string virtualization() {
    const std::string vendor = read_setting("/sys/class/dmi/id/sys_vendor");
    if (has_cpu_flag("hypervisor"))
        return vendor.empty() ? "virtual machine" : "virtual machine (" + vendor + ")";
    return {};
}

std::string memory_lock_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
        return {};
    return limit.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(limit.rlim_cur);
}

unsigned usable_cpus() {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? static_cast<unsigned>(CPU_COUNT(&cpus)) : 0;
}

void add_setting(Environment& environment, const std::string& name, const std::string& path) {
    if (std::string value = read_setting(path); !value.empty())
        environment.settings[name] = std::move(value);
}

} // namespace

std::string read_setting(const std::string& path) {
    std::ifstream file(path);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\t'))
        text.pop_back();
    return text;
}

void describe_machine(Environment& environment) {
    environment.tool_version = NETIO_VERSION;
    environment.started_at = utc_now();
    utsname names{};
    if (uname(&names) == 0) {
        environment.kernel_release = names.release;
        environment.architecture = names.machine;
    }
    environment.cpu_model = cpuinfo("model name");
    environment.cpus = usable_cpus();
    struct sysinfo memory {};
    if (sysinfo(&memory) == 0)
        environment.memory_bytes = static_cast<std::uint64_t>(memory.totalram) * memory.mem_unit;
    environment.virtualization = virtualization();
    environment.clock_source = read_setting("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    environment.settings["RLIMIT_MEMLOCK"] = memory_lock_limit();
    environment.settings["CAP_IPC_LOCK"] = exempt_from_memory_lock_limit() ? "held" : "not held";
    add_setting(environment, "kernel.perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid");
    add_setting(environment, "kernel.kptr_restrict", "/proc/sys/kernel/kptr_restrict");
    add_setting(environment, "cpu0.scaling_governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    add_setting(environment, "mitigations.spectre_v2", "/sys/devices/system/cpu/vulnerabilities/spectre_v2");
}

void add_network_settings(Environment& environment) {
    environment.congestion_control = read_setting("/proc/sys/net/ipv4/tcp_congestion_control");
    for (const char* name : {"tcp_rmem", "tcp_wmem", "tcp_autocorking", "tcp_timestamps", "tcp_sack"})
        add_setting(environment, std::string("net.ipv4.") + name, std::string("/proc/sys/net/ipv4/") + name);
    add_setting(environment, "net.core.optmem_max", optmem_path);
    add_setting(environment, "net.core.wmem_max", "/proc/sys/net/core/wmem_max");
    add_setting(environment, "net.core.rmem_max", "/proc/sys/net/core/rmem_max");
}

Result<void> add_network_settings(Environment& environment, const netns::Namespace& where) {
    // What a namespace does not show, such as optmem_max before 6.9, is the machine's.
    add_network_settings(environment);
    return netns::in_namespace(where, [&environment]() -> Result<void> {
        add_network_settings(environment);
        return {};
    });
}

bool has_setting(const netns::Namespace& where, const char* path) {
    bool found = false;
    const auto asked = netns::in_namespace(where, [&]() -> Result<void> {
        found = access(path, R_OK) == 0;
        return {};
    });
    return asked.ok() && found;
}

} // namespace netio::experiment
