// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/libbpf_log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "base/log.h"

namespace netio::tracer {
namespace {

thread_local std::string* kept_warnings = nullptr;

/// A verifier's log is one message of up to 16 MiB, and its end is what matters.
std::string formatted(const char* format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, again);
    va_end(again);
    std::string text(static_cast<std::size_t>(std::max(length, 0)) + 1, '\0');
    std::vsnprintf(text.data(), text.size(), format, arguments);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\0'))
        text.pop_back();
    return text;
}

int take_message(libbpf_print_level level, const char* format, va_list arguments) {
    const bool kept = kept_warnings != nullptr && level == LIBBPF_WARN;
    if (!kept && !spdlog::should_log(spdlog::level::debug))
        return 0;
    const std::string text = formatted(format, arguments);
    spdlog::debug("{}", text);
    if (kept)
        kept_warnings->append(text).append("\n");
    return 0;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

} // namespace

void send_libbpf_messages_to_log() { libbpf_set_print(take_message); }

LibbpfWarnings::LibbpfWarnings() {
    send_libbpf_messages_to_log();
    kept_warnings = &text_;
}

LibbpfWarnings::~LibbpfWarnings() { kept_warnings = nullptr; }

void log_verified_instructions(const bpf_object* object) {
    if (!spdlog::should_log(spdlog::level::debug))
        return;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object) {
        bpf_prog_info info{};
        __u32 size = sizeof(info);
        const int fd = bpf_program__fd(program);
        if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.verified_insns != 0)
            spdlog::debug("BPF program {}: {} instructions verified", bpf_program__name(program), info.verified_insns);
    }
}

std::string verdict_of(std::string_view verifier_log) {
    // What the kernel prints last: print_verification_stats() in kernel/bpf/verifier.c.
    constexpr std::array<std::string_view, 3> statistics{"processed ", "verification time", "stack depth"};
    constexpr std::size_t longest = 300;
    while (!verifier_log.empty()) {
        const std::size_t before = verifier_log.rfind('\n');
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        const std::string_view line = trimmed(verifier_log.substr(begin));
        verifier_log = verifier_log.substr(0, begin == 0 ? 0 : before);
        if (!line.empty() &&
            std::ranges::none_of(statistics, [&](std::string_view start) { return line.starts_with(start); }))
            return std::string(line.substr(0, longest));
    }
    return {};
}

std::optional<RefusedProgram> find_refused_program(std::string_view warnings) {
    // libbpf's words since 0.2: bpf_object_load_prog() and its kin begin each with the program's name.
    constexpr std::string_view name_begins = "prog '";
    constexpr std::string_view log_begins = "-- BEGIN PROG LOAD LOG --";
    constexpr std::string_view log_ends = "-- END PROG LOAD LOG --";
    const std::size_t end_of_log = warnings.rfind(log_ends);
    const std::size_t begin_of_log = warnings.rfind(log_begins, end_of_log);
    const bool has_log = end_of_log != std::string_view::npos && begin_of_log != std::string_view::npos;
    // The log may itself hold such words; the name stands in front of it.
    const std::size_t named = warnings.rfind(name_begins, has_log ? begin_of_log : std::string_view::npos);
    if (named == std::string_view::npos)
        return std::nullopt;
    const std::size_t name = named + name_begins.size();
    RefusedProgram refused;
    refused.name = warnings.substr(name, warnings.find('\'', name) - name);
    if (has_log) {
        const std::size_t log = begin_of_log + log_begins.size();
        refused.verdict = verdict_of(warnings.substr(log, end_of_log - log));
    }
    return refused;
}

} // namespace netio::tracer
