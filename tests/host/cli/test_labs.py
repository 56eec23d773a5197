# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Each lab as a student does it: started, its commands run, answered right, wrong and malformed, checked and graded.

The commands are those that `lab start` prints, which are those of the lab's text; only durations are shorter, and what needs a
guest is left out. Right answers of choices and words are opened by scripts/labs.py, those of numbers are what `grade` expects.
"""

import csv
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["NETIO_SOURCE"])
SECONDS = "0.15"

spec = importlib.util.spec_from_file_location("labs", SOURCE / "scripts/labs.py")
sealing = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sealing)

# What a student writes into the files of lab 10 and 11.
HANDLER = ("    (void)context;\n    (void)add; // yours instead of these two lines: add the bytes of this copy\n",
           "    add((__u32)context->args[1]);\n")
PART_2 = """    struct iovec part[FIELDS];
    for (int i = 0; i < FIELDS; ++i)
        part[i] = (struct iovec){field[i], size};
    struct msghdr message = {.msg_iov = part, .msg_iovlen = FIELDS};
    size_t left = FIELDS * size;
    while (left > 0) {
        ssize_t sent = sendmsg(fd, &message, FLAGS);
        if (sent < 0)
            die("sendmsg");
        left -= (size_t)sent;
        while (sent > 0 && (size_t)sent >= message.msg_iov->iov_len) {
            sent -= (ssize_t)message.msg_iov->iov_len;
            ++message.msg_iov;
            --message.msg_iovlen;
        }
        if (sent > 0) {
            message.msg_iov->iov_base = (char*)message.msg_iov->iov_base + sent;
            message.msg_iov->iov_len -= (size_t)sent;
        }
        ++sends;
    }
"""
COMPLETIONS = """    while (done < sends) {
        struct pollfd wait = {.fd = fd};
        poll(&wait, 1, 1000);
        char control[256];
        struct msghdr said = {.msg_control = control, .msg_controllen = sizeof control};
        if (recvmsg(fd, &said, MSG_ERRQUEUE) < 0)
            continue;
        struct sock_extended_err range;
        memcpy(&range, CMSG_DATA(CMSG_FIRSTHDR(&said)), sizeof range);
        done += (long)(range.ee_data - range.ee_info) + 1;
    }
"""


def solve(lab, folder):
    """Puts a student's work into the files that a lab hands out."""
    def put(name, old, new):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    if lab == 10:
        put("probe.bpf.c", *HANDLER)
    if lab == 11:
        given = "    send_a1(fd, field, size); // yours instead\n"
        put("servers.c", given, "    long sends = 0;\n" + PART_2.replace("FLAGS", "0") + "    (void)sends;\n")
        put("servers.c", given, "    static long sends, done;\n" + PART_2.replace("FLAGS", "MSG_ZEROCOPY") + COMPLETIONS)


def needs(lab):
    return {5: ["cc"], 10: ["clang", "cc"], 11: ["cc"], 12: ["nginx", "curl"]}.get(lab, [])


class StudentCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="netio-labs-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "bin").mkdir()
        (cls.folder / "bin/netio-trace").symlink_to(os.environ["NETIO_TRACE"])
        cls.environment = {**os.environ, "PATH": f"{cls.folder / 'bin'}:{os.environ['PATH']}:/usr/sbin:/sbin"}
        cls.environment.pop("SUDO_UID", None)
        cls.words = sealing.all_words()

    def call(self, *arguments, cwd=None):
        return subprocess.run(["netio-trace", *map(str, arguments)], cwd=cwd or self.folder, env=self.environment, text=True,
                              capture_output=True, timeout=120)


