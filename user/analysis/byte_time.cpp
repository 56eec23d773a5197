// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/byte_time.h"

#include <cstdint>

#include "analysis/merge.h"

namespace netio::analysis {
namespace {

/// A time of the path for each payload byte of the part that it is of.
Figure per_payload_byte(const Cell& cell, Path path, Figure PathFigures::*member) {
    if (!cell.trace)
        return Figure::unavailable("not traced");
    const PathFigures& figures = cell.trace->payload_path(path);
    const Figure& time = figures.*member;
    if (!time.available())
        return time;
    const std::uint64_t payload =
        time.quality == Quality::sampled ? figures.sampled_bytes : cell.sender.total_payload_bytes;
    if (payload == 0)
        return Figure::unavailable("no payload was sent");
    return scaled(time, 1.0 / static_cast<double>(payload));
}

} // namespace

Figure ns_per_payload_byte(const Cell& cell, Path path) { return per_payload_byte(cell, path, &PathFigures::time_ns); }

Figure own_time_per_payload_byte_ns(const Cell& cell, Path path) {
    return per_payload_byte(cell, path, &PathFigures::exclusive_ns);
}

std::vector<Path> still_contained(const Cell& cell, Path path) {
    if (!cell.trace || cell.trace->payload_path(path).exclusive_ns.quality == Quality::sampled)
        return {};
    std::vector<Path> contained;
    for (Path nested : all_paths) {
        if (!belongs_to_call(nested) || !is_inside(nested, path))
            continue;
        const Quality time = cell.trace->payload_path(nested).time_ns.quality;
        if (time == Quality::sampled || time == Quality::unavailable)
            contained.push_back(nested);
    }
    return contained;
}

} // namespace netio::analysis
