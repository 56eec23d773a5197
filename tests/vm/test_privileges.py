# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""doctor beside run: as a user with more or less capabilities, and on kernels that refuse. What one promises the other keeps."""

import json
import os
import shutil
import unittest

import guest

# Sets of file capabilities, as docs/privileges.md has them.
SETS = {
    "none": "",
    "bpf_alone": "cap_bpf+ep",
    "least": "cap_bpf,cap_perfmon+ep",
    "samples": "cap_bpf,cap_perfmon,cap_syslog+ep",
    "networks": "cap_bpf,cap_perfmon,cap_net_admin,cap_sys_admin+ep",
    "whole": "cap_bpf,cap_perfmon,cap_syslog,cap_net_admin,cap_sys_admin,cap_ipc_lock+ep",
}

TRY = """
# try NAME COMMAND...: doctor and a run with COMMAND in front of netio-trace and its options behind.
try() {
    name=$1; shift
    mkdir -m 777 -p /out/$name
    code=0; "$@" doctor --json >/out/$name/doctor.json 2>/out/$name/doctor.errors || code=$?
    echo $code >/out/$name/doctor.code
    code=0; "$@" run --duration 0.3 --variants A1,A3 --output /out/$name/run >/out/$name/run.txt 2>/out/$name/run.errors || code=$?
    echo $code >/out/$name/run.code
}
"""

COMMAND = (
    TRY
    + "".join(
        f"cp /usr/local/bin/netio-trace /tmp/{name}\n"
        + (f"setcap {capabilities} /tmp/{name}\n" if capabilities else "")
        + f"try {name} setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/{name}\n"
        for name, capabilities in SETS.items()
    )
    + """
sysctl -w kernel.perf_event_paranoid=2
try samples_allowed setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/samples
try root netio-trace
sysctl -w kernel.ftrace_enabled=0
try ftrace_off netio-trace
netio-trace run --backend fentry --duration 0.1 --no-save >/out/ftrace_off/named.txt 2>/out/ftrace_off/named.errors && exit 1
sysctl -w kernel.ftrace_enabled=1
"""
)


def tool(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise AssertionError(f"{name} is missing: run scripts/setup.sh build vm")
    return path


class PrivilegesCase(guest.GuestCase):
    OPTIONS = ("--add", f"{tool('setcap')}:/usr/sbin/setcap", "--add", f"{tool('setpriv')}:/usr/bin/setpriv")
    TIMEOUT = 800

    def text(self, name, file):
        return (self.out / name / file).read_text()

    def code(self, name, command):
        return int(self.text(name, f"{command}.code"))

    def doctor(self, name):
        return json.loads(self.text(name, "doctor.json"))

    def run_of(self, name):
        return self.read_json(f"{name}/run/run.json")

    def assert_traced(self, name, backends):
        """doctor promises it, and run does it, with every byte accounted for."""
        doctor = self.doctor(name)
        self.assertEqual((self.code(name, "doctor"), doctor["can_trace"]), (0, True), doctor["notes"])
        self.assertEqual(self.code(name, "run"), 0, self.text(name, "run.errors"))
        run = self.run_of(name)
        self.assert_laws_hold(run)
        self.assertIsNone(run["environment"]["untraced"])
        for found in (doctor["backends"], run["environment"]["backends"]):
            self.assertEqual(found, backends)
        self.assertIn(f"traced by {backends}", " ".join(self.text(name, "run.txt").split()))
        return doctor, run

    def assert_untraced(self, name, *sentences):
        """doctor says why, and run goes on without, and says the same on the page, in run.json and on standard error."""
        doctor = self.doctor(name)
        self.assertEqual((self.code(name, "doctor"), doctor["can_trace"]), (1, False))
        self.assertTrue(doctor["can_benchmark"])
        self.assertEqual(self.code(name, "run"), 0, self.text(name, "run.errors"))
        run = self.run_of(name)
        self.assertFalse(run["spec"]["trace"])
        self.assertGreater(run["cells"][0]["messages"], 0)
        page = " ".join(self.text(name, "run.txt").split())
        for sentence in sentences:
            self.assertIn(sentence, " ".join(doctor["notes"]))
            self.assertIn(sentence, run["environment"]["untraced"])
            self.assertIn(sentence, self.text(name, "run.errors"))
            self.assertIn(sentence, page)


class Privileges(PrivilegesCase):
    COMMAND = COMMAND

    def test_root_has_everything_and_each_program_that_matters_fired(self):
        doctor, _ = self.assert_traced("root", "fentry + tracepoint + sampler")
        fired = {check["id"]: check for check in doctor["checks"] if check["group"] == "what fired"}
        for program in ("fentry_tcp_sendmsg", "fexit_tcp_wmem_schedule", "fentry_skb_copy_ubufs", "btf_sys_enter", "on_sample",
                        "fentry___msg_zerocopy_callback", "calibration", "messages"):  # fmt: skip
            self.assertEqual(fired[program]["standing"], "good", fired[program])
        self.assertRegex(fired["fentry_tcp_sendmsg"]["evidence"], r"attached to tcp_sendmsg\(\), fired [1-9][0-9]* times")

    def test_a_user_with_all_capabilities_has_what_root_has(self):
        self.assert_traced("whole", "fentry + tracepoint + sampler")

    def test_two_capabilities_are_enough_to_trace_from_a_user_namespace(self):
        doctor, run = self.assert_traced("least", "fentry + tracepoint")
        self.assertIn("in a user namespace", {check["id"]: check["evidence"] for check in doctor["checks"]}["veth"])
        self.assertEqual(run["spec"]["sample_frequency"], 0)
        self.assert_traced("samples_allowed", "fentry + tracepoint + sampler")

    def test_the_setting_that_forbids_samples_is_named(self):
        doctor, run = self.assert_traced("samples", "fentry + tracepoint")
        for notes in (doctor["notes"], run["environment"]["notes"]):
            self.assertIn("kernel.perf_event_paranoid is 3: this kernel wants CAP_SYS_ADMIN", " ".join(notes))

    def test_without_symbols_no_sampler_is_spoken_of_and_the_reason_is_told(self):
        _, run = self.assert_traced("networks", "fentry + tracepoint")
        self.assertNotIn("Hz", self.text("networks", "run.txt").split("──")[0])
        self.assertTrue([note for note in run["environment"]["notes"] if note.startswith("no sampling: ")])

    def test_missing_capabilities_are_named(self):
        self.assert_untraced("none", "CAP_BPF and CAP_PERFMON are not held")
        self.assert_untraced("bpf_alone", "CAP_PERFMON is not held")
        advice = {check["id"]: check for check in self.doctor("none")["checks"]}["CAP_BPF"]["way_out"]
        self.assertIn(f"sudo setcap {SETS['whole']} /tmp/none", advice)

    def test_hooks_that_never_run_are_not_used(self):
        _, run = self.assert_traced("ftrace_off", "tracepoint + sampler")
        told = " ".join(run["environment"]["notes"]) + json.dumps(run["environment"]["plan"])
        self.assertIn("kernel.ftrace_enabled is 0", told)
        self.assertIn("kernel.ftrace_enabled is 0", self.text("ftrace_off", "named.errors"))


class Lockdown(PrivilegesCase):
    OPTIONS = (*PrivilegesCase.OPTIONS, "--boot", "lockdown=confidentiality")
    COMMAND = TRY + "try lockdown netio-trace\n"

    def test_confidentiality_is_named(self):
        self.assert_untraced("lockdown", "BPF programs may not read kernel memory")


if __name__ == "__main__":
    unittest.main()
