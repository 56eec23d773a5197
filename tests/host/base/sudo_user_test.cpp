// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/sudo_user.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/capability.h"
#include "base/output.h"
#include "unit/temporary_folder.h"

namespace netio {
namespace {

namespace fs = std::filesystem;

// A user whom no machine has.
constexpr uid_t user = 54321;
constexpr gid_t group = 54322;

struct stat status_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
    return status;
}

/// As root through sudo: a folder of the caller's and one of root's, side by side.
class SudoUserTest : public TemporaryFolderTest {
  protected:
    void SetUp() override {
        TemporaryFolderTest::SetUp();
        ASSERT_EQ(geteuid(), 0U) << "needs root";
        call_through_sudo(user, group);
        fs::permissions(folder_, static_cast<fs::perms>(0755));
        for (const fs::path& folder : {users_(), roots_()})
            fs::create_directory(folder);
        ASSERT_EQ(chown(users_().c_str(), user, group), 0);
    }
    void TearDown() override {
        for (const char* name : {"SUDO_UID", "SUDO_GID", "SUDO_USER"})
            unsetenv(name);
        TemporaryFolderTest::TearDown();
    }
    static void call_through_sudo(uid_t caller, gid_t callers_group) {
        setenv("SUDO_UID", std::to_string(caller).c_str(), 1);
        setenv("SUDO_GID", std::to_string(callers_group).c_str(), 1);
    }
    void expect_users(const fs::path& path) {
        const struct stat status = status_of(path);
        EXPECT_EQ(status.st_uid, user) << path;
        EXPECT_EQ(status.st_gid, group) << path;
    }
    [[nodiscard]] fs::path users_() const { return folder_ / "users"; }
    [[nodiscard]] fs::path roots_() const { return folder_ / "roots"; }
};

TEST_F(SudoUserTest, IsWhoCalledSudoWhenThatIsNotRoot) {
    const auto caller = sudo_user();
    ASSERT_TRUE(caller.has_value());
    EXPECT_EQ(caller->user, user);
    EXPECT_EQ(caller->group, group);
    setenv("SUDO_UID", "0", 1);
    EXPECT_FALSE(sudo_user().has_value());
    setenv("SUDO_UID", "12x", 1);
    EXPECT_FALSE(sudo_user().has_value());
    unsetenv("SUDO_UID");
    EXPECT_FALSE(sudo_user().has_value());
}

TEST_F(SudoUserTest, RightsAreTheCallersWhileTheyLastAndNestAndAreRootsAfterwards) {
    const std::vector<gid_t> groups{7, 8};
    ASSERT_EQ(setgroups(groups.size(), groups.data()), 0);
    const auto in_roots = [&] {
        std::ofstream(roots_() / "trial") << "text";
        return fs::remove(roots_() / "trial");
    };
    EXPECT_TRUE(in_roots());
    {
        const auto rights = FileRights::of(sudo_user());
        ASSERT_TRUE(rights.ok());
        EXPECT_FALSE(in_roots());
        EXPECT_TRUE(FileRights::of(sudo_user()).ok());
        EXPECT_FALSE(in_roots());
        EXPECT_FALSE(has_capability(CAP_DAC_OVERRIDE));
        EXPECT_EQ(getgroups(0, nullptr), 0);
        std::ofstream(users_() / "file") << "text";
    }
    expect_users(users_() / "file");
    EXPECT_TRUE(in_roots());
    EXPECT_TRUE(has_capability(CAP_DAC_OVERRIDE));
    std::vector<gid_t> now(2);
    EXPECT_EQ(getgroups(2, now.data()), 2);
    EXPECT_EQ(now, groups);
    EXPECT_EQ(setfsgid(static_cast<gid_t>(-1)), 0);
    setgroups(0, nullptr);
}

TEST_F(SudoUserTest, WithTheCallersRightsNoCoreIsDumpedForTheCallerAndAfterwardsAsBefore) {
    int kernels = -1; // what a change of the user leaves
    std::ifstream("/proc/sys/fs/suid_dumpable") >> kernels;
    for (const int before : {1, 0}) {
        ASSERT_EQ(prctl(PR_SET_DUMPABLE, before, 0, 0, 0), 0);
        {
            const auto outer = FileRights::of(sudo_user());
            { const auto inner = FileRights::of(sudo_user()); }
            EXPECT_EQ(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), kernels);
        }
        EXPECT_EQ(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), before == 1 ? 1 : kernels);
    }
    ASSERT_EQ(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
}