class Labs(StudentCase):
    def start(self, lab, student):
        """The folder of a lab, begun, and its commands."""
        folder = self.folder / f"class-{student}" / student
        done = self.call("lab", "start", lab, "--folder", folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.split("\nThen: ")[1].split("\n\n")[0].splitlines()
        return folder, [line.strip() for line in lines[1:-1]]

    def do(self, commands, folder):
        for line in commands:
            if "vm.sh" in line:
                continue
            short = re.sub(r"--duration [0-9.]+", f"--duration {SECONDS}", line)
            short = short.replace("--repeats 3", "--repeats 1").replace("64,256,1K,4K,16K,64K", "64,1K,64K")
            done = subprocess.run(["bash", "-c", short], cwd=folder, env=self.environment, text=True, capture_output=True, timeout=120)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout[-2000:]}{done.stderr}")
            if line.startswith("./loader"):
                self.counted = done.stdout

    def plain(self, lab):
        file = next((SOURCE / "docs/labs").glob(f"{lab:02}-*/questions.json"))
        plain = json.loads(file.read_text(encoding="utf-8"))
        for question in plain["questions"]:
            sealing.open_question(lab, question, self.words)
        return plain

    def expected(self, student):
        """What `grade` expects of each question of a student's lab."""
        grades = self.folder / "grades" / student
        done = self.call("lab", "grade", self.folder / f"class-{student}", "--folder", grades)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = csv.DictReader((grades / "grades.csv").read_text(encoding="utf-8").splitlines())
        return {row["question"]: row for row in rows if row["submission"] == student}

    def answer(self, folder, answers, name="answers.txt"):
        text = (self.form).splitlines()
        filled = [line + " " + answers[line[:-1]] if line[:-1] in answers and line.endswith(":") else line for line in text]
        (folder / name).write_text("\n".join(filled) + "\n", encoding="utf-8")

    def right_and_wrong(self, question, expected):
        """(right answer, wrong answer, its hint or None); a wrong one is None where there is none."""
        replies = question["replies"]
        kind = question["kind"]
        if kind in ("text", "prediction"):
            return ("1" if kind == "prediction" else "Because it was measured."), None, None
        if kind == "choice" and "figure" in question:
            other = next(letter for letter in question["options"] if letter != expected)
            return expected, other, replies["wrong"]
        if kind in ("choice", "word"):
            right = next(answer for answer, text in replies.items() if text.startswith("+"))
            wrong = next(answer for answer, text in replies.items() if text.startswith("-"))
            return right, ("tcp_nonsense" if wrong == "*" else wrong), replies[wrong][1:]
        if expected == "not measured":
            return expected, "123456", None
        number = re.match(r"[≥~≈]?([0-9.,]+)", expected)[1]
        return number, str(float(number.replace(",", "")) * 3 + 77), replies["above"]

    def assert_counts_alike(self, expected):
        """What the student's program counted is what `check` holds it against."""
        mine = int(re.search(r"(?m)^netio-client +\d+ +(\d+)$", self.counted)[1]) / 2**20
        self.assertAlmostEqual(mine / float(expected["mib"]["expected"].split()[0].replace(",", "")), 1, delta=0.01)

    def check_other_probes(self, folder, compile_it):
        """What the check says of programs that count too much, too little, or that the kernel refuses."""
        source = (folder / "probe.bpf.c").read_text(encoding="utf-8")
        add = HANDLER[1].strip()
        for name, old, new, code, words in (
            ("twice", add, f"{add} {add}", 3, ["tried: wrong  (2.000)", "counts more than was copied"]),
            ("none", add, "(void)add;", 3, ["tried: wrong  (0)", "counts less than was copied"]),
            ("refused", "if (!of_task)", "if (0)", 2, ["verifier refuses copy_out", "map_value_or_null"]),
        ):
            with self.subTest(probe=name):
                self.assertIn(old, source)
                other = self.folder / f"probe-{name}"
                shutil.copytree(folder, other)
                (other / "probe.bpf.c").write_text(source.replace(old, new), encoding="utf-8")
                subprocess.run(["bash", "-c", compile_it], cwd=other, check=True, capture_output=True)
                done = self.call("lab", "check", 10, other)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                told = " ".join((done.stdout + done.stderr).split())
                for word in words:
                    self.assertIn(" ".join(word.split()), told)

    def do_lab(self, number):
        for program in needs(number):
            if not shutil.which(program, path=self.environment["PATH"]):
                self.skipTest(f"{program} is not installed")
        student = f"lab{number:02}"
        folder, commands = self.start(number, student)
        self.form = (folder / "answers.txt").read_text(encoding="utf-8")
        solve(number, folder)
        self.do(commands, folder)
        self.answer(folder, {})
        done = self.call("lab", "check", number, folder)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        expected = self.expected(student)
        self.assertNotIn("changed", expected["total"]["remarks"])
        self.assertEqual(expected["total"]["remarks"], "")

        if number == 10:
            self.assert_counts_alike(expected)
        right, wrong, hints, malformed = {}, {}, {}, {}
        for question in self.plain(number)["questions"]:
            row = expected[question["id"]]
            if row["outcome"] == "not checked" or question["kind"] == "fact":
                continue
            name = question["id"]
            right[name], bad, hints[name] = self.right_and_wrong(question, row["expected"])
            if bad is not None:
                wrong[name] = bad
            if question["kind"] in ("number", "prediction", "choice"):
                malformed[name] = "zwölf"
        self.answer(folder, right)
        done = self.call("lab", "check", number, folder / "answers.txt")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(": passed", done.stdout)
        if number == 10:
            self.assertIn("tried: right  (1.000)", done.stdout)
            self.check_other_probes(folder, next(line for line in commands if line.startswith("clang ")))

        self.answer(folder, wrong, "wrong.txt")
        done = self.call("lab", "check", number, "wrong.txt", cwd=folder)
        self.assertEqual(done.returncode, 3)
        said = " ".join(done.stdout.split())
        for name, given in wrong.items():
            self.assertRegex(done.stdout, rf"(?m)^\d+\. {name}: wrong ")
            if hints[name]:
                self.assertIn(" ".join(hints[name].split()), said, f"{name}: {given}")

        self.answer(folder, malformed, "malformed.txt")
        done = self.call("lab", "check", number, "malformed.txt", cwd=folder)
        self.assertEqual(done.returncode, 3)
        for name in malformed:
            self.assertRegex(done.stdout, rf"(?m)^\d+\. {name}: malformed ")


