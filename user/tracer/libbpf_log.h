// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>

struct bpf_object;

namespace netio::tracer {

/// Sends what libbpf has to say to the log, at debug level: the verifier's words are for whoever looks for the cause of
/// an error, and what users need to know is in the errors themselves. To be called before libbpf is used.
void send_libbpf_messages_to_log();

/// Keeps the warnings that libbpf gives to the calling thread while this object lives, besides sending them to the log.
/// One at a time in a thread.
class LibbpfWarnings {
  public:
    LibbpfWarnings();
    LibbpfWarnings(const LibbpfWarnings&) = delete;
    LibbpfWarnings& operator=(const LibbpfWarnings&) = delete;
    ~LibbpfWarnings();

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// Says in the log, at debug level, how many instructions the kernel's verifier worked through for each program of the
/// object that is loaded: "BPF program NAME: N instructions verified", which tests hold against tables. Kernels before
/// 5.16 do not tell (commit aba64c7da983), and then nothing is said.
void log_verified_instructions(const bpf_object* object);

/// A BPF program that could not be loaded.
struct RefusedProgram {
    std::string name;
    std::string verdict; ///< the verifier's last words; empty: the verifier did not get to see it
};

/// The last program that libbpf's warnings say of that it could not be loaded. Pure.
[[nodiscard]] std::optional<RefusedProgram> find_refused_program(std::string_view warnings);

/// The line of a verifier's log that says what it objects to: the last one that is not about the work it had. Pure.
[[nodiscard]] std::string verdict_of(std::string_view verifier_log);

} // namespace netio::tracer
