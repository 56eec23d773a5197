// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio::tracer {

/// Sends what libbpf has to say to the log, at debug level: the verifier's words are for whoever looks for the cause of
/// an error, and what users need to know is in the errors themselves. To be called before libbpf is used.
void send_libbpf_messages_to_log();

} // namespace netio::tracer
