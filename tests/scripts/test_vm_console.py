# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The scanner of a guest's kernel log: what it must find, and what it must leave alone."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/vm/console.py"
sys.path.insert(0, str(SCRIPT.parent))
import console  # noqa: E402

# As kernels print them.
BAD = {
    "bug": [
        "[    5.1] BUG: kernel NULL pointer dereference, address: 0000000000000008",
        "[    5.1] BUG: unable to handle page fault for address: ffffa0b2c0000000",
        "[    9.0] BUG: sleeping function called from invalid context at mm/slab.h:420",
        "[    9.0] BUG: scheduling while atomic: netio-trace/210/0x00000002",
        "[   12.345678] kernel BUG at net/core/skbuff.c:1894!",
        "[   30.1][   T18] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [netio-server:210]",
    ],
    "warning": [
        "[    3.141592] WARNING: CPU: 1 PID: 74 at kernel/trace/ftrace.c:2099 ftrace_bug+0x8a/0x2a0",
        "WARNING: possible circular locking dependency detected",
        "<4>[    3.141592] WARNING: CPU: 0 PID: 0 at net/ipv4/tcp_input.c:3084",
    ],
    "oops": [
        "[    5.326652] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI",
        "[    5.3] Oops: 0002 [#1] SMP PTI",
        "[    5.3] general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]",
        "[    5.3] Unable to handle kernel paging request at virtual address ffff800008000000",
        "[    5.3] Internal error: Oops - BUG: 00000000f2000800 [#1] SMP",
    ],
    "panic": ["[    2.195094] Kernel panic - not syncing: No working init found.  Try passing init= option to kernel."],
    "stall": [
        "[   60.0] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
        "[   60.0] rcu: INFO: rcu_preempt self-detected stall on CPU",
        "[   60.0] rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 1-... } 21 jiffies s: 41 root: 0x2/.",
        "[   60.0] rcu: rcu_preempt kthread starved for 5250 jiffies! g-1155 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x0 ->cpu=0",
        "[   60.0] NMI watchdog: Watchdog detected hard LOCKUP on cpu 1",
    ],
    "hung task": ["[  241.9] INFO: task netio-trace:210 blocked for more than 120 seconds."],
    "sanitizer": ["[    9.0] UBSAN: array-index-out-of-bounds in net/core/dev.c:10"],
    "verifier": ["[    4.4] verifier bug: REG INVARIANTS VIOLATION (true_reg1): range bounds violation"],
    "memory": [
        "[   40.0] Out of memory: Killed process 210 (netio-server) total-vm:70064kB, anon-rss:2048kB",
        "[   40.0] netio-trace: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)",
        "[   40.0] refcount_t: underflow; use-after-free.",
        "[   40.0] list_del corruption. prev->next should be ffff, but was 0",
    ],
    "init": ["init: no virtio port output", "[    3.0] init: cannot go on"],
}

HARMLESS = [
    "",
    "[    0.000000] Linux version 6.1.0-56-cloud-amd64 (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC",
    "[    0.000000] Command line: console=ttyS0 no5lvl loglevel=5 oops=panic panic=-1",
    "[    0.638744] mtrr: your CPUs had inconsistent fixed MTRR settings",
    "[    0.032000] tsc: Unable to calibrate against PIT",
    "[    0.100000] rcu: \tRCU restricting CPUs from NR_CPUS=512 to nr_cpu_ids=2.",
    "[    0.100000] rcu: Hierarchical RCU implementation.",
    "[    0.100000] rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.",
    "[    0.400000] Debug: sleeping is allowed here",
    "[    0.500000] EDAC MC: Ver: 3.0.0",
    "[    0.900000] ACPI: Early table checksum verification disabled",
    "[    1.000000] PM: hibernation: Registered nosave memory: [mem 0x0009f000-0x000fffff]",
    "[    2.133565] Unstable clock detected, switching default tracing clock to \"global\"",
    "[    2.500000] debugfs: Directory 'x' with parent 'y' already present!",
    "[    2.600000] Run /init as init process",
    "[    2.600000] process '/init' started with executable stack",
    "[    2.855896]   with arguments:",
    "[    2.855931]     /init",
    "[    3.000000] warning: `netio-trace' uses wireless extensions which will stop working for Wi-Fi 7 hardware",
    "[    3.100000] TCP: eth0: Driver has suspect GRO implementation, TCP performance may be compromised.",
    "[    3.200000] Loading of module with unavailable key is rejected, loopsy oopsie",
    "[    3.300000] hrtimer: interrupt took 5437880 ns",
    "[    3.400000] perf: interrupt took too long (2509 > 2500), lowering kernel.perf_event_max_sample_rate to 79500",
    "[    3.414291] VMware vmxnet3 virtual NIC driver - version 1.9.0.0-k-NAPI",
    "[    3.500000] debug: DEBUG: nothing",
    "[    9.900000] reboot: Power down",
    "EXPECTED BUGS: 0",
]


class Console(unittest.TestCase):
    def test_finds_each_kind(self):
        self.assertEqual(set(BAD), set(console.BAD))
        for kind, lines in BAD.items():
            for line in lines:
                with self.subTest(line):
                    # What counts is that it is found; a line may say more than one thing.
                    self.assertIsNotNone(console.kind_of(line))
            self.assertIn(kind, [console.kind_of(line) for line in lines])

    def test_leaves_harmless_lines_alone(self):
        for line in HARMLESS:
            with self.subTest(line):
                self.assertIsNone(console.kind_of(line))

    def test_says_a_thing_once_although_the_log_is_there_twice(self):
        line = "[    3.141592] WARNING: CPU: 1 PID: 74 at kernel/trace/ftrace.c:2099"
        self.assertEqual(len(console.findings([line, "between", line + "\r\n"])), 1)

    def test_program_shows_the_lines_that_follow_and_fails(self):
        log = "[    1.0] fine\n[    2.0] BUG: scheduling while atomic: a/1/0x2\n[    2.0] Call Trace:\n[    2.0]  schedule+0x1\n"
        with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
            file.write(log)
            file.flush()
            done = subprocess.run([sys.executable, "-B", SCRIPT, file.name], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("line 2: bug", done.stdout)
        self.assertIn("schedule+0x1", done.stdout)
        self.assertNotIn("fine", done.stdout)

    def test_program_is_content_with_a_clean_log(self):
        done = subprocess.run([sys.executable, "-B", SCRIPT], input="\n".join(HARMLESS), capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
