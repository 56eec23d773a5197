// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/capability.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace netio {
namespace {

/// The effective set as the kernel prints it.
std::uint64_t effective_capabilities() {
    std::ifstream status("/proc/thread-self/status");
    for (std::string name; status >> name;)
        if (name == "CapEff:") {
            status >> name;
            return std::stoull(name, nullptr, 16);
        }
    return 0;
}

TEST(Capability, IsHeldWhenTheKernelPrintsIt) {
    const std::uint64_t effective = effective_capabilities();
    for (unsigned capability = 0; capability < 64; ++capability)
        EXPECT_EQ(has_capability(capability), (effective >> capability & 1) != 0) << capability;
}

TEST(Capability, ThatNoKernelHasIsNotHeld) {
    EXPECT_FALSE(has_capability(64));
    EXPECT_FALSE(has_capability(~0U));
}

} // namespace
} // namespace netio
