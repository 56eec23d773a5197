# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The newest of Debian's kernels, on one CPU and as preemptible as it can be: no hit is lost that a law needs.

Since 7.2 a thread is preempted inside a program of a raw tracepoint, and the kernel then drops the hits of all others on
that CPU until it goes on (docs/method.md#preemption).
"""

import unittest

import guest

BACKENDS = ["fentry", "kprobe", "tracepoint"]

# Tracepoints on whose programs calls and bytes depend.
EXACT = ["sys_enter", "sys_exit", "sock_send_length", "skb_copy_datagram_iovec"]

COMMAND = "\n".join(
    ["cat /sys/kernel/debug/sched/preempt >/out/preempt"]
    + [f"netio-trace run --preset smoke --backend {backend} --verify --output /out/{backend}" for backend in BACKENDS]
)


def misses_of(run):
    """The losses that say how many hits each program missed, by name."""
    losses = [loss for cell in run["cells"] for loss in cell["losses"]]
    return {loss["name"]: loss for loss in losses if loss["name"].startswith("recursion_misses.")}


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
                misses = misses_of(run)
                exact = {name for name in misses if name.endswith(tuple(EXACT))}
                self.assertGreaterEqual(len(exact), 2, misses)
                # Where only times are touched, another hit may have interrupted: that makes one of them too long.
                times_alone = {name for name, loss in misses.items() if not loss["touches_counts"]}
                self.assertEqual(times_alone & exact, set())
                self.assert_laws_hold(run, times_alone)

    def test_each_backend_is_used(self):
        for backend, run in self.runs().items():
            with self.subTest(backend):
                self.assertIn(backend, {path["backend"] for path in run["environment"]["plan"]})


if __name__ == "__main__":
    unittest.main()
