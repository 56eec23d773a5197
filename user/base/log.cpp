// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace netio {

void set_up_log(Verbosity verbosity) {
    const char* no_color = std::getenv("NO_COLOR");
    const bool plain = (no_color != nullptr && *no_color != '\0') || isatty(STDERR_FILENO) == 0;
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(plain ? spdlog::color_mode::never
                                                                            : spdlog::color_mode::always);
    auto logger = std::make_shared<spdlog::logger>("netio-trace", sink);
    logger->set_pattern(verbosity == Verbosity::debug ? "netio-trace [%P] %^%l%$: %v" : "netio-trace: %^%l%$: %v");
    switch (verbosity) {
    case Verbosity::quiet:
        logger->set_level(spdlog::level::err);
        break;
    case Verbosity::normal:
        logger->set_level(spdlog::level::warn);
        break;
    case Verbosity::verbose:
        logger->set_level(spdlog::level::info);
        break;
    case Verbosity::debug:
        logger->set_level(spdlog::level::debug);
        break;
    }
    spdlog::set_default_logger(std::move(logger));
}

} // namespace netio
