// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace netio::tracer {

/// Kind ("prog_id", "map_id", "link_id") and id of each BPF object that this process has a descriptor of.
std::set<std::pair<std::string, std::uint32_t>> own_bpf_objects();

/// Whether the kernel still knows the object.
bool exists(const std::pair<std::string, std::uint32_t>& object);

} // namespace netio::tracer
