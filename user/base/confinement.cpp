// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/confinement.h"

#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>
#include <vector>

#include "base/result.h"

namespace netio {
namespace {

constexpr std::array refused_calls{
    // other programs and processes
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise), SCMP_SYS(kcmp), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(kill),
    SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo),
    // the kernel's code
    SCMP_SYS(bpf), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_register),
    // namespaces and files
    SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
    SCMP_SYS(open_tree), SCMP_SYS(move_mount), SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(mount_setattr),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(mknodat), SCMP_SYS(linkat), SCMP_SYS(symlinkat),
    SCMP_SYS(unlinkat), SCMP_SYS(renameat2), SCMP_SYS(fchmodat), SCMP_SYS(fchownat), SCMP_SYS(mkdirat),
    // privileges
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
    SCMP_SYS(setresgid), SCMP_SYS(setgroups), SCMP_SYS(setfsuid), SCMP_SYS(setfsgid), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(personality),
    // the machine
    SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime), SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(syslog),
    SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(vhangup), SCMP_SYS(lookup_dcookie), SCMP_SYS(iopl), SCMP_SYS(ioperm)};

std::string reason(const char* what, int code) { return system_error(what, -code).message(); }

std::string load_filter(bool may_use_bpf) {
    const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
    if (!filter)
        return "cannot make a filter of system calls";
    // Without it, PR_SPEC_STORE_BYPASS would be disabled for the process, and its times not those of others.
    if (const int code = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1); code != 0)
        return reason("a filter of system calls would switch mitigations on", code);
    for (const int call : refused_calls) {
        if (call == SCMP_SYS(bpf) && may_use_bpf)
            continue;
        // A call that the architecture does not have has a number below 0, which libseccomp takes as well.
        if (const int code = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0); code != 0)
            return reason("cannot refuse a system call", code);
    }
    if (const int code = seccomp_load(filter.get()); code != 0)
        return reason("the kernel takes no filter of system calls", code);
    return {};
}

} // namespace

void keep_capabilities(CapabilitySet kept) {
    // A capability that the kernel does not know is refused with EINVAL, which ends the list.
    for (unsigned number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; ++number)
        prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    if (syscall(SYS_capget, &header, data.data()) != 0)
        return;
    for (std::size_t word = 0; word < data.size(); ++word) {
        const auto left = static_cast<std::uint32_t>(kept >> (32 * word));
        data[word].permitted &= left;
        data[word].effective &= left;
        data[word].inheritable = 0;
    }
    syscall(SYS_capset, &header, data.data());
}

void close_descriptors_except(std::span<const int> kept) {
    std::vector<int> sorted(kept.begin(), kept.end());
    std::ranges::sort(sorted);
    unsigned first = 3;
    for (const int descriptor : sorted) {
        if (descriptor < static_cast<int>(first))
            continue;
        if (const auto next = static_cast<unsigned>(descriptor); next > first)
            close_range(first, next - 1, 0);
        first = static_cast<unsigned>(descriptor) + 1;
    }
    close_range(first, std::numeric_limits<unsigned>::max(), 0);
}

std::string confine(const Confinement& left) {
    close_descriptors_except(left.descriptors);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    keep_capabilities(left.capabilities);
    return load_filter(left.bpf);
}

} // namespace netio
