// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/path.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <utility>

namespace netio {
namespace {

TEST(PathTable, GivesTheCopiesInTheOrderInWhichAByteMeetsThem) {
    EXPECT_EQ(paths_where<is_copy>,
              (std::array{Path::copy_in, Path::deferred_copy, Path::linearize, Path::skb_copy, Path::copy_out}));
    EXPECT_EQ(paths_where<copies_skb>, (std::array{Path::deferred_copy, Path::linearize, Path::skb_copy}));
}

TEST(PathTable, TellsWhatIsInsideOfACall) {
    EXPECT_TRUE(is_inside(Path::tcp_sendmsg, Path::send_syscall));
    EXPECT_TRUE(is_inside(Path::copy_in, Path::send_syscall)) << "also further in";
    EXPECT_TRUE(is_inside(Path::copy_in, Path::tcp_sendmsg));
    EXPECT_FALSE(is_inside(Path::send_syscall, Path::send_syscall));
    EXPECT_FALSE(is_inside(Path::copy_out, Path::send_syscall));
    EXPECT_FALSE(is_inside(Path::deferred_copy, Path::send_syscall)) << "it happens in softirq too";
}

TEST(PathTable, NestsNothingInItselfOrInWhatIsNoPathOfAThread) {
    for (const PathEntry& entry : path_table)
        if (entry.parent) {
            EXPECT_FALSE(is_inside(*entry.parent, entry.path)) << entry.name;
            EXPECT_TRUE(is_call(*entry.parent) || entry_of(*entry.parent).kind == PathKind::function) << entry.name;
            EXPECT_EQ(entry.payload_role, payload_role(*entry.parent)) << entry.name;
        }
}

TEST(PathTable, CountsBytesOfEveryCopy) {
    for (Path path : paths_where<takes_bytes>)
        EXPECT_TRUE(moves_bytes(path)) << name_of(path);
}

TEST(PathTable, KeepsWhatOnlyAttachedTracesHaveOutOfRuns) {
    EXPECT_EQ(all_paths.size() + 7, attach_paths.size());
    for (Path path : {Path::splice_in, Path::splice_out, Path::mapped, Path::discarded})
        EXPECT_FALSE(is_copy(path)) << name_of(path) << " hands bytes over";
    for (Path path : {Path::peeked, Path::tls_tx, Path::tls_rx})
        EXPECT_TRUE(is_copy(path)) << name_of(path);
    for (Path path : paths_where<moves_bytes>)
        EXPECT_FALSE(entry_of(path).attached_only) << name_of(path);
}

TEST(PathTable, DrawsNoTwoPathsAlike) {
    std::set<std::pair<SeriesColor, SeriesFill>> looks;
    for (Path path : paths_where<takes_cpu_time>)
        EXPECT_TRUE(looks.emplace(entry_of(path).style.color, entry_of(path).style.fill).second) << name_of(path);
}

} // namespace
} // namespace netio
