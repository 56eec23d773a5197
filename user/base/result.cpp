// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/result.h"

#include <cstring>

namespace netio {

std::string Error::message() const {
    std::string text = what;
    if (!why.empty())
        text += ": " + why;
    if (!hint.empty())
        text += " (" + hint + ")";
    return text;
}

Error Error::or_choose(std::initializer_list<Choice> more) && {
    choices.insert(choices.end(), more);
    return std::move(*this);
}

Error Error::as_echo() && {
    is_echo = true;
    return std::move(*this);
}

Error Error::within(const std::string& context) && {
    what = context + ": " + what;
    return std::move(*this);
}

Error system_error(std::string what, int errno_value, std::string hint) {
    std::string why = strerrordesc_np(errno_value) != nullptr ? strerrordesc_np(errno_value) : "unknown error";
    if (const char* name = strerrorname_np(errno_value); name != nullptr)
        why += std::string(" [") + name + "]";
    return Error{std::move(what), std::move(why), std::move(hint), ExitCode::failure};
}

Error input_error(std::string what, std::string why, std::string hint) {
    return Error{std::move(what), std::move(why), std::move(hint), ExitCode::bad_input};
}

Error out_of_memory() {
    return Error{
        "out of memory", {}, "raise the limit of memory, if there is one (ulimit -v, memory.max of the cgroup)"}
        .or_choose({Choice::smaller_fields, Choice::fewer_threads});
}

} // namespace netio
