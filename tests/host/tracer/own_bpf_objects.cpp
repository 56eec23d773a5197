// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "own_bpf_objects.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

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

namespace {

/// Descriptors of links that this process has.
std::vector<int> own_links() {
    std::vector<int> links;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
        std::ifstream info(entry.path());
        for (std::string key; info >> key;)
            if (key == "link_id:")
                links.push_back(std::stoi(entry.path().filename()));
    }
    return links;
}

std::string name_of_program(int link) {
    bpf_link_info attached{};
    std::uint32_t length = sizeof(attached);
    if (bpf_obj_get_info_by_fd(link, &attached, &length) != 0)
        return {};
    const UniqueFd program(bpf_prog_get_fd_by_id(attached.prog_id));
    bpf_prog_info info{};
    length = sizeof(info);
    if (!program.valid() || bpf_obj_get_info_by_fd(program.get(), &info, &length) != 0)
        return {};
    return info.name;
}

} // namespace

unsigned detach_own_programs(const std::string& part) {
    unsigned detached = 0;
    const UniqueFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (const int link : own_links())
        if (name_of_program(link).find(part) != std::string::npos && dup3(nothing.get(), link, O_CLOEXEC) == link)
            ++detached;
    return detached;
}

} // namespace netio::tracer
