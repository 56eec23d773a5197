// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/sampler.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace netio::tracer {
namespace {

UniqueFd open_clock(unsigned frequency, int cpu) {
    perf_event_attr attributes{};
    attributes.size = sizeof(attributes);
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_CPU_CLOCK;
    // A period rather than a frequency: the kernel then keeps it constant.
    attributes.sample_period = 1'000'000'000U / frequency;
    attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED;
    attributes.disabled = 1;
    return UniqueFd(static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC)));
}

std::uint64_t enabled_ns(int event) {
    std::array<std::uint64_t, 2> count_and_time{};
    return read(event, count_and_time.data(), sizeof(count_and_time)) == sizeof(count_and_time) ? count_and_time[1] : 0;
}

} // namespace

Result<Sampler> Sampler::open(unsigned frequency, int program_fd) {
    Sampler sampler(frequency);
    const int cpus = libbpf_num_possible_cpus();
    for (int cpu = 0; cpu < cpus; ++cpu) {
        UniqueFd event = open_clock(frequency, cpu);
        if (!event && errno == ENODEV) // possible, but not online
            continue;
        if (!event)
            return system_error("cannot open the sampling clock of CPU " + std::to_string(cpu), errno,
                                "run as root, or with CAP_PERFMON")
                .or_choose({Choice::no_tracing});
        UniqueFd link(bpf_link_create(program_fd, event.get(), BPF_PERF_EVENT, nullptr));
        if (!link)
            return system_error("cannot attach the sampler to the clock of CPU " + std::to_string(cpu), errno,
                                "run as root, or with CAP_BPF and CAP_PERFMON")
                .or_choose({Choice::no_sampling});
        sampler.clocks_.push_back({std::move(event), std::move(link), 0});
    }
    return sampler;
}

void Sampler::start() {
    for (Clock& clock : clocks_)
        ioctl(clock.event.get(), PERF_EVENT_IOC_ENABLE, 0);
}

void Sampler::stop() {
    for (Clock& clock : clocks_)
        ioctl(clock.event.get(), PERF_EVENT_IOC_DISABLE, 0);
}

std::vector<int> Sampler::descriptors() const {
    std::vector<int> list;
    for (const Clock& clock : clocks_)
        list.push_back(clock.event.get());
    return list;
}

void Sampler::begin() {
    stop();
    for (Clock& clock : clocks_)
        clock.enabled_before_ns = enabled_ns(clock.event.get());
}

std::uint64_t Sampler::expected() const {
    std::uint64_t ticks = 0;
    for (const Clock& clock : clocks_) {
        const std::uint64_t on = enabled_ns(clock.event.get()) - clock.enabled_before_ns;
        ticks += on / (1'000'000'000U / frequency_);
    }
    return ticks;
}

} // namespace netio::tracer
