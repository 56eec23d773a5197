#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Writes the BTF that a Linux kernel image carries: extract_btf.py IMAGE OUTPUT

x86 images (bzImage) hold a compressed ELF file; their header says where (Documentation/arch/x86/boot.rst).
arm64 images are the kernel's memory as it is, bare or compressed as a whole (Documentation/arch/arm64/booting.rst).
Either way the BTF stands in the kernel's read-only data, and its header says how long it is
(Documentation/bpf/btf.rst), so no ELF section table is needed.
"""
import lzma
import struct
import subprocess
import sys
import zlib

BTF_HEADER = struct.Struct("<HBBIIIII")  # magic, version, flags, hdr_len, type_off, type_len, str_off, str_len
BTF_START = struct.pack("<HBBII", 0xEB9F, 1, 0, BTF_HEADER.size, 0)


def x86_payload(image):
    """The compressed kernel inside a bzImage, or None if the image is none."""
    if image[0x202:0x206] != b"HdrS":
        return None
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    return image[start : start + length]


def decompressed(data):
    """The data unpacked, by its magic number; as it is when it bears none that a kernel build uses."""
    if data[:6] == b"\xfd7zXZ\x00":
        return lzma.LZMADecompressor().decompress(data)
    if data[:2] == b"\x1f\x8b":
        return zlib.decompressobj(wbits=31).decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        # The x86 build appends the unpacked size, which is not zstd's: it complains after having written all.
        return subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    if data[:4] in (b"\x02\x21\x4c\x18", b"\x04\x22\x4d\x18"):
        return subprocess.run(["lz4", "-dcq"], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return data


def find_btf(kernel):
    """The largest well-formed BTF blob: modules built into an initramfs may bring smaller ones."""
    best = b""
    at = kernel.find(BTF_START)
    while at >= 0:
        fields = BTF_HEADER.unpack_from(kernel, at)
        type_length, string_offset, string_length = fields[5], fields[6], fields[7]
        end = at + BTF_HEADER.size + string_offset + string_length
        if string_offset == type_length and end <= len(kernel) and end - at > len(best):
            best = kernel[at:end]
        at = kernel.find(BTF_START, at + 1)
    return best


def main(arguments):
    if len(arguments) != 3:
        print(f"usage: {arguments[0]} IMAGE OUTPUT", file=sys.stderr)
        return 2
    with open(arguments[1], "rb") as file:
        image = file.read()
    btf = find_btf(decompressed(x86_payload(image) or image))
    if not btf:
        print(f"{arguments[1]}: no BTF found; was this kernel built with CONFIG_DEBUG_INFO_BTF?", file=sys.stderr)
        return 1
    with open(arguments[2], "wb") as file:
        file.write(btf)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
