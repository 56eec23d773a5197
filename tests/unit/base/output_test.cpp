// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "unit/temporary_folder.h"

namespace netio {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void put(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

unsigned mode_of(const fs::path& path) { return static_cast<unsigned>(fs::status(path).permissions()) & 07777U; }

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
}

/// With another umask than the caller's.
class Umask {
  public:
    explicit Umask(mode_t mask) : before_(umask(mask)) {}
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;
    ~Umask() { umask(before_); }

  private:
    mode_t before_;
};

/// A pipe whose writing end has a number that a path can lead to.
class Pipe {
  public:
    Pipe() {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
        reader_.reset(ends[0]);
        writer_.reset(ends[1]);
    }
    [[nodiscard]] int writer() const { return writer_.get(); }
    [[nodiscard]] int reader() const { return reader_.get(); }
    [[nodiscard]] std::string what_came() const {
        std::string text(100, '\0');
        const ssize_t got = read(reader_.get(), text.data(), text.size());
        text.resize(static_cast<std::size_t>(got < 0 ? 0 : got));
        return text;
    }

  private:
    UniqueFd reader_;
    UniqueFd writer_;
};

class OutputFileTest : public TemporaryFolderTest {
  protected:
    static Result<void> write(const fs::path& path, std::string_view text) {
        auto file = OutputFile::open(path);
        return file ? file->write(text) : Result<void>(std::move(file).error());
    }
    static void expect_refused(const fs::path& path, const std::string& word) {
        const auto file = OutputFile::open(path);
        ASSERT_FALSE(file.ok()) << path;
        EXPECT_EQ(file.error().exit_code, ExitCode::bad_input);
        EXPECT_NE(file.error().message().find(word), std::string::npos) << file.error().message();
        EXPECT_NE(file.error().message().find(path.string()), std::string::npos) << file.error().message();
    }
};

TEST_F(OutputFileTest, ReplacesWhatWasThereAndLeavesNothingBeside) {
    const auto path = folder_ / "run.json";
    ASSERT_TRUE(write(path, "old and much longer text").ok());
    ASSERT_TRUE(write(path, "new").ok());
    EXPECT_EQ(contents(path), "new");
    EXPECT_EQ(entries(folder_), 1U);
}

TEST_F(OutputFileTest, ALinkStaysAndItsTargetIsWritten) {
    fs::create_directories(folder_ / "elsewhere");
    put(folder_ / "elsewhere" / "target", "old");
    fs::create_symlink("elsewhere/target", folder_ / "link");
    fs::create_symlink(folder_ / "link", folder_ / "link to link");
    fs::create_symlink("elsewhere/missing", folder_ / "dangling");
    ASSERT_TRUE(write(folder_ / "link to link", "new").ok());
    ASSERT_TRUE(write(folder_ / "dangling", "made").ok());
    EXPECT_TRUE(fs::is_symlink(folder_ / "link to link"));
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_TRUE(fs::is_symlink(folder_ / "dangling"));
    EXPECT_EQ(contents(folder_ / "elsewhere" / "target"), "new");
    EXPECT_EQ(contents(folder_ / "elsewhere" / "missing"), "made");
    EXPECT_EQ(entries(folder_ / "elsewhere"), 2U);
    EXPECT_EQ(entries(folder_), 4U);
}

TEST_F(OutputFileTest, WhatIsNoPlaceForAFileIsRefused) {
    fs::create_symlink("loop", folder_ / "loop");
    fs::create_symlink(".", folder_ / "link to a folder");
    put(folder_ / "file", "");
    expect_refused(folder_, "it is a folder");
    expect_refused(folder_ / "", "it is a folder");
    expect_refused(folder_ / "..", "it is a folder");
    expect_refused(folder_ / "link to a folder", "it is a folder");
    expect_refused(folder_ / "missing" / "file", "no folder " + (folder_ / "missing").string());
    expect_refused(folder_ / "file" / "below", "ENOTDIR");
    expect_refused(folder_ / "loop", "ELOOP");
    expect_refused("/proc/self/exe", "another process");
    EXPECT_EQ(entries(folder_), 3U);
}

TEST_F(OutputFileTest, APipeIsWrittenToAndStays) {
    const auto path = folder_ / "pipe";
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    fs::create_symlink("pipe", folder_ / "link");
    const UniqueFd reader(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    ASSERT_TRUE(write(folder_ / "link", "text").ok());
    std::array<char, 10> got{};
    EXPECT_EQ(read(reader.get(), got.data(), got.size()), 4);
    EXPECT_TRUE(fs::is_fifo(path));
    EXPECT_TRUE(OutputFile::open(path)->is_stream());
    EXPECT_EQ(entries(folder_), 2U);
}

/// A device like the machine's own. Root makes one, for a program that replaces it must not have the machine's.
fs::path device_like(const fs::path& original, const fs::path& folder) {
    fs::path path = folder / original.filename();
    struct stat status {};
    if (geteuid() != 0)
        fs::create_symlink(original, path);
    else if (stat(original.c_str(), &status) != 0 || mknod(path.c_str(), S_IFCHR | 0666U, status.st_rdev) != 0)
        return {};
    return path;
}

TEST_F(OutputFileTest, ADeviceIsWrittenToAndStays) {
    const fs::path null = device_like("/dev/null", folder_);
    const fs::path full = device_like("/dev/full", folder_);
    if (null.empty() || full.empty() || !UniqueFd(open(null.c_str(), O_WRONLY | O_CLOEXEC)))
        GTEST_SKIP() << "devices cannot be made or opened here";
    EXPECT_TRUE(write(null, "text").ok());
    const auto refused = write(full, "text");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().exit_code, ExitCode::failure);
    EXPECT_NE(refused.error().message().find("make room"), std::string::npos) << refused.error().message();
    EXPECT_TRUE(fs::is_character_file(null));
    EXPECT_TRUE(fs::is_character_file(full));
    EXPECT_EQ(entries(folder_), 2U);
}

TEST_F(OutputFileTest, ADescriptorOfThisProcessIsWrittenToAsItIs) {
    const Pipe pipe;
    const std::string path = "/proc/self/fd/" + std::to_string(pipe.writer());
    fs::create_symlink(path, folder_ / "stdout");
    ASSERT_TRUE(write(folder_ / "stdout", "text").ok());
    EXPECT_EQ(pipe.what_came(), "text");
    EXPECT_TRUE(fs::is_symlink(folder_ / "stdout"));
    EXPECT_EQ(entries(folder_), 1U);
    expect_refused("/proc/self/fd/" + std::to_string(pipe.reader()), "for reading only");
}

TEST_F(OutputFileTest, AFileThatADescriptorHasOpenIsNotReplaced) {
    put(folder_ / "file", "before, ");
    const UniqueFd file(open((folder_ / "file").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    const auto output = OutputFile::open("/proc/self/fd/" + std::to_string(file.get()));
    ASSERT_TRUE(output.ok());
    EXPECT_TRUE(output->is_stream());
    ASSERT_TRUE(output->write("after").ok());
    EXPECT_EQ(contents(folder_ / "file"), "before, after");
}

TEST_F(OutputFileTest, ANewFileHasWhatTheUmaskLeaves) {
    for (const mode_t mask : {0U, 022U, 027U, 077U}) {
        const Umask umask(mask);
        const auto path = folder_ / std::to_string(mask);
        ASSERT_TRUE(write(path, "text").ok());
        EXPECT_EQ(mode_of(path), 0666U & ~mask);
    }
}

TEST_F(OutputFileTest, AFileThatIsReplacedKeepsItsPermissionsAndOtherLinksTheOldText) {
    const Umask umask(022);
    const auto path = folder_ / "file";
    put(path, "old");
    fs::create_hard_link(path, folder_ / "other");
    for (const unsigned mode : {0600U, 0666U, 0440U}) {
        fs::permissions(path, static_cast<fs::perms>(mode));
        ASSERT_TRUE(write(path, "new").ok());
        EXPECT_EQ(mode_of(path), mode);
    }
    EXPECT_EQ(contents(folder_ / "other"), "old");
    // Not what would let others act as the owner.
    fs::permissions(path, static_cast<fs::perms>(06755));
    ASSERT_TRUE(write(path, "new").ok());
    EXPECT_EQ(mode_of(path), 0755U);
}

TEST_F(OutputFileTest, KeepsTheOldFileAndNoTemporaryOneWhenTheDiskTakesNoMore) {
    const auto path = folder_ / "file";
    put(path, "old");
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{1000, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
    const auto written = write(path, std::string(2000, 'x'));
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().exit_code, ExitCode::failure);
    EXPECT_NE(written.error().message().find(path.string()), std::string::npos);
    EXPECT_EQ(contents(path), "old");
    EXPECT_EQ(entries(folder_), 1U);
}

TEST_F(OutputFileTest, GoesToTheFolderThatWasNamedWhateverIsRenamedAfterwards) {
    fs::create_directories(folder_ / "mine");
    fs::create_directories(folder_ / "others");
    const auto file = OutputFile::open(folder_ / "mine" / "page.html");
    ASSERT_TRUE(file.ok());
    fs::rename(folder_ / "mine", folder_ / "moved");
    fs::create_symlink("others", folder_ / "mine");
    ASSERT_TRUE(file->write("text").ok());
    EXPECT_EQ(contents(folder_ / "moved" / "page.html"), "text");
    EXPECT_TRUE(fs::is_empty(folder_ / "others"));
}

TEST_F(OutputFileTest, WhatIsPutInItsPlaceMeanwhileIsNotFollowed) {
    put(folder_ / "victim", "precious");
    const auto missing = OutputFile::open(folder_ / "file");
    ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    const auto pipe = OutputFile::open(folder_ / "pipe");
    ASSERT_TRUE(missing.ok() && pipe.ok());
    fs::remove(folder_ / "pipe");
    fs::create_symlink("victim", folder_ / "file");
    fs::create_symlink("victim", folder_ / "pipe");
    EXPECT_TRUE(missing->write("text").ok());
    EXPECT_FALSE(pipe->write("text").ok());
    fs::remove(folder_ / "pipe");
    fs::create_hard_link(folder_ / "victim", folder_ / "pipe");
    EXPECT_FALSE(pipe->write("text").ok());
    fs::remove(folder_ / "pipe");
    ASSERT_EQ(mkfifo((folder_ / "another").c_str(), 0600), 0);
    const UniqueFd reader(open((folder_ / "another").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    fs::create_symlink("another", folder_ / "pipe");
    EXPECT_FALSE(pipe->write("text").ok());
    EXPECT_EQ(contents(folder_ / "victim"), "precious");
    EXPECT_EQ(contents(folder_ / "file"), "text");
}

TEST_F(OutputFileTest, TellsWhatItWouldReplace) {
    put(folder_ / "file", "{\"schema\": 1}");
    fs::create_symlink("file", folder_ / "link");
    const auto link = OutputFile::open(folder_ / "link");
    ASSERT_TRUE(link.ok());
    EXPECT_TRUE(link->exists());
    EXPECT_FALSE(link->is_stream());
    EXPECT_EQ(link->name(), "file");
    EXPECT_EQ(link->beginning(9), "{\"schema\"");
    EXPECT_TRUE(link->is_same_as(folder_ / "file"));
    EXPECT_FALSE(link->is_same_as(folder_));
    const auto missing = OutputFile::open(folder_ / "missing");
    ASSERT_TRUE(missing.ok());
    EXPECT_FALSE(missing->exists());
    EXPECT_EQ(missing->beginning(9), "");
}

/// From now on these system calls fail, as they do on some file systems.
void refuse(const std::vector<std::pair<long, int>>& calls) {
    std::vector<sock_filter> filter{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    for (const auto& [call, errno_value] : calls) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(errno_value)));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        std::_Exit(2);
}

TEST_F(OutputFileTest, AFileSystemWithoutOwnersAndPermissionsIsAsGood) {
    const auto path = folder_ / "file";
    put(path, "old");
    EXPECT_EXIT(
        {
            refuse({{SYS_fchown, EPERM}, {SYS_fchownat, EPERM}, {SYS_fchmod, EPERM}, {SYS_fchmodat, EPERM}});
            const bool refused = fchmodat(AT_FDCWD, path.c_str(), 0600, 0) != 0;
            std::_Exit(refused && write(path, "new").ok() && write(folder_ / "another", "new").ok() ? 0 : 1);
        },
        ::testing::ExitedWithCode(0), "");
    EXPECT_EQ(contents(path), "new");
    EXPECT_EQ(contents(folder_ / "another"), "new");
    EXPECT_EQ(entries(folder_), 2U);
}

TEST_F(OutputFileTest, SaysWhatToDoAboutEachRefusalOfTheKernel) {
    put(folder_ / "file", "old");
    for (const auto& [errno_value, advice] :
         {std::pair{ENOSPC, "make room on the disk"}, {EDQUOT, "disk quota"}, {EIO, "dmesg"}}) {
        EXPECT_EXIT(
            {
                refuse({{SYS_fsync, errno_value}});
                const auto written = write(folder_ / "file", "new");
                std::_Exit(!written && written.error().message().find(advice) != std::string::npos ? 0 : 1);
            },
            ::testing::ExitedWithCode(0), "")
            << advice;
    }
    EXPECT_EQ(contents(folder_ / "file"), "old");
    EXPECT_EQ(entries(folder_), 1U);
}

class OutputFolderTest : public TemporaryFolderTest {};

TEST_F(OutputFolderTest, IsMadeWithItsParentsAsTheUmaskHasIt) {
    const Umask umask(027);
    const auto folder = OutputFolder::open(folder_ / "a" / "b" / "");
    ASSERT_TRUE(folder.ok());
    EXPECT_EQ(mode_of(folder_ / "a"), 0750U);
    EXPECT_EQ(mode_of(folder_ / "a" / "b"), 0750U);
    EXPECT_TRUE(fs::is_empty(folder_ / "a" / "b"));
    ASSERT_TRUE(folder->write("file", "text", Existing::kept).ok());
    EXPECT_EQ(mode_of(folder_ / "a" / "b" / "file"), 0640U);
}

TEST_F(OutputFolderTest, TakesAwayWhatItMadeAsFarAsItIsEmpty) {
    for (int time = 0; time < 2; ++time) {
        auto folder = OutputFolder::open(folder_ / "a" / "b");
        ASSERT_TRUE(folder.ok());
        if (time == 0) {
            folder->remove_if_empty();
            EXPECT_TRUE(fs::is_empty(folder_));
            continue;
        }
        put(folder_ / "a" / "other", "somebody else's");
        folder->remove_if_empty();
        EXPECT_FALSE(fs::exists(folder_ / "a" / "b"));
        EXPECT_TRUE(fs::exists(folder_ / "a" / "other"));
    }
    const auto was_there = OutputFolder::open(folder_ / "a");
    ASSERT_TRUE(was_there.ok());
    was_there->remove_if_empty();
    EXPECT_TRUE(fs::exists(folder_ / "a"));
}

TEST_F(OutputFolderTest, WhatCannotBeAFolderIsRefusedAndNothingIsLeft) {
    put(folder_ / "file", "text");
    fs::create_symlink("nowhere", folder_ / "dangling");
    for (const auto& path : {folder_ / "file", folder_ / "file" / "below", folder_ / "dangling" / "below",
                             folder_ / "made" / std::string(300, 'x')}) {
        const auto folder = OutputFolder::open(path);
        ASSERT_FALSE(folder.ok()) << path;
        EXPECT_EQ(folder.error().exit_code, ExitCode::bad_input);
        EXPECT_NE(folder.error().message().find(path.string()), std::string::npos);
    }
    EXPECT_EQ(entries(folder_), 2U);
}

TEST_F(OutputFolderTest, GoesOnInTheFolderThatWasOpenedWhateverIsRenamed) {
    fs::create_directories(folder_ / "others");
    const auto folder = OutputFolder::open(folder_ / "a" / "mine");
    ASSERT_TRUE(folder.ok());
    fs::rename(folder_ / "a", folder_ / "moved");
    fs::create_directories(folder_ / "a");
    fs::create_symlink("../others", folder_ / "a" / "mine");
    EXPECT_TRUE(folder->write("file", "text", Existing::replaced).ok());
    EXPECT_EQ(contents(folder_ / "moved" / "mine" / "file"), "text");
    EXPECT_TRUE(fs::is_empty(folder_ / "others"));
    EXPECT_TRUE(folder->has("file"));
    fs::remove(folder_ / "moved" / "mine" / "file");
    folder->remove_if_empty();
    EXPECT_TRUE(fs::is_symlink(folder_ / "a" / "mine"));
    EXPECT_FALSE(fs::exists(folder_ / "moved" / "mine"));
}

TEST_F(OutputFolderTest, KeepsAFileThatIsNotToBeReplaced) {
    const auto folder = OutputFolder::open(folder_);
    ASSERT_TRUE(folder.ok());
    put(folder_ / "file", "old");
    fs::create_symlink("nowhere", folder_ / "link");
    EXPECT_FALSE(folder->write("file", "new", Existing::kept).ok());
    EXPECT_FALSE(folder->write("link", "new", Existing::kept).ok());
    EXPECT_EQ(contents(folder_ / "file"), "old");
    EXPECT_EQ(entries(folder_), 2U);
    EXPECT_TRUE(folder->write("file", "new", Existing::replaced).ok());
    EXPECT_EQ(contents(folder_ / "file"), "new");
}

TEST_F(OutputFolderTest, KeepsAFileAlsoWhereTheKernelCannotRenameWithoutReplacing) {
    put(folder_ / "file", "old");
    const std::pair<long, int> no_flag{SYS_renameat2, EINVAL};
    const std::pair<long, int> no_hard_links{SYS_linkat, EPERM};
    for (const auto& refused : {std::vector{no_flag}, {no_flag, no_hard_links}}) {
        const std::string made = "made" + std::to_string(refused.size());
        EXPECT_EXIT(
            {
                refuse(refused);
                const auto folder = OutputFolder::open(folder_);
                const bool kept = folder.ok() && !folder->write("file", "new", Existing::kept);
                std::_Exit(kept && folder->write(made, "new", Existing::kept).ok() ? 0 : 1);
            },
            ::testing::ExitedWithCode(0), "");
        EXPECT_EQ(contents(folder_ / made), "new");
    }
    EXPECT_EQ(contents(folder_ / "file"), "old");
    EXPECT_EQ(entries(folder_), 3U);
}

TEST_F(OutputFolderTest, ANewOneIsNobodyElses) {
    for (const std::string expected : {"now", "now-2", "now-3"}) {
        auto around = OutputFolder::open(folder_ / "results");
        ASSERT_TRUE(around.ok());
        const auto made = std::move(*around).make_new("now");
        ASSERT_TRUE(made.ok());
        EXPECT_EQ(made->path(), folder_ / "results" / expected);
        ASSERT_TRUE(made->write("file", expected, Existing::kept).ok());
        EXPECT_EQ(contents(made->path() / "file"), expected);
    }
}

TEST_F(OutputFolderTest, IsClaimedByOneAtATime) {
    auto another = OutputFolder::open(folder_);
    {
        auto first = OutputFolder::open(folder_);
        ASSERT_TRUE(first.ok() && another.ok());
        EXPECT_TRUE(first->claim().value());
        EXPECT_FALSE(another->claim().value());
    }
    EXPECT_TRUE(another->claim().value());
    EXPECT_TRUE(fs::is_empty(folder_));
}

} // namespace
} // namespace netio
