// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/byte_time.h"

namespace netio::analysis {
namespace {

const PathFigures& payload_figures(const TraceResult& trace, Path path) {
    return trace.paths[index_of(payload_role(path))][index_of(path)];
}

std::vector<Path> nested_in(Path path) {
    switch (path) {
    case Path::send_syscall:
        return {Path::tcp_sendmsg, Path::copy_in, Path::pin};
    case Path::recv_syscall:
        return {Path::copy_out};
    case Path::tcp_sendmsg:
        return {Path::copy_in, Path::pin};
    default:
        return {};
    }
}

} // namespace

Figure own_time_per_payload_byte_ns(const Cell& cell, Path path) {
    if (!cell.trace)
        return Figure::unavailable("not traced");
    const PathFigures& figures = payload_figures(*cell.trace, path);
    Figure own = figures.exclusive_ns;
    if (!own.available())
        return own;
    const auto payload =
        static_cast<double>(own.quality == Quality::sampled ? figures.sampled_bytes : cell.sender.total_payload_bytes);
    if (payload <= 0.0)
        return Figure::unavailable("no payload was sent");
    own.value /= payload;
    own.low /= payload;
    own.high /= payload;
    return own;
}

std::vector<Path> still_contained(const Cell& cell, Path path) {
    if (!cell.trace || payload_figures(*cell.trace, path).exclusive_ns.quality == Quality::sampled)
        return {};
    std::vector<Path> contained;
    for (Path nested : nested_in(path)) {
        const Quality time = payload_figures(*cell.trace, nested).time_ns.quality;
        if (time == Quality::sampled || time == Quality::unavailable)
            contained.push_back(nested);
    }
    return contained;
}

} // namespace netio::analysis
