# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The newest of Debian's kernels, on one CPU and as preemptible as it can be: no hit is lost that a law needs.

Since 7.2 a thread is preempted inside a program of a raw tracepoint, and the kernel then drops the hits of all others on
that CPU until it goes on (docs/method.md#preemption).
"""

import unittest

import guest

BACKENDS = ["fentry", "kprobe", "tracepoint"]

# Programs on which calls and bytes depend.
EXACT = ["sys_enter", "sys_exit", "sock_send_length", "skb_copy_datagram_iovec"]

COMMAND = "\n".join(
    ["cat /sys/kernel/debug/sched/preempt >/out/preempt"]
    + [f"netio-trace run --preset smoke --backend {backend} --verify --output /out/{backend}" for backend in BACKENDS]
)


def missed_hits(cell):
    """{program: hits that the kernel dropped}"""
    prefix = "recursion_misses."
    return {loss["name"].removeprefix(prefix): loss["count"] for loss in cell["losses"] if loss["name"].startswith(prefix)}


class Newest(guest.GuestCase):
    COMMAND = COMMAND
    OPTIONS = ("--smp", "1", "--boot", "preempt=full")

    def test_the_kernel_preempts(self):
        self.assertIn("(full)", (self.out / "preempt").read_text())

    def test_every_law_holds(self):
        runs = self.runs()
        self.assertEqual(set(runs), set(BACKENDS))
        for backend, run in runs.items():
            with self.subTest(backend):
                self.assertEqual(len(run["cells"]), 6)
                self.assert_laws_hold(run)

    def test_each_backend_is_used(self):
        for backend, run in self.runs().items():
            with self.subTest(backend):
                self.assertIn(backend, {path["backend"] for path in run["environment"]["plan"]})

    def test_no_hit_that_counts_is_dropped(self):
        for backend, cell in self.cells():
            missed = missed_hits(cell)
            with self.subTest(backend, variant=cell["variant"], field_size=cell["field_size"]):
                self.assertTrue(any(program.endswith("sys_exit") for program in missed), "misses are not counted")
                dropped = {program: count for program, count in missed.items() if count and program.endswith(tuple(EXACT))}
                self.assertEqual(dropped, {})


if __name__ == "__main__":
    unittest.main()
