// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/atomic_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "unit/temporary_folder.h"

namespace netio {
namespace {

class AtomicFile : public TemporaryFolderTest {
  protected:
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator{}));
    }
};

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(AtomicFile, ReplacesWhatWasThereAndLeavesNothingBeside) {
    const auto path = folder_ / "run.json";
    ASSERT_TRUE(write_file_atomically(path, "old and much longer text").ok());
    ASSERT_TRUE(write_file_atomically(path, "new").ok());
    EXPECT_EQ(contents(path), "new");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(AtomicFile, NamesTheFileWhenItsFolderIsMissing) {
    const auto path = folder_ / "missing" / "run.json";
    const auto written = write_file_atomically(path, "text");
    ASSERT_FALSE(written.ok());
    EXPECT_NE(written.error().message().find(path.string()), std::string::npos);
    EXPECT_NE(written.error().message().find("ENOENT"), std::string::npos);
}

TEST_F(AtomicFile, KeepsTheOldFileAndNoTemporaryOneWhenItCannotReplaceIt) {
    const auto path = folder_ / "taken";
    std::filesystem::create_directories(path / "by a folder");
    EXPECT_FALSE(write_file_atomically(path, "text").ok());
    EXPECT_TRUE(std::filesystem::is_directory(path));
    EXPECT_EQ(entries(), 1U);
}

} // namespace
} // namespace netio
