// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace netio {

/// The program's exit codes.
enum class ExitCode : int {
    success = 0,
    failure = 1,      ///< something went wrong while working
    bad_input = 2,    ///< an option, an argument or a file is not acceptable
    regression = 3,   ///< a comparison's gate said no, or the answers to a lab are not all right
    law_broken = 4,   ///< a run's figures contradict what its workload counted
    hits_missed = 5,  ///< a run's figures could not be shown to add up, because the tracer missed hits
    interrupted = 130 ///< stopped by SIGINT or SIGTERM; what was finished is kept
};

/// What the user can choose otherwise so that an error does not come again. Libraries know no options: cli/error_text
/// says by which option each is chosen.
enum class Choice {
    no_tracing,
    doctor, ///< look at what is missing
    kernel_log,
    other_backend,
    tracepoint_backend,
    no_sampling,
    no_stacks,
    fewer_threads,
    smaller_fields,
    no_zero_copy,
    no_pinning,
    other_port,
    other_address,
    server_port,
    loopback_link,
    other_folder,
    replace_run,
    record_stacks,
    record_timeline,
    longer_cells,
    congestion_control ///< of the sockets, rather than of the namespace
};

/// A recoverable error: what happened, why, and what the user can do about it: outside of this program (`hint`), and by
/// choosing otherwise. The texts are whole phrases without a final full stop; all but `what` may be empty.
struct Error {
    std::string what;
    std::string why;
    std::string hint;
    ExitCode exit_code = ExitCode::failure;
    std::vector<Choice> choices{};
    /// What the other end of a connection did, as seen from this one: its own error, if it has one, tells the cause.
    bool is_echo = false;

    /// One line: "what: why (hint)".
    [[nodiscard]] std::string message() const;

    /// The same error with more choices, the most useful first.
    [[nodiscard]] Error or_choose(std::initializer_list<Choice> more) &&;

    /// The same error as one that tells of the other end.
    [[nodiscard]] Error as_echo() &&;

    /// The same error with the name of what was being done put before it: "context: what".
    [[nodiscard]] Error within(const std::string& context) &&;
};

/// An error whose cause is `errno_value`, in the words of strerror(3) and its symbolic name.
[[nodiscard]] Error system_error(std::string what, int errno_value, std::string hint = {});

/// An error in what the user typed or gave (exit code 2).
[[nodiscard]] Error input_error(std::string what, std::string why, std::string hint = {});

/// What std::bad_alloc, or an allocation that returned nothing, is told as.
[[nodiscard]] Error out_of_memory();

/// Either a value or an Error. `value()` may only be called when `ok()`, `error()` only when not.
template <class T>
class [[nodiscard]] Result {
  public:
    // Conversions on purpose: `return value;` and `return error;` are what a Result is for.
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] T& value() & { return std::get<0>(state_); }
    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] Error& error() & { return std::get<1>(state_); }
    [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
    [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

  private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : error_(std::move(error)) {}

    [[nodiscard]] bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] Error& error() & { return *error_; }
    [[nodiscard]] const Error& error() const& { return *error_; }
    [[nodiscard]] Error&& error() && { return std::move(*error_); }

  private:
    std::optional<Error> error_;
};

/// In a function that returns a Result: goes on when the expression, a Result, is ok; returns its Error otherwise.
#define NETIO_TRY(...)                                                                                                 \
    do {                                                                                                               \
        if (auto netio_tried = (__VA_ARGS__); !netio_tried)                                                            \
            return std::move(netio_tried).error();                                                                     \
    } while (false)

/// The same, with the value: NETIO_TRY_TO(auto device, open(name)); declares `device`, or assigns to what there is. Two
/// statements, so not for the body of an `if` without braces.
#define NETIO_TRY_TO(target, ...) NETIO_TRY_TO_ON_LINE(__LINE__, target, __VA_ARGS__)
#define NETIO_TRY_TO_ON_LINE(line, target, ...) NETIO_TRY_TO_NAMED(line, target, __VA_ARGS__)
#define NETIO_TRY_TO_NAMED(line, target, ...)                                                                          \
    auto netio_tried_##line = (__VA_ARGS__);                                                                           \
    if (!netio_tried_##line)                                                                                           \
        return std::move(netio_tried_##line).error();                                                                  \
    target = *std::move(netio_tried_##line)

} // namespace netio