TEST_F(SudoUserTest, LinksOfOthersInAFolderThatAllMayWriteToAreNotFollowedWhereverTheyStand) {
    // The kernel has the same rule where fs.protected_symlinks is on, so this fails without ours where it is off.
    const fs::path shared = folder_ / "shared";
    fs::create_directory(shared);
    fs::permissions(shared, static_cast<fs::perms>(01777));
    fs::create_directory(users_() / "target");
    ASSERT_EQ(chown((users_() / "target").c_str(), user, group), 0);
    for (const auto& [name, owner] : {std::pair{"own", user}, {"others", user + 1}}) {
        fs::create_directory_symlink(users_() / "target", shared / name);
        ASSERT_EQ(lchown((shared / name).c_str(), owner, group), 0);
    }
    fs::create_directory_symlink(shared / "others", users_() / "to others");
    for (const fs::path& path : {shared / "others", shared / "others" / "below", users_() / "to others" / "below"}) {
        const auto folder = OutputFolder::open(path);
        const auto file = OutputFile::open(path / "file");
        ASSERT_FALSE(folder.ok() || file.ok()) << path;
        for (const Error& error : {folder.error(), file.error()})
            EXPECT_NE(error.message().find("a symbolic link of user 54322"), std::string::npos) << error.message();
    }
    EXPECT_TRUE(fs::is_empty(users_() / "target"));
    EXPECT_TRUE(OutputFile::open(shared / "own" / "file").ok());
    EXPECT_TRUE(OutputFolder::open(shared / "own" / "below").ok());
    expect_users(users_() / "target" / "below");
}

TEST_F(SudoUserTest, ADiskIsNotWrittenTo) {
    unsetenv("SUDO_UID");
    const fs::path disk = folder_ / "disk";
    ASSERT_EQ(mknod(disk.c_str(), S_IFBLK | 0600U, makedev(7, 0xfffff)), 0); // of a loop device that is not there
    fs::create_symlink("disk", folder_ / "link");
    for (const fs::path& path : {disk, folder_ / "link"}) {
        const auto file = OutputFile::open(path);
        ASSERT_FALSE(file.ok()) << path;
        EXPECT_EQ(file.error().exit_code, ExitCode::bad_input);
        EXPECT_NE(file.error().message().find("it is a disk"), std::string::npos) << file.error().message();
    }
    EXPECT_TRUE(fs::is_block_file(disk));
}

TEST_F(SudoUserTest, WhereTheKernelLeavesRootsCapabilitiesInForceNothingIsWritten) {
    EXPECT_EXIT(
        {
            const bool kept = prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0;
            const auto folder = OutputFolder::open(users_());
            std::_Exit(kept && !folder && folder.error().message().find("capabilities") != std::string::npos ? 0 : 1);
        },
        ::testing::ExitedWithCode(0), "");
}

TEST_F(SudoUserTest, AFolderThatIsSwappedForALinkAfterwardsLeadsNowhereElse) {
    const auto folder = OutputFolder::open(users_() / "a" / "run");
    const auto file = OutputFile::open(users_() / "a" / "page.html");
    ASSERT_TRUE(folder.ok() && file.ok());
    fs::rename(users_() / "a", users_() / "moved");
    fs::create_directory_symlink(roots_(), users_() / "a");
    fs::create_directory(roots_() / "run");
    EXPECT_TRUE(folder->write("run.json", "text", Existing::kept).ok());
    EXPECT_TRUE(file->write("text").ok());
    for (const char* name : {"moved", "moved/run", "moved/run/run.json", "moved/page.html"})
        expect_users(users_() / name);
    EXPECT_TRUE(fs::is_empty(roots_() / "run"));
    EXPECT_EQ(status_of(roots_()).st_uid, 0U);
    EXPECT_EQ(status_of(roots_() / "run").st_uid, 0U);
    folder->remove_if_empty();
    EXPECT_TRUE(fs::exists(roots_() / "run"));
}

TEST_F(SudoUserTest, AFolderThatIsTakenFromTheCallerIsWrittenToNoLonger) {
    const auto folder = OutputFolder::open(users_() / "run");
    const auto file = OutputFile::open(users_() / "run" / "page.html");
    ASSERT_TRUE(folder.ok() && file.ok());
    ASSERT_EQ(chown((users_() / "run").c_str(), 0, 0), 0);
    EXPECT_FALSE(folder->write("run.json", "text", Existing::kept).ok());
    EXPECT_FALSE(file->write("text").ok());
    EXPECT_TRUE(fs::is_empty(users_() / "run"));
}

} // namespace
} // namespace netio