class Class(StudentCase):
    """Fourteen submissions of lab 1, as an instructor gets them."""

    def hand_in(self, name, answers=None, form=None):
        folder = self.folder / "class" / name
        shutil.copytree(self.folder / "class" / "model", folder)
        (folder / "answers.txt").write_text(form if form is not None else self.filled(answers), encoding="utf-8")
        return folder

    def filled(self, answers):
        return "".join(line + (" " + answers[line[:-1]] if line[:-1] in answers and line.endswith(":") else "") + "\n"
                       for line in self.form.splitlines())

    def measure(self, folder):
        """A run of the student's own in place of the copied one."""
        shutil.rmtree(folder / "bytes")
        done = self.call("run", "--lab", 1, "--variants", "A1,A2", "--field-sizes", "4K", "--duration", SECONDS, "--output", "bytes",
                         cwd=folder)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_installed_program_has_nothing_to_prepare(self):
        program = shutil.copy(os.environ["NETIO_TRACE"], self.folder / "installed")
        done = subprocess.run([program, "lab", "prepare"], cwd=self.folder, text=True, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("scripts/lab.sh prepare", done.stderr)

    def test_no_answers_for_a_run_of_a_lab(self):
        done = self.call("run", "--lab", 2, "--no-trace", "--variants", "A2", "--duration", "0.05", "--output", "of-a-lab")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.call("explain", "--assignment", "of-a-lab")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("the run was made for lab 2", done.stderr)

    def test_fourteen_submissions(self):
        folder = self.folder / "class" / "model"
        done = self.call("lab", "start", 1, "--folder", folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.form = (folder / "answers.txt").read_text(encoding="utf-8")
        (folder / "bytes").mkdir()
        right = {"guess-a1": "2", "guess-a2": "1", "copies-a1": "2", "copies-a2": "2", "calls-a1": "8", "calls-a2": "1",
                 "function-in": "tcp_sendmsg_locked()", "same-bytes": "b"}

        def own(name):
            return {**right, "name": name, "defend": f"{name} measured two copies in both, and says that calls differ and copies do not."}

        for name in ("right1", "right2", "right3"):
            self.measure(self.hand_in(name, own(name)))
        self.measure(self.hand_in("partly1", {**own("partly1"), "copies-a2": "1", "same-bytes": "c"}))
        self.measure(self.hand_in("partly2", {**own("partly2"), "function-in": "tcp_sendmsg", "calls-a1": "64"}))
        self.measure(self.hand_in("wrong", {**own("wrong"), **dict.fromkeys(("copies-a1", "copies-a2", "calls-a1", "calls-a2"), "77"),
                                            "function-in": "memcpy", "same-bytes": "a"}))
        self.measure(self.hand_in("unanswered", {}))
        self.hand_in("malformed1", form="lab: 1\nthis is my answer\n")
        self.hand_in("malformed2", form="lab: 77\n")
        self.hand_in("binary", form="lab: 1\nname: \x00\x01\n")
        shutil.rmtree(self.hand_in("empty", {}))
        (self.folder / "class/empty").mkdir()
        for name in ("tampered1", "tampered2"):
            self.measure(self.hand_in(name, own(name)))
        path = self.folder / "class/tampered1/bytes/run.json"  # a figure that nothing is computed from
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'"throughput_gbps": [0-9.]+', '"throughput_gbps": 400.5', text, count=1), encoding="utf-8")
        path = self.folder / "class/tampered2/bytes/run.json"  # one that the sums rest on
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'"messages": (\d+)', lambda found: f'"messages": {int(found[1]) * 3}', text), encoding="utf-8")
        shutil.copytree(self.folder / "class/right1", self.folder / "class/thief")
        shutil.rmtree(folder)

        done = self.call("lab", "grade", "class", "--folder", "grades")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("14 submissions, 4 not graded", done.stdout)
        rows = list(csv.DictReader((self.folder / "grades/grades.csv").read_text(encoding="utf-8").splitlines()))
        total = {row["submission"]: row for row in rows if row["question"] == "total"}
        self.assertEqual(len(total), 14)
        points = {name: (row["outcome"], int(row["points"])) for name, row in total.items()}
        self.assertEqual({name: points[name] for name in ("right2", "right3", "partly1", "partly2", "wrong", "unanswered")},
                         {"right2": ("graded", 13), "right3": ("graded", 13), "partly1": ("graded", 9), "partly2": ("graded", 10),
                          "wrong": ("graded", 3), "unanswered": ("graded", 0)})
        for name, why in (("malformed1", "no colon"), ("malformed2", "which lab"), ("binary", "plain text"), ("empty", "answers.txt")):
            self.assertEqual(points[name], ("refused", 0))
            self.assertIn(why, total[name]["remarks"])
        for name, why in (("tampered1", "is the first that was changed"), ("tampered2", "run bytes"),
                          ("thief", "the same measurement"), ("right1", "the same measurement")):
            self.assertIn(why, total[name]["remarks"])
        for name in ("right2", "right3", "partly1", "partly2", "wrong", "unanswered"):
            self.assertEqual(total[name]["remarks"], "", name)
        page = (self.folder / "grades/grades.html").read_text(encoding="utf-8")
        self.assertNotIn("<th>thief", page)
        self.assertIn("<th>median</th>", page)


def add(number):
    def test(self):
        self.do_lab(number)

    setattr(Labs, f"test_lab_{number:02}", test)


for folder in (SOURCE / "docs/labs").glob("[0-9][0-9]-*"):
    add(int(folder.name[:2]))

if __name__ == "__main__":
    unittest.main()
