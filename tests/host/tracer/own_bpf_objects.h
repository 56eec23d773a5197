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

/// Detaches the programs of this process whose name has `part` in it, while their owner thinks them attached: the
/// descriptor of the link is one of /dev/null afterwards, and the owner closes that. Of a name the kernel keeps 15
/// characters (BPF_OBJ_NAME_LEN), so that tp_btf's btf_sched_switch lacks its last. The number of programs detached.
unsigned detach_own_programs(const std::string& part);

} // namespace netio::tracer
