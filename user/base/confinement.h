// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace netio {

/// A bit 1 << CAP_... (linux/capability.h) for each capability.
using CapabilitySet = std::uint64_t;

/// The set of some capabilities, by their numbers.
template <class... Numbers>
[[nodiscard]] constexpr CapabilitySet capabilities(Numbers... numbers) {
    return (CapabilitySet{0} | ... | (CapabilitySet{1} << static_cast<unsigned>(numbers)));
}

/// Gives up, for good, all capabilities of the calling thread but those of `kept` that it has. Threads and processes
/// that it starts later have no more, and programs that they execute none: the bounding set is emptied, where
/// CAP_SETPCAP allows that. Giving up cannot fail for want of a privilege.
void keep_capabilities(CapabilitySet kept);

/// Closes every descriptor from 3 on that is not in `kept`. Owners of those that are closed must not be used any more.
void close_descriptors_except(std::span<const int> kept);

/// What a process that moves payload has left, beside standard streams.
struct Confinement {
    std::span<const int> descriptors;
    CapabilitySet capabilities = 0;
    bool bpf = false; ///< bpf(2) is not refused
};

/// Confines the calling process, which has one thread yet, to sockets, clocks, memory and what it has open: it keeps
/// what `left` names, can gain no privilege by executing a program (PR_SET_NO_NEW_PRIVS), and a filter of system calls
/// refuses with EPERM what no part of a workload does: to execute a program, look into or signal another process, load
/// BPF or kernel code, mount, enter or make a namespace, change users or the clock, and the like.
///
/// The filter names what is refused, and not what is allowed: a C library that takes another call for the same thing
/// must not end a measurement. The kernel (from 5.11 on) answers for each call number once whether the filter can
/// refuse it, so that allowed calls do not run it (seccomp_cache_prepare_bitmap(), kernel/seccomp.c); mitigations
/// against speculative stores are not switched on for it.
///
/// Returns why there is no filter; empty: there is one.
[[nodiscard]] std::string confine(const Confinement& left);

} // namespace netio
