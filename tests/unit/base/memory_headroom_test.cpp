// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/memory_headroom.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "unit/temporary_folder.h"

namespace netio {
namespace {

namespace fs = std::filesystem;

/// A made-up /proc and /sys.
class MemoryHeadroomTest : public TemporaryFolderTest {
  protected:
    void SetUp() override {
        TemporaryFolderTest::SetUp();
        write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable:    800 kB\n");
    }

    void write(const std::string& file, const std::string& text) const {
        fs::create_directories((folder_ / file).parent_path());
        std::ofstream(folder_ / file) << text;
    }
};

TEST_F(MemoryHeadroomTest, WithoutGroupsIsWhatTheMachineHas) {
    const auto headroom = memory_headroom(folder_);
    ASSERT_TRUE(headroom);
    EXPECT_EQ(headroom->bytes, 800U << 10U);
    EXPECT_EQ(headroom->limited_by, "this machine");
}

TEST_F(MemoryHeadroomTest, TakesTheNarrowestGroupOfVersion2AndGivesCacheBack) {
    write("proc/self/cgroup", "0::/a/b\n");
    write("sys/fs/cgroup/a/memory.max", "200000\n");
    write("sys/fs/cgroup/a/memory.current", "150000\n");
    write("sys/fs/cgroup/a/memory.stat", "anon 1\nactive_file 30000\ninactive_file 20000\n");
    write("sys/fs/cgroup/a/b/memory.max", "max\n");
    write("sys/fs/cgroup/a/b/memory.current", "150000\n");
    const auto headroom = memory_headroom(folder_);
    ASSERT_TRUE(headroom);
    EXPECT_EQ(headroom->bytes, 100000U);
    EXPECT_EQ(headroom->limited_by, "the memory limit of the control group /a");
}

TEST_F(MemoryHeadroomTest, KnowsVersion1AndAFullGroup) {
    write("proc/self/cgroup", "7:cpu,cpuacct:/other\n4:memory:/m\n0::/\n");
    write("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "5000\n");
    write("sys/fs/cgroup/memory/m/memory.usage_in_bytes", "6000\n");
    const auto headroom = memory_headroom(folder_);
    ASSERT_TRUE(headroom);
    EXPECT_EQ(headroom->bytes, 0U);
    EXPECT_EQ(headroom->limited_by, "the memory limit of the control group /m");
}

TEST_F(MemoryHeadroomTest, IsUnknownWhereNothingCanBeRead) {
    fs::remove_all(folder_ / "proc");
    EXPECT_FALSE(memory_headroom(folder_));
}

TEST_F(MemoryHeadroomTest, AMachineWithoutFreeMemoryLeavesNone) {
    write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable:    0 kB\n");
    const auto headroom = memory_headroom(folder_);
    ASSERT_TRUE(headroom);
    EXPECT_EQ(headroom->bytes, 0U);
}

TEST_F(MemoryHeadroomTest, OwnLimitsLeaveWhatIsNotUsed) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
    rlimit narrow = before;
    narrow.rlim_cur = rlim_t{1} << 60U; // more than a sanitizer takes for its shadow of all memory
    ASSERT_EQ(setrlimit(RLIMIT_AS, &narrow), 0);
    const auto headroom = own_memory_headroom();
    ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
    ASSERT_TRUE(headroom);
    EXPECT_LT(headroom->bytes, narrow.rlim_cur);
    EXPECT_GT(headroom->bytes, narrow.rlim_cur / 2);
    EXPECT_EQ(headroom->limited_by, "the limit of address space (ulimit -v)");
}

TEST_F(MemoryHeadroomTest, KillsAreCountedOrUnknown) {
    EXPECT_FALSE(memory_kills(folder_));
    write("proc/vmstat", "pgfault 17\noom_kill 3\n");
    EXPECT_EQ(memory_kills(folder_), 3U);
}

} // namespace
} // namespace netio
