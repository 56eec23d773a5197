// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/cpu_class.h"
#include "model/names.h"
#include "model/path.h"
#include "model/variant.h"

#include <gtest/gtest.h>

#include <set>

#include "model/run_spec.h"

namespace netio {
namespace {

TEST(Names, ArePartOfTheFileFormat) {
    const std::array<std::string_view, path_count> names{
        "send_syscall", "recv_syscall", "errqueue_syscall", "tcp_sendmsg", "copy_in",   "pin",       "deferred_copy",
        "linearize",    "skb_copy",     "copy_out",         "zc_complete", "wait_send", "wait_recv", "splice_in",
        "splice_out",   "mapped",       "discarded",        "peeked",      "tls_tx",    "tls_rx"};
    for (Path path : attach_paths)
        EXPECT_EQ(name_of(path), names[index_of(path)]);
}

TEST(Names, LeadBackToWhatTheyName) {
    for (Variant variant : all_variants)
        EXPECT_EQ(value_of_name<Variant>(name_of(variant)), variant);
    for (Path path : attach_paths)
        EXPECT_EQ(value_of_name<Path>(name_of(path)), path);
    for (Pattern pattern : values_of<Pattern>)
        EXPECT_EQ(value_of_name<Pattern>(name_of(pattern)), pattern);
    for (Backend backend : values_of<Backend>)
        EXPECT_EQ(value_of_name<Backend>(name_of(backend)), backend);
    EXPECT_EQ(value_of_name<Variant>("A4"), std::nullopt);
    EXPECT_EQ(value_of_name<Variant>("a1"), std::nullopt);
    EXPECT_EQ(value_of_name<Path>(""), std::nullopt);
}

TEST(Names, AreDifferent) {
    std::set<std::string_view> names;
    for (CpuClass cpu_class : all_cpu_classes)
        EXPECT_TRUE(names.insert(name_of(cpu_class)).second);
    EXPECT_EQ(names.size(), cpu_class_count);
}

TEST(Names, OfALinkAreWhatTheUserTypes) {
    EXPECT_EQ(to_string(LinkSpec{LinkKind::veth, "", ""}), "veth");
    EXPECT_EQ(to_string(LinkSpec{LinkKind::loopback, "", ""}), "loopback");
    EXPECT_EQ(to_string(LinkSpec{LinkKind::devices, "eth1", "eth2"}), "dev:eth1,eth2");
}

} // namespace
} // namespace netio
