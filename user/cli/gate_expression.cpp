// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/gate_expression.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

#include "report/view/format.h"

namespace netio::cli {
namespace {

using analysis::Gate;
using analysis::Metric;
using analysis::Statistic;

/// Where the reading of an expression has got to.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    void skip_spaces() {
        while (at_ < text_.size() && text_[at_] == ' ')
            ++at_;
    }
    /// The characters up to the next one that is not in a name.
    std::string_view word(std::string_view extra) {
        skip_spaces();
        start_ = at_;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                      extra.find(text_[at_]) != std::string_view::npos))
            ++at_;
        return text_.substr(start_, at_ - start_);
    }
    char letter() {
        skip_spaces();
        start_ = at_;
        return at_ < text_.size() ? text_[at_++] : '\0';
    }
    bool at_end() {
        skip_spaces();
        start_ = at_;
        return at_ == text_.size();
    }
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    void advance(std::size_t letters) { at_ += letters; }
    void mark() {
        skip_spaces();
        start_ = at_;
    }
    [[nodiscard]] std::size_t column() const { return start_ + 1; }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t start_ = 0; ///< of what was read last
};

Error wrong(const std::string& text, const Scanner& scanner, const std::string& why) {
    return input_error("--fail-if \"" + printable(text) + "\", column " + std::to_string(scanner.column()), why,
                       "for instance --fail-if 'p99 > +5 %'");
}

constexpr const char* what_there_is =
    "expected mean, p50, p90, p99, p99.9, max, throughput, or the name of a path, alone or with a dot and one of the "
    "first six";

/// Fills in what is bounded; whether there is such a thing.
bool take_subject(std::string_view word, Gate& gate) {
    if (word == "throughput") {
        gate.metric = {Metric::Kind::throughput};
        gate.statistic = Statistic::throughput;
        return true;
    }
    gate.metric = {Metric::Kind::latency};
    if (const auto path = value_of_name<Path>(word); path && !entry_of(*path).attached_only) {
        gate.metric = {Metric::Kind::path, *path};
        gate.statistic = Statistic::ns_per_byte;
        return true;
    }
    std::string_view name = word;
    if (const std::size_t dot = word.find('.'); dot != std::string_view::npos && word != "p99.9") {
        const auto metric = analysis::metric_from(word.substr(0, dot));
        if (!metric)
            return false;
        gate.metric = *metric;
        name = word.substr(dot + 1);
    }
    const auto statistic = analysis::statistic_from(name);
    if (!statistic || !analysis::has(gate.metric, *statistic))
        return false;
    gate.statistic = *statistic;
    return true;
}

/// What a bound with this unit is to be multiplied by; 0 for a unit that does not suit.
double factor_of(std::string_view unit, Statistic statistic) {
    if (statistic == Statistic::throughput)
        return unit == "Gbit/s" ? 1.0 : 0.0;
    if (statistic == Statistic::ns_per_byte)
        return unit == "ns/byte" ? 1.0 : 0.0;
    if (unit == "ns")
        return 1.0;
    if (unit == "us" || unit == "µs")
        return 1e3;
    if (unit == "ms")
        return 1e6;
    return unit == "s" ? 1e9 : 0.0;
}

std::string units_of(Statistic statistic) {
    if (statistic == Statistic::throughput)
        return "% or Gbit/s";
    return statistic == Statistic::ns_per_byte ? "% or ns/byte" : "%, ns, us, ms or s";
}

} // namespace

Result<Gate> parse_gate(const std::string& text) {
    Gate gate;
    gate.text = text;
    Scanner scanner(text);
    if (!take_subject(scanner.word("_."), gate))
        return wrong(text, scanner, what_there_is);

    const char comparison = scanner.letter();
    if (comparison != '>' && comparison != '<')
        return wrong(text, scanner, "expected > or <");
    gate.above = comparison == '>';

    scanner.mark();
    std::string_view number = scanner.rest();
    const bool plus = number.starts_with('+');
    if (plus)
        number.remove_prefix(1);
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), gate.bound);
    if (problem != std::errc{} || !std::isfinite(gate.bound) || (plus && number.starts_with('-')))
        return wrong(text, scanner, "expected a number such as +5");
    if (gate.above ? gate.bound < 0.0 : gate.bound > 0.0)
        return wrong(text, scanner,
                     gate.above ? "with > the bound is an increase, so not below 0"
                                : "with < the bound is a decrease, so not above 0");
    scanner.advance(static_cast<std::size_t>(end - number.data()) + (plus ? 1 : 0));

    scanner.mark();
    std::string_view unit = scanner.rest();
    unit = unit.substr(0, unit.find(' '));
    gate.relative = unit == "%";
    const double factor = gate.relative ? 0.01 : factor_of(unit, gate.statistic);
    if (factor == 0.0)
        return wrong(text, scanner, "expected " + units_of(gate.statistic));
    gate.bound *= factor;
    scanner.advance(unit.size());
    if (!scanner.at_end())
        return wrong(text, scanner, "unexpected text after the bound; give --fail-if once for each bound");
    return gate;
}

} // namespace netio::cli
