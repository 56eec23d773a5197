// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "base/printable.h"

namespace netio {
namespace {

/// What is logged, fit for a terminal: names and answers of others are in it. The kernel's verifier says many lines,
/// which stay lines where all is asked for.
class PrintableText final : public spdlog::custom_flag_formatter {
  public:
    explicit PrintableText(bool keeps_lines) : keeps_lines_(keeps_lines) {}

    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        std::string_view rest(message.payload.data(), message.payload.size());
        for (std::size_t end = rest.find('\n'); keeps_lines_ && end != std::string_view::npos; end = rest.find('\n')) {
            append(printable(rest.substr(0, end)) + '\n', out);
            rest.remove_prefix(end + 1);
        }
        append(printable(rest), out);
    }
    [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
        return std::make_unique<PrintableText>(keeps_lines_);
    }

  private:
    static void append(const std::string& text, spdlog::memory_buf_t& out) {
        out.append(text.data(), text.data() + text.size());
    }

    bool keeps_lines_;
};

} // namespace

void set_up_log(Verbosity verbosity) {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    const bool plain = (no_color != nullptr && *no_color != '\0') || isatty(STDERR_FILENO) == 0 ||
                       (term != nullptr && std::string_view(term) == "dumb");
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(plain ? spdlog::color_mode::never
                                                                            : spdlog::color_mode::always);
    auto logger = std::make_shared<spdlog::logger>("netio-trace", sink);
    const bool is_debug = verbosity == Verbosity::debug;
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PrintableText>('*', is_debug);
    formatter->set_pattern(is_debug ? "netio-trace [%P] %^%l%$: %*" : "netio-trace: %^%l%$: %*");
    logger->set_formatter(std::move(formatter));
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
