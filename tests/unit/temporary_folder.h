// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace netio {

/// A test with a folder of its own, which goes with it.
class TemporaryFolderTest : public ::testing::Test {
  protected:
    void SetUp() override {
        unsetenv("SUDO_UID"); // or, under sudo, the caller's rights would count, whose folder this is not
        std::string pattern = (std::filesystem::temp_directory_path() / "netio-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        if (!folder_.empty())
            std::filesystem::remove_all(folder_);
    }

    std::filesystem::path folder_;
};

} // namespace netio
