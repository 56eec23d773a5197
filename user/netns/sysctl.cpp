// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/sysctl.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/unique_fd.h"
#include "netns/in_namespace.h"

namespace netio::netns {
namespace {

namespace fs = std::filesystem;

/// As sysctl(8) reads names: where the first separator is a slash, dots are part of a name ("net/ipv4/conf/eth0.1/…").
fs::path file_of(std::string name) {
    const std::size_t separator = name.find_first_of("./");
    if (separator != std::string::npos && name[separator] == '.')
        std::ranges::replace(name, '.', '/');
    return fs::path("/proc/sys") / fs::path(name).relative_path();
}

std::string value_in(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

struct Write {
    int error = 0;       ///< errno of what failed; 0: nothing
    bool opened = false; ///< the file may be written at all
};

Write write_value(const fs::path& file, const std::string& value) {
    const UniqueFd sysctl(open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!sysctl)
        return {errno, false};
    return {write(sysctl.get(), value.data(), value.size()) >= 0 ? 0 : errno, true};
}

Error cannot_set(const std::string& name, std::string why, std::string hint = {}) {
    return input_error("cannot set the sysctl " + name, std::move(why), std::move(hint));
}

Error shared_by_all(const std::string& name) {
    return cannot_set(name, "it is not each network namespace's own",
                      "set it for the whole machine before the run: sysctl -w");
}

Result<std::string> set_sysctl(const Namespace& where, const std::string& name, const std::string& value) {
    const fs::path file = file_of(name);
    if (file.string() != file.lexically_normal().string())
        return cannot_set(name, "there is none of this name");
    const bool is_outside = fs::exists(file);
    const std::string outside = value_in(file);
    std::string shown;
    // A namespace shows the sysctls that are its own, and some of the others, to read.
    const auto set = in_namespace(where, [&]() -> Result<void> {
        const bool is_inside = fs::exists(file) && file.string().starts_with("/proc/sys/net/");
        if (!is_inside && !is_outside)
            return cannot_set(name, "there is none of this name", "sysctl -a lists them");
        const Write written = is_inside ? write_value(file, value) : Write{EACCES, false};
        if (!written.opened)
            return shared_by_all(name);
        // For instance a congestion control that may not be a namespace's default
        // (tcp_set_default_congestion_control(), net/ipv4/tcp_cong.c).
        if (written.error == EPERM)
            return cannot_set(name, "the kernel does not allow this value in a network namespace: " + value)
                .or_choose({Choice::congestion_control});
        if (written.error != 0)
            return cannot_set(name, system_error("", written.error).why, "give a value that the kernel takes");
        shown = value_in(file);
        return {};
    });
    if (!set)
        return set.error();
    if (const std::string now = value_in(file); now != outside) {
        write_value(file, outside);
        return shared_by_all(name);
    }
    return shown;
}

} // namespace

Result<std::map<std::string, std::string>> set_sysctls(const Namespace& where,
                                                       const std::map<std::string, std::string>& values) {
    std::map<std::string, std::string> shown;
    for (const auto& [name, value] : values) {
        NETIO_TRY_TO(shown[name], set_sysctl(where, name, value));
    }
    return shown;
}

} // namespace netio::netns
