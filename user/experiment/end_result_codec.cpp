// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/end_result_codec.h"

#include "report/run_json/records.h"

namespace netio {

template <>
inline constexpr auto fields<Error> =
    std::tuple{Field{"what", &Error::what}, Field{"why", &Error::why}, Field{"hint", &Error::hint},
               Field{"exit_code", &Error::exit_code}, Field{"choices", &Error::choices}};
static_assert(has_all_fields<Error>);

template <>
inline constexpr auto fields<experiment::ControlMessage> =
    std::tuple{Field{"kind", &experiment::ControlMessage::kind}, Field{"port", &experiment::ControlMessage::port},
               Field{"result", &experiment::ControlMessage::result},
               Field{"error", &experiment::ControlMessage::error}};
static_assert(has_all_fields<experiment::ControlMessage>);

} // namespace netio

namespace netio::experiment {

using report::Json;

std::vector<std::uint8_t> encode(const ControlMessage& message) { return Json::to_cbor(report::to_json(message)); }

Result<ControlMessage> decode(std::span<const std::uint8_t> packet) {
    const Json json = Json::from_cbor(packet.begin(), packet.end(), true, false);
    std::optional<std::string> fault;
    if (json.is_discarded())
        fault = "it is no CBOR";
    ControlMessage message;
    report::read(report::JsonField(json, "message", fault), message);
    if (fault)
        return Error{"cannot understand what a worker process reports", *fault, {}, ExitCode::failure};
    return message;
}

} // namespace netio::experiment
