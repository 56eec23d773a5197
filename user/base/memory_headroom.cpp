// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/memory_headroom.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <string_view>

namespace netio {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> number_in(const fs::path& file) {
    std::ifstream stream(file);
    std::uint64_t number = 0;
    return stream >> number ? std::optional(number) : std::nullopt; // "max" is no number
}

/// Value of a line "key value" or "key: value kB".
std::optional<std::uint64_t> field_of(const fs::path& file, const std::string& key) {
    std::ifstream stream(file);
    std::string word;
    std::uint64_t value = 0;
    while (stream >> word)
        if (word == key && stream >> value)
            return value;
    return std::nullopt;
}

/// Where a version of control groups is mounted, and how its files are called.
struct Hierarchy {
    const char* mount;
    const char* limit;
    const char* usage;
    const char* active_cache;
    const char* inactive_cache;
};
constexpr Hierarchy version_1{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                              "total_active_file", "total_inactive_file"};
constexpr Hierarchy version_2{"sys/fs/cgroup", "memory.max", "memory.current", "active_file", "inactive_file"};

bool lists(std::string_view comma_separated, std::string_view name) {
    for (;;) {
        const std::size_t comma = comma_separated.find(',');
        if (comma_separated.substr(0, comma) == name)
            return true;
        if (comma == std::string_view::npos)
            return false;
        comma_separated.remove_prefix(comma + 1);
    }
}

/// The process's group in a hierarchy, from a line "NUMBER:CONTROLLERS:PATH" of /proc/self/cgroup.
std::optional<std::string> group_of_line(const std::string& line, bool& is_version_2) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
        return std::nullopt;
    const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
    is_version_2 = controllers.empty();
    if (!is_version_2 && !lists(controllers, "memory"))
        return std::nullopt;
    return line.substr(second + 1);
}

void look_at_groups(const fs::path& root, const Hierarchy& hierarchy, const std::string& group,
                    std::optional<MemoryHeadroom>& least) {
    const fs::path mount = root / hierarchy.mount;
    // A limit of any group further up binds as well.
    for (fs::path path = fs::path(group).lexically_normal();; path = path.parent_path()) {
        const fs::path folder = mount / path.relative_path();
        const auto limit = number_in(folder / hierarchy.limit);
        const auto usage = number_in(folder / hierarchy.usage);
        if (limit && usage) {
            const fs::path stat = folder / "memory.stat";
            const std::uint64_t cache = field_of(stat, hierarchy.active_cache).value_or(0) +
                                        field_of(stat, hierarchy.inactive_cache).value_or(0);
            const std::uint64_t bound = *usage - std::min(*usage, cache);
            const std::uint64_t left = *limit - std::min(*limit, bound);
            if (!least || left < least->bytes)
                least = {left, "the memory limit of the control group " + path.string()};
        }
        if (path == path.parent_path())
            return;
    }
}

} // namespace

std::optional<MemoryHeadroom> memory_headroom(const fs::path& root) {
    std::optional<MemoryHeadroom> least;
    if (const auto kibibytes = field_of(root / "proc/meminfo", "MemAvailable:"))
        least = {*kibibytes << 10U, "this machine"};
    std::ifstream groups(root / "proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        bool is_version_2 = false;
        if (const auto group = group_of_line(line, is_version_2))
            look_at_groups(root, is_version_2 ? version_2 : version_1, *group, least);
    }
    return least;
}

std::optional<MemoryHeadroom> own_memory_headroom() {
    struct Limit {
        __rlimit_resource resource;
        const char* used; ///< its line in /proc/self/status
        const char* name;
    };
    std::optional<MemoryHeadroom> least;
    for (const Limit& limit : {Limit{RLIMIT_AS, "VmSize:", "the limit of address space (ulimit -v)"},
                               Limit{RLIMIT_DATA, "VmData:", "the limit of data memory (ulimit -d)"}}) {
        rlimit value{};
        const auto used = field_of("/proc/self/status", limit.used);
        if (getrlimit(limit.resource, &value) != 0 || value.rlim_cur == RLIM_INFINITY || !used)
            continue;
        const std::uint64_t left = value.rlim_cur - std::min<std::uint64_t>(value.rlim_cur, *used << 10U);
        if (!least || left < least->bytes)
            least = {left, limit.name};
    }
    return least;
}

std::optional<std::uint64_t> memory_kills(const fs::path& root) { return field_of(root / "proc/vmstat", "oom_kill"); }

} // namespace netio
