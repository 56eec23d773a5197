// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/end_result_codec.h"

#include <nlohmann/json.hpp>

namespace netio {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CallTotals, send_calls, send_bytes, recv_calls, recv_bytes, errqueue_calls)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ZerocopyTotals, sends, completions, copied, notifications, enobufs,
                                   deepest_outstanding)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CounterReading, event, status, raw, scaled, enabled_ns, running_ns, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Error, what, why, hint, exit_code)

static void to_json(nlohmann::json& json, const Histogram& histogram) {
    nlohmann::json buckets = nlohmann::json::array();
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
        if (histogram.bucket(i) != 0)
            buckets.push_back({i, histogram.bucket(i)});
    json = {
        {"buckets", std::move(buckets)}, {"sum", histogram.sum()}, {"min", histogram.min()}, {"max", histogram.max()}};
}

static void from_json(const nlohmann::json& json, Histogram& histogram) {
    histogram = Histogram{};
    for (const nlohmann::json& bucket : json.at("buckets"))
        histogram.add_bucket(bucket.at(0).get<std::size_t>(), bucket.at(1).get<std::uint64_t>());
    if (!histogram.empty())
        histogram.add_exact(json.at("sum").get<std::uint64_t>(), json.at("min").get<std::uint64_t>(),
                            json.at("max").get<std::uint64_t>());
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EndResult, role, calls, zerocopy, messages, payload_bytes, total_payload_bytes,
                                   messages_per_thread, duration_s, cpu_user_s, cpu_system_s, latency, counters,
                                   bytes_verified)

} // namespace netio

namespace netio::experiment {

std::vector<std::uint8_t> encode(const ControlMessage& message) {
    nlohmann::json json = {{"kind", static_cast<int>(message.kind)}, {"port", message.port}};
    if (message.result)
        json["result"] = *message.result;
    if (message.error)
        json["error"] = *message.error;
    return nlohmann::json::to_cbor(json);
}

Result<ControlMessage> decode(std::span<const std::uint8_t> packet) {
    try {
        const nlohmann::json json = nlohmann::json::from_cbor(packet.begin(), packet.end());
        ControlMessage message;
        message.kind = static_cast<ControlMessage::Kind>(json.at("kind").get<int>());
        message.port = json.at("port").get<std::uint16_t>();
        if (json.contains("result"))
            message.result = json.at("result").get<EndResult>();
        if (json.contains("error"))
            message.error = json.at("error").get<Error>();
        return message;
    } catch (const nlohmann::json::exception& failure) {
        return Error{"cannot understand what a worker process reports", failure.what(), {}, ExitCode::failure};
    }
}

} // namespace netio::experiment
