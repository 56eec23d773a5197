// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/error_text.h"

#include <string>

#include "model/variant.h"

namespace netio::cli {
namespace {

std::string ids_of_copying_variants() {
    std::string ids;
    for (const Variant variant : default_variants())
        if (!uses_zero_copy(variant))
            ids += (ids.empty() ? "" : ",") + std::string(name_of(variant));
    return ids;
}

std::string in_words(Choice choice) {
    switch (choice) {
    case Choice::no_tracing:
        return "--no-trace runs without tracing";
    case Choice::doctor:
        return "netio-trace doctor shows what is missing";
    case Choice::kernel_log:
        return "--debug shows what the kernel said";
    case Choice::other_backend:
        return "try another --backend";
    case Choice::tracepoint_backend:
        return "--backend tracepoint needs less";
    case Choice::no_sampling:
        return "--sample-frequency 0 takes no samples";
    case Choice::no_stacks:
        return "leave out --stacks";
    case Choice::fewer_threads:
        return "use fewer --threads";
    case Choice::smaller_fields:
        return "use smaller --field-sizes";
    case Choice::no_zero_copy:
        return "leave out zero-copy: --variants " + ids_of_copying_variants();
    case Choice::no_pinning:
        return "leave out --pin";
    case Choice::other_port:
        return "choose another --port";
    case Choice::other_address:
        return "give --listen an address of this machine";
    case Choice::server_port:
        return "give the server's --port";
    case Choice::loopback_link:
        return "--link loopback joins both ends by lo";
    case Choice::other_folder:
        return "name another folder with --output";
    case Choice::replace_run:
        return "--force replaces that run";
    case Choice::record_stacks:
        return "record them: netio-trace run --stacks";
    case Choice::record_timeline:
        return "record one: netio-trace run --timeline 10";
    case Choice::longer_cells:
        return "run it again with a longer --duration";
    case Choice::congestion_control:
        return "choose that of the sockets with --congestion";
    }
    return {};
}

} // namespace

std::string error_text(const Error& error) {
    Error phrased = error;
    for (const Choice choice : error.choices)
        phrased.hint += (phrased.hint.empty() ? "" : "; ") + in_words(choice);
    return phrased.message();
}

} // namespace netio::cli
