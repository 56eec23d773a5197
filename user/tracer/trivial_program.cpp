// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/trivial_program.h"

#include <linux/bpf.h>

#include <array>
#include <cerrno>

#include "tracer/libbpf_options.h"

namespace netio::tracer {

UniqueFd load_trivial_program(bpf_prog_type type, bpf_prog_load_opts* options) {
    const std::array<bpf_insn, 2> program{{
        {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
        {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
    }};
    return UniqueFd(bpf_prog_load(type, "netio_probe", "GPL", program.data(), program.size(), options));
}

UniqueFd load_trivial_fentry(const KernelTypes& types, const std::string& function) {
    auto options = libbpf_options<bpf_prog_load_opts>();
    options.expected_attach_type = BPF_TRACE_FENTRY;
    options.attach_btf_id = types.function_id(function);
    if (options.attach_btf_id == 0) {
        errno = ENOENT;
        return {};
    }
    return load_trivial_program(BPF_PROG_TYPE_TRACING, &options);
}

} // namespace netio::tracer
