// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/recording.h"

namespace netio::fixed_recordings {

/// A web server of four processes that sends files by sendfile, with what a renderer can meet: figures of each quality,
/// adopted sockets, laws that hold, a sampled CPU profile, a process with a name that no terminal should get as it is.
[[nodiscard]] Recording web_server();

/// A client and a server that exchange 64 B messages, a process each, whose laws hold; every call is timed.
[[nodiscard]] Recording ping_pong();

/// All processes in windows: more subjects than a page is wide, some of which have done nothing, and a path that is not
/// seen here, with the reason.
[[nodiscard]] Recording everything_in_windows();

/// A sender with MSG_ZEROCOPY whose bytes were copied after all and that read no completion, and a receiver that looks
/// before it reads; a law is broken, and hits were missed.
[[nodiscard]] Recording zero_copy();

/// A command that moved nothing and failed.
[[nodiscard]] Recording nothing_moved();

struct FixedRecording {
    const char* name;
    Recording (*make)();
};

/// Each of them, to try something on all.
inline constexpr FixedRecording all[] = {{"web_server", web_server},
                                         {"ping_pong", ping_pong},
                                         {"everything_in_windows", everything_in_windows},
                                         {"zero_copy", zero_copy},
                                         {"nothing_moved", nothing_moved}};

} // namespace netio::fixed_recordings
