// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/kernel_symbols.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <tuple>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace netio::tracer {
namespace {

constexpr const char* kallsyms_path = "/proc/kallsyms";
constexpr const char* hint_on_hidden_addresses =
    "run as root, or set kernel.kptr_restrict to 0 or 1 and grant CAP_SYSLOG";

/// A function much longer than any the kernel has. An address further from the last symbol below it lies in a gap, for
/// instance in a BPF program that kallsyms does not list (net.core.bpf_jit_kallsyms = 0).
constexpr std::uint64_t longest_function = 1U << 20U;

struct Line {
    std::uint64_t address = 0;
    char type = 0;
    std::string_view name;
};

std::optional<Line> parse_line(std::string_view text) {
    Line line;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), line.address, 16);
    const auto at = static_cast<std::size_t>(rest - text.data());
    if (error != std::errc{} || at + 3 >= text.size() || text[at] != ' ' || text[at + 2] != ' ')
        return std::nullopt;
    line.type = text[at + 1];
    line.name = text.substr(at + 3);
    line.name = line.name.substr(0, line.name.find_first_of("\t "));
    return line;
}

/// nm's letters for code: t and T in the text section, w and W weak.
bool is_function(char type) { return type == 't' || type == 'T' || type == 'w' || type == 'W'; }

/// Which of two names of one address serves a reader better.
bool is_plainer(std::string_view one, std::string_view other) {
    const auto underscores = [](std::string_view name) { return std::min(name.find_first_not_of('_'), name.size()); };
    return std::make_tuple(underscores(one), one.size(), one) <
           std::make_tuple(underscores(other), other.size(), other);
}

Result<std::string> read_kallsyms() {
    const UniqueFd file(::open(kallsyms_path, O_RDONLY | O_CLOEXEC));
    if (!file)
        return system_error("cannot read the kernel's symbols from /proc/kallsyms", errno,
                            "mount /proc, and use a kernel with CONFIG_KALLSYMS");
    std::string text;
    constexpr std::size_t step = 1U << 20U;
    std::size_t size = 0;
    for (;;) {
        text.resize(size + step);
        const ssize_t count = ::read(file.get(), text.data() + size, step);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return system_error("cannot read the kernel's symbols from /proc/kallsyms", errno);
        if (count == 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

} // namespace

struct KernelSymbols::Table {
    struct Symbol {
        std::uint64_t address = 0;
        std::uint32_t name_at = 0;
        std::uint32_t name_length = 0; ///< 0: not a function; it only ends the one before it
    };

    [[nodiscard]] std::string_view name_of(const Symbol& symbol) const {
        return std::string_view(names).substr(symbol.name_at, symbol.name_length);
    }

    std::vector<Symbol> symbols; ///< ascending addresses, each once
    std::string names;
    std::size_t functions = 0;
};

Result<KernelSymbols> KernelSymbols::load() {
    NETIO_TRY_TO(std::string text, read_kallsyms());
    return parse(text);
}

Result<KernelSymbols> KernelSymbols::parse(std::string_view kallsyms) {
    std::vector<Line> lines;
    bool hidden = false;
    while (!kallsyms.empty()) {
        const std::size_t end = std::min(kallsyms.find('\n'), kallsyms.size());
        if (const std::optional<Line> line = parse_line(kallsyms.substr(0, end))) {
            if (line->address != 0)
                lines.push_back(*line);
            else
                hidden = hidden || is_function(line->type);
        }
        kallsyms.remove_prefix(std::min(end + 1, kallsyms.size()));
    }
    std::sort(lines.begin(), lines.end(), [](const Line& one, const Line& other) {
        if (one.address != other.address)
            return one.address < other.address;
        if (is_function(one.type) != is_function(other.type))
            return is_function(one.type);
        return is_plainer(one.name, other.name);
    });

    auto table = std::make_shared<Table>();
    table->symbols.reserve(lines.size());
    for (const Line& line : lines) {
        if (!table->symbols.empty() && table->symbols.back().address == line.address)
            continue;
        const bool function = is_function(line.type);
        table->symbols.push_back({line.address, static_cast<std::uint32_t>(table->names.size()),
                                  function ? static_cast<std::uint32_t>(line.name.size()) : 0});
        if (function) {
            table->names += line.name;
            ++table->functions;
        }
    }
    if (table->functions == 0)
        return Error{"the kernel's symbols have no addresses",
                     hidden ? "/proc/kallsyms shows all addresses as 0" : "/proc/kallsyms names no function",
                     hidden ? hint_on_hidden_addresses : "use a kernel with CONFIG_KALLSYMS"};
    return KernelSymbols(std::move(table));
}

std::optional<std::string_view> KernelSymbols::name(std::uint64_t address) const {
    const auto& symbols = table_->symbols;
    const auto after =
        std::upper_bound(symbols.begin(), symbols.end(), address,
                         [](std::uint64_t value, const Table::Symbol& symbol) { return value < symbol.address; });
    if (after == symbols.begin())
        return std::nullopt;
    const Table::Symbol& symbol = *std::prev(after);
    if (symbol.name_length == 0 || address - symbol.address >= longest_function)
        return std::nullopt;
    return table_->name_of(symbol);
}

std::size_t KernelSymbols::size() const { return table_->functions; }

std::optional<std::uint64_t> KernelSymbols::address(std::string_view name) const {
    const auto found =
        std::ranges::find_if(table_->symbols, [&](const auto& symbol) { return table_->name_of(symbol) == name; });
    return found == table_->symbols.end() ? std::nullopt : std::optional(found->address);
}

std::string_view without_compiler_suffix(std::string_view symbol) { return symbol.substr(0, symbol.find('.', 1)); }

} // namespace netio::tracer
