// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace netio {

/// Replaces a file in one step: the text is written to a temporary file in the same folder, flushed to the disk and
/// renamed over `path`. On an error the old file is as it was and no temporary file remains.
[[nodiscard]] Result<void> write_file_atomically(const std::string& path, std::string_view text);

/// Under sudo, gives a file or folder that this process has made to the user who called sudo (SUDO_UID, SUDO_GID).
/// Does nothing otherwise; that it cannot is no error.
void give_to_sudo_user(const std::string& path);

} // namespace netio
