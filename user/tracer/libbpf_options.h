// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio::tracer {

/// What a call of libbpf takes besides its arguments, with nothing set. libbpf's LIBBPF_OPTS is the same in C: it is
/// made of compound literals and statement expressions, which C++ does not have.
template <typename Options>
Options libbpf_options() {
    Options options = Options();
    options.sz = sizeof options;
    return options;
}

} // namespace netio::tracer
