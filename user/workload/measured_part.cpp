// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/measured_part.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <linux/tcp.h> // has more of tcp_info than <netinet/tcp.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <semaphore>
#include <string>

namespace netio::workload {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

/// How many threads may have a file open at a time beside their connections: allow_files() leaves room for 64.
std::counting_semaphore<32> files(32);

/// Of the calling thread since it started: /proc/PID/task/TID/schedstat has the time on a CPU, the time runnable but
/// not on one (sched_info.run_delay, kernel/sched/stats.h) and the number of times that it was put on one. All are 0 on
/// a kernel that keeps no account of them.
std::optional<double> runnable_s() {
    std::uint64_t running_ns = 0;
    std::uint64_t runnable_ns = 0;
    std::uint64_t times = 0;
    files.acquire();
    std::ifstream("/proc/thread-self/schedstat") >> running_ns >> runnable_ns >> times;
    files.release();
    return times == 0 ? std::nullopt : std::optional(static_cast<double>(runnable_ns) * 1e-9);
}

std::string congestion_control_of(int socket) {
    std::array<char, 16> name{}; // TCP_CA_NAME_MAX
    socklen_t length = name.size();
    if (getsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), &length) != 0)
        return {};
    return {name.data(), strnlen(name.data(), length)};
}

std::optional<std::uint64_t> since(const std::optional<std::uint64_t>& now,
                                   const std::optional<std::uint64_t>& before) {
    if (!now || !before)
        return std::nullopt;
    return *now - *before;
}

} // namespace

std::optional<ConnectionFigures> figures_of_connection(int socket) {
    tcp_info info{};
    socklen_t length = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return std::nullopt;
    // The kernel fills as much as it knows of.
    const auto known = [&](const auto& field) {
        const auto end = reinterpret_cast<const char*>(&field + 1) - reinterpret_cast<const char*>(&info);
        return end <= static_cast<std::ptrdiff_t>(length) ? std::optional<std::uint64_t>(field) : std::nullopt;
    };
    ConnectionFigures figures;
    figures.congestion_control = congestion_control_of(socket);
    figures.rtt_us = {info.tcpi_rtt};
    figures.rtt_variance_us = {info.tcpi_rttvar};
    figures.congestion_window = {info.tcpi_snd_cwnd};
    figures.retransmits = info.tcpi_total_retrans;
    figures.delivered = known(info.tcpi_delivered);
    figures.busy_us = known(info.tcpi_busy_time);
    figures.receive_window_limited_us = known(info.tcpi_rwnd_limited);
    figures.send_buffer_limited_us = known(info.tcpi_sndbuf_limited);
    return figures;
}

MeasuredPart::CpuTime MeasuredPart::CpuTime::now() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

void MeasuredPart::begin_connection(int socket) { connection_ = figures_of_connection(socket); }

void MeasuredPart::begin_thread() {
    runnable_s_ = runnable_s();
    cpu_ = CpuTime::now();
}

void MeasuredPart::end(int socket, EndResult& figures) const {
    const CpuTime cpu = CpuTime::now();
    figures.cpu_user_s = cpu.user_s - cpu_.user_s;
    figures.cpu_system_s = cpu.system_s - cpu_.system_s;
    if (const auto now = runnable_s(); now && runnable_s_)
        figures.runnable_s = *now - *runnable_s_;
    figures.connections = figures_of_connection(socket);
    if (!figures.connections || !connection_) {
        figures.connections.reset();
        return;
    }
    ConnectionFigures& now = *figures.connections;
    now.retransmits -= connection_->retransmits;
    now.delivered = since(now.delivered, connection_->delivered);
    now.busy_us = since(now.busy_us, connection_->busy_us);
    now.receive_window_limited_us = since(now.receive_window_limited_us, connection_->receive_window_limited_us);
    now.send_buffer_limited_us = since(now.send_buffer_limited_us, connection_->send_buffer_limited_us);
}

} // namespace netio::workload
