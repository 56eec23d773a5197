// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "base/unique_fd.h"
#include "report/format.h"
#include "report/run_reader.h"

namespace netio::report {
namespace {

constexpr std::size_t most_bytes = std::size_t{256} << 20;

Error unreadable(const std::string& path, int errno_value) {
    Error error = system_error("cannot read " + printable(path), errno_value,
                               "name a run.json, or the folder that --output of netio-trace run named");
    error.exit_code = ExitCode::bad_input;
    return error;
}

/// The name alone of a folder of results is enough.
std::string file_in(const std::string& path) {
    UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder ? path + (path.ends_with('/') ? "" : "/") + "run.json" : path;
}

} // namespace

Result<Run> read_run_file(const std::string& path) {
    const std::string name = path == "-" ? "standard input" : file_in(path);
    UniqueFd file(path == "-" ? dup(STDIN_FILENO) : open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file)
        return unreadable(name, errno);
    // Read in pieces rather than by the size that the file has: a pipe has none, and a file can grow.
    constexpr std::size_t piece = std::size_t{1} << 20;
    std::string text;
    for (;;) {
        const std::size_t before = text.size();
        if (before > most_bytes)
            return input_error("cannot read " + printable(name),
                               "it is larger than " + binary_size(most_bytes) + ", which no run.json should be",
                               "make several smaller runs");
        if (text.capacity() < before + piece)
            text.reserve(std::max(2 * before, piece));
        text.resize(before + piece);
        const ssize_t got = read(file.get(), text.data() + before, piece);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR)
            return unreadable(name, errno);
        if (got == 0)
            return read_run(text, name);
    }
}

} // namespace netio::report
