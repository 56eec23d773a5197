// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/memory_headroom.h"

#include <gtest/gtest.h>

#include <fstream>

#include "unit/temporary_folder.h"

namespace netio::tracer {
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

} // namespace
} // namespace netio::tracer
