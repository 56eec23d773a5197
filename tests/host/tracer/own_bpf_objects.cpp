// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "own_bpf_objects.h"

#include <bpf/bpf.h>

#include <filesystem>
#include <fstream>

#include "base/unique_fd.h"

namespace netio::tracer {

std::set<std::pair<std::string, std::uint32_t>> own_bpf_objects() {
    std::set<std::pair<std::string, std::uint32_t>> objects;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
        std::ifstream info(entry.path());
        for (std::string key; info >> key;) {
            std::uint32_t id = 0;
            if ((key == "prog_id:" || key == "map_id:" || key == "link_id:") && info >> id)
                objects.emplace(key.substr(0, key.size() - 1), id);
        }
    }
    return objects;
}

bool exists(const std::pair<std::string, std::uint32_t>& object) {
    const auto& [kind, id] = object;
    if (kind == "prog_id")
        return UniqueFd(bpf_prog_get_fd_by_id(id)).valid();
    if (kind == "map_id")
        return UniqueFd(bpf_map_get_fd_by_id(id)).valid();
    return UniqueFd(bpf_link_get_fd_by_id(id)).valid();
}

} // namespace netio::tracer
