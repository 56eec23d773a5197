// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/trivial_program.h"

#include <bpf/btf.h>
#include <linux/bpf.h>

#include <array>
#include <cerrno>
#include <memory>

namespace netio::tracer {

UniqueFd load_trivial_program(bpf_prog_type type, bpf_prog_load_opts* options) {
    const std::array<bpf_insn, 2> program{{
        {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
        {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
    }};
    return UniqueFd(bpf_prog_load(type, "netio_probe", "GPL", program.data(), program.size(), options));
}

UniqueFd load_trivial_fentry(const std::string& function) {
    // Parsing the kernel's types takes some 30 ms; they do not change while it runs.
    static const std::unique_ptr<btf, void (*)(btf*)> types(btf__load_vmlinux_btf(), btf__free);
    const int id = types ? btf__find_by_name_kind(types.get(), function.c_str(), BTF_KIND_FUNC) : -ENOENT;
    if (id < 0) {
        errno = ENOENT;
        return {};
    }
    LIBBPF_OPTS(bpf_prog_load_opts, options);
    options.expected_attach_type = BPF_TRACE_FENTRY;
    options.attach_btf_id = static_cast<__u32>(id);
    return load_trivial_program(BPF_PROG_TYPE_TRACING, &options);
}

} // namespace netio::tracer
