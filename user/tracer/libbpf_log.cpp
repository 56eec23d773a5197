// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/libbpf_log.h"

#include <bpf/libbpf.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string>

#include "base/log.h"

namespace netio::tracer {
namespace {

int write_to_log(libbpf_print_level, const char* format, va_list arguments) {
    std::array<char, 16384> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    std::string text(line.data());
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    spdlog::debug("{}", text);
    return 0;
}

} // namespace

void send_libbpf_messages_to_log() { libbpf_set_print(write_to_log); }

} // namespace netio::tracer
