# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""doctor says what this kernel allows, as text and as JSON."""

import json
import re
import subprocess
import unittest

import netio

PATHS = ["send_syscall", "recv_syscall", "errqueue_syscall", "tcp_sendmsg", "copy_in", "pin", "deferred_copy",
         "linearize", "skb_copy", "copy_out", "zc_complete", "wait_send", "wait_recv"]


class Doctor(netio.Case):
    def test_json_names_every_path_and_counter_with_a_reason_for_what_is_missing(self):
        result = netio.run("doctor", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        diagnosis = json.loads(result.stdout)
        self.assertEqual(diagnosis["schema"], "netio-trace/doctor/1")
        self.assertTrue(diagnosis["can_trace"])
        self.assertEqual(list(diagnosis["paths"]), PATHS)
        for name, path in diagnosis["paths"].items():
            if path["time_quality"] == "unavailable":
                self.assertTrue(path["reason"], name)
        for name, counter in diagnosis["counters"].items():
            if counter["status"] not in ("counted", "multiplexed"):
                self.assertTrue(counter["reason"], name)
        checks = {check["id"]: check for check in diagnosis["checks"]}
        for name in ("CAP_BPF", "btf", "fentry", "kprobe", "raw_tracepoint", "MSG_ZEROCOPY", "optmem_max", "veth"):
            self.assertTrue(checks[name]["evidence"], name)
        self.assertEqual(checks["messages"]["standing"], "good", checks["messages"])
        for program in ("tp_sys_exit", "on_sample"):
            self.assertRegex(checks[program]["evidence"], "fired [1-9][0-9]* times")
        self.assert_nothing_left()

    def test_a_check_that_an_error_ended_is_not_good(self):
        for options in ({}, {"user": "nobody", "group": "nogroup", "extra_groups": []}):
            for check in json.loads(netio.run("doctor", "--json", **options).stdout)["checks"]:
                if re.search(r"\[E[A-Z]+\]", check["evidence"]):
                    self.assertNotEqual(check["standing"], "good", check)

    def test_settings_are_those_that_a_run_gets(self):
        here = 'echo 0 >/proc/sys/net/ipv4/tcp_sack; exec "$0" doctor'
        done = subprocess.run(["unshare", "--net", "sh", "-c", f"{here} --json", netio.PROGRAM], capture_output=True, text=True, check=False)
        self.assertEqual(json.loads(done.stdout)["settings"]["net.ipv4.tcp_sack"], "1", done.stderr)
        self.assertRegex(netio.run("doctor").stdout, r"(?m)^    net\.ipv4\.tcp_sack ", "a setting has no tick: it is no check")

    def test_text_has_every_check_and_fits_100_columns(self):
        text = netio.run("doctor").stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        for check in json.loads(netio.run("doctor", "--json").stdout)["checks"]:
            self.assertIn(check["id"][:20], text)
        for path in PATHS:
            self.assertIn(path, text)

    def test_without_privileges_it_still_answers(self):
        result = netio.run("doctor", "--json", user="nobody", group="nogroup", extra_groups=[])
        self.assertEqual(result.returncode, 1, result.stderr)
        diagnosis = json.loads(result.stdout)
        self.assertFalse(diagnosis["can_trace"])
        self.assertTrue(diagnosis["can_benchmark"])
        checks = {check["id"]: check for check in diagnosis["checks"]}
        self.assertEqual(checks["CAP_BPF"]["standing"], "missing")
        self.assertTrue(checks["CAP_BPF"]["way_out"])
        for name in ("bpf", "fentry", "cpu_clock_sampling"):
            self.assertRegex(checks[name]["evidence"], r"CAP_BPF( and CAP_PERFMON are| is) not held", name)
            self.assertTrue(checks[name]["way_out"].startswith("run as root"), name)


if __name__ == "__main__":
    unittest.main()
