// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/kernel_types.h"

#include <bpf/btf.h>

namespace netio::tracer {

void KernelTypes::Deleter::operator()(btf* types) const { btf__free(types); }

KernelTypes KernelTypes::load() { return KernelTypes(btf__load_vmlinux_btf()); }

unsigned KernelTypes::function_id(const std::string& name) const {
    const int id = types_ ? btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_FUNC) : 0;
    return id > 0 ? static_cast<unsigned>(id) : 0;
}

} // namespace netio::tracer
