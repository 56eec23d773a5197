# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What kind of machine QEMU is to be: its command line, by architecture, link and clock."""
import dataclasses

# Debian's name for an architecture, and the names of its libraries' folder and of the program that emulates it.
DEBIAN = {"x86_64": "amd64", "arm64": "arm64"}
TRIPLET = {"x86_64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
EMULATOR = {"x86_64": "qemu-system-x86_64", "arm64": "qemu-system-aarch64"}

BOARD = {
    # 5-level page tables (no5lvl) cost an emulated CPU time, and change nothing else.
    "x86_64": (["-M", "q35", "-cpu", "max"], "console=ttyS0 no5lvl"),
    # Signing of pointers by QEMU's own algorithm: the architecture's takes half of the time.
    "arm64": (["-M", "virt", "-cpu", "max,pauth-impdef=on"], "console=ttyAMA0"),
}

# Offers of virtio-net that let a segment stay in pieces, or without checksum; without them it is linearized first.
NO_OFFLOAD = ",".join(
    f"{name}=off"
    for name in ("csum", "gso", "guest_csum", "guest_tso4", "guest_tso6", "guest_ecn", "guest_ufo",
                 "host_tso4", "host_tso6", "host_ecn", "host_ufo")
)  # fmt: skip

# Devices of the guest's two interfaces, eth0 and eth1.
LINK = {"none": None, "nic": "vmxnet3", "nic-no-offload": f"virtio-net-pci,{NO_OFFLOAD}"}

# Files that the guest writes by virtio serial ports: standard output and error of the command, the kernel's log at the
# end, the archive of /out, and the verdict.
PORTS = ["output", "errors", "log", "results", "verdict"]


@dataclasses.dataclass
class Machine:
    architecture: str
    link: str = "none"
    icount: bool = False
    cpus: int = 2
    memory: str = "1G"
    boot: str = ""  # parameters for the kernel

    def command(self, kernel, initramfs, console, port_paths):
        """port_paths: file for each of PORTS, by name; console: file for what the kernel prints."""
        board, parameters = BOARD[self.architecture]
        # Warnings are shown (loglevel), a broken kernel ends (oops, panic) and so does QEMU (-no-reboot).
        # The kernel's tests of its own ciphers would go on for a while after boot, in what the command measures.
        parameters += " loglevel=5 oops=panic panic=-1 cryptomgr.notests=1 " + self.boot
        command = [
            EMULATOR[self.architecture], "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot", "-nic", "none",
            *board, "-smp", str(self.cpus), "-m", self.memory, *self._accelerator(),
            "-kernel", str(kernel), "-initrd", str(initramfs), "-append", parameters,
            "-chardev", f"file,id=console,path={console}", "-serial", "chardev:console",
            "-device", "virtio-serial-pci",
        ]  # fmt: skip
        # append: a pipe is such a file, and cannot be cut to length 0.
        for name in PORTS:
            command += ["-chardev", f"file,id={name},path={port_paths[name]},append=on"]
            command += ["-device", f"virtserialport,chardev={name},name=netio.{name}"]
        return command + self._link()

    def _accelerator(self):
        if self.icount:
            # One nanosecond of the guest's time is one instruction, and the same commands take the same time.
            return ["-accel", "tcg", "-icount", "shift=0,sleep=off"]
        return ["-accel", "tcg,thread=single"]

    def _link(self):
        device = LINK[self.link]
        if device is None:
            return []
        arguments = []
        for number in (0, 1):
            arguments += ["-netdev", f"hubport,id=link{number},hubid=0"]
            arguments += ["-device", f"{device},netdev=link{number},romfile="]
        return arguments
