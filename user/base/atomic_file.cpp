// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/unique_fd.h"

namespace netio {
namespace {

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return system_error("cannot write " + path, errno, errno == ENOSPC ? "make room on the disk" : "");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::optional<unsigned> number_from_environment(const char* name) {
    const char* text = std::getenv(name);
    unsigned number = 0;
    if (text == nullptr)
        return std::nullopt;
    const char* end = text + std::strlen(text);
    const auto [parsed, failure] = std::from_chars(text, end, number);
    return failure == std::errc{} && parsed == end ? std::optional{number} : std::nullopt;
}

} // namespace

Result<void> write_file_atomically(const std::string& path, std::string_view text) {
    std::string temporary = path + ".XXXXXX";
    const UniqueFd file{mkostemp(temporary.data(), O_CLOEXEC)};
    if (!file)
        return system_error("cannot make a file beside " + path, errno,
                            "is the folder there, and may you write to it?");
    Result<void> outcome = write_all(file.get(), text, path);
    // mkostemp(3) makes files for their owner alone; results are for whoever may read the folder.
    if (outcome && fchmod(file.get(), 0644) != 0)
        outcome = system_error("cannot set the permissions of " + path, errno);
    if (outcome && fsync(file.get()) != 0)
        outcome = system_error("cannot flush " + path, errno);
    if (outcome && rename(temporary.c_str(), path.c_str()) != 0)
        outcome = system_error("cannot replace " + path, errno);
    if (!outcome)
        unlink(temporary.c_str());
    else
        give_to_sudo_user(path);
    return outcome;
}

void give_to_sudo_user(const std::string& path) {
    const auto user = number_from_environment("SUDO_UID");
    const auto group = number_from_environment("SUDO_GID");
    if (geteuid() == 0 && user && group && lchown(path.c_str(), *user, *group) != 0)
        return;
}

} // namespace netio
