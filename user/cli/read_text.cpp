// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/read_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/sudo_user.h"
#include "base/unique_fd.h"
#include "report/view/format.h"

namespace netio::cli {

Result<std::string> read_text(const std::string& path, std::size_t most_bytes) {
    const std::string what = "cannot read " + printable(path);
    const auto rights = FileRights::of(sudo_user());
    if (!rights)
        return rights.error();
    // Without O_NONBLOCK the opening of a pipe would wait for somebody to write.
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
        Error error = system_error(what, errno);
        error.exit_code = ExitCode::bad_input;
        return error;
    }
    if (!S_ISREG(status.st_mode))
        return input_error(what, "it is no regular file");
    std::string text;
    std::array<char, std::size_t{64} * 1024> piece{};
    for (;;) {
        const ssize_t got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return system_error(what, errno);
        if (got == 0)
            return text;
        text.append(piece.data(), static_cast<std::size_t>(got));
        if (text.size() > most_bytes)
            return input_error(what, "it is larger than " + report::binary_size(most_bytes));
    }
}

} // namespace netio::cli
