// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/run_files.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>

#include "report/renderers.h"
#include "unit/temporary_folder.h"

namespace {

/// What happens just before a folder is claimed.
std::function<void()> before_claim; // NOLINT(*-avoid-non-const-global-variables)

} // namespace

// In place of the C library's.
extern "C" int flock(int fd, int operation) noexcept {
    if (before_claim)
        before_claim();
    return static_cast<int>(syscall(SYS_flock, fd, operation));
}

namespace netio::experiment {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> all_names{"run.json", "cells.csv", "histograms.csv"};

class RunFiles : public TemporaryFolderTest {
  protected:
    static std::set<std::string> names_in(const fs::path& folder) {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            names.insert(entry.path().filename());
        return names;
    }
    static void expect_refused(const fs::path& path, Existing run, const std::string& word, Choice choice) {
        const auto folder = RunFolder::open(path, run);
        ASSERT_FALSE(folder.ok()) << path;
        EXPECT_EQ(folder.error().exit_code, ExitCode::bad_input);
        const std::string message = folder.error().message();
        EXPECT_NE(message.find(word), std::string::npos) << message;
        EXPECT_EQ(std::ranges::count(folder.error().choices, choice), 1) << message;
        EXPECT_NE(message.find(path.string()), std::string::npos) << message;
    }
};

TEST_F(RunFiles, MakesTheFolderWithItsParentsAndTheThreeFilesAndNothingElse) {
    const auto path = folder_ / "a" / "b";
    auto folder = RunFolder::open(path, Existing::kept);
    ASSERT_TRUE(folder.ok());
    EXPECT_TRUE(fs::is_empty(path));
    ASSERT_TRUE(folder->save(netio::Run{}).ok());
    ASSERT_TRUE(folder->save(netio::Run{}).ok());
    EXPECT_EQ(names_in(path), all_names);
}

TEST_F(RunFiles, TakesAwayWhatItMadeWhenNothingWasSaved) {
    const auto folder = RunFolder::open(folder_ / "a" / "b", Existing::kept);
    ASSERT_TRUE(folder.ok());
    folder->remove_if_empty();
    const auto dated = RunFolder::make_new(folder_ / "results", 0);
    ASSERT_TRUE(dated.ok());
    dated->remove_if_empty();
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(RunFiles, RefusesAFileWhereTheFolderShouldBe) {
    const auto path = folder_ / "file";
    std::ofstream(path) << "text";
    for (const auto& wanted : {path, path / "below", folder_ / std::string(300, 'x')})
        expect_refused(wanted, Existing::kept, "cannot", Choice::other_folder);
}

TEST_F(RunFiles, AFolderThatHasARunIsRefusedUnlessForced) {
    for (const std::string& name : report::run_file_names()) {
        const auto path = folder_ / ("with " + name);
        fs::create_directories(path);
        std::ofstream(path / name) << "old";
        std::ofstream(path / "notes") << "mine";
        expect_refused(path, Existing::kept, "holds a run", Choice::replace_run);
        EXPECT_EQ(names_in(path), (std::set<std::string>{name, "notes"}));
        auto folder = RunFolder::open(path, Existing::replaced);
        ASSERT_TRUE(folder.ok());
        ASSERT_TRUE(folder->save(netio::Run{}).ok());
        std::set<std::string> expected = all_names;
        expected.insert("notes");
        EXPECT_EQ(names_in(path), expected);
        EXPECT_GT(fs::file_size(path / name), 3U);
        EXPECT_EQ(fs::file_size(path / "notes"), 4U);
    }
}

TEST_F(RunFiles, AFolderWithOtherFilesIsTaken) {
    std::ofstream(folder_ / "notes") << "mine";
    EXPECT_TRUE(RunFolder::open(folder_, Existing::kept).ok());
}

TEST_F(RunFiles, TwoRunsAtOnceDoNotShareAFolder) {
    const auto first = RunFolder::open(folder_ / "both", Existing::kept);
    ASSERT_TRUE(first.ok());
    expect_refused(folder_ / "both", Existing::kept, "another run", Choice::other_folder);
    expect_refused(folder_ / "both", Existing::replaced, "another run", Choice::other_folder);
}

TEST_F(RunFiles, AFolderThatAnotherRunTookAwayBeforeItWasClaimedIsRefused) {
    const auto path = folder_ / "gone";
    before_claim = [&] { fs::remove(path); };
    expect_refused(path, Existing::kept, "removed meanwhile", Choice::other_folder);
    EXPECT_TRUE(fs::is_empty(folder_));
    before_claim = nullptr;
    EXPECT_TRUE(RunFolder::open(path, Existing::kept).ok());
}

TEST_F(RunFiles, ARunThatAppearedMeanwhileIsNotReplaced) {
    auto folder = RunFolder::open(folder_, Existing::kept);
    ASSERT_TRUE(folder.ok());
    std::ofstream(folder_ / "run.json") << "another's";
    EXPECT_FALSE(folder->save(netio::Run{}).ok());
    EXPECT_EQ(fs::file_size(folder_ / "run.json"), 9U);
    EXPECT_EQ(names_in(folder_), std::set<std::string>{"run.json"});
}

TEST_F(RunFiles, RunsOfOneSecondHaveFoldersOfTheirOwn) {
    const std::time_t started = 1'800'000'000;
    for (const std::string expected : {"20270115-080000", "20270115-080000-2", "20270115-080000-3"}) {
        auto folder = RunFolder::make_new(folder_ / "results", started);
        ASSERT_TRUE(folder.ok());
        EXPECT_EQ(folder->path(), folder_ / "results" / expected);
        ASSERT_TRUE(folder->save(netio::Run{}).ok());
    }
    EXPECT_EQ(names_in(folder_ / "results" / "20270115-080000"), all_names);
    EXPECT_EQ(names_in(folder_ / "results").size(), 3U);
}

} // namespace
} // namespace netio::experiment
