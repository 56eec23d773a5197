// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/run_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "unit/temporary_folder.h"

namespace netio::experiment {
namespace {

class RunFiles : public TemporaryFolderTest {};

TEST_F(RunFiles, MakesTheFolderWithItsParentsAndTheThreeFilesAndNothingElse) {
    const auto path = folder_ / "a" / "b";
    const auto folder = RunFolder::open(path);
    ASSERT_TRUE(folder.ok());
    EXPECT_TRUE(std::filesystem::is_empty(path));
    ASSERT_TRUE(folder->save(netio::Run{}).ok());
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path))
        names.insert(entry.path().filename());
    EXPECT_EQ(names, (std::set<std::string>{"cells.csv", "histograms.csv", "run.json"}));
}

TEST_F(RunFiles, TakesAwayWhatItMadeWhenNothingWasSaved) {
    const auto folder = RunFolder::open(folder_ / "a" / "b");
    ASSERT_TRUE(folder.ok());
    folder->remove_if_empty();
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
    const auto kept = RunFolder::open(folder_ / "a" / "b");
    ASSERT_TRUE(kept.ok());
    std::ofstream(folder_ / "a" / "other") << "somebody else's";
    kept->remove_if_empty();
    EXPECT_TRUE(std::filesystem::exists(folder_ / "a" / "other"));
    const auto was_there = RunFolder::open(folder_ / "a");
    ASSERT_TRUE(was_there.ok());
    was_there->remove_if_empty();
    EXPECT_TRUE(std::filesystem::exists(folder_ / "a"));
}

TEST_F(RunFiles, RefusesAFileWhereTheFolderShouldBe) {
    const auto path = folder_ / "file";
    std::ofstream(path) << "text";
    for (const auto& wanted : {path, path / "below", folder_ / std::string(300, 'x')}) {
        const auto folder = RunFolder::open(wanted);
        ASSERT_FALSE(folder.ok());
        EXPECT_EQ(folder.error().exit_code, ExitCode::bad_input);
        EXPECT_NE(folder.error().message().find("--output"), std::string::npos);
    }
}

} // namespace
} // namespace netio::experiment
