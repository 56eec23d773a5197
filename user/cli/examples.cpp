// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/examples.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace netio::cli {
namespace {

struct Example {
    std::string_view command; ///< "" of the program itself
    std::string_view purpose;
    std::string_view line;
};

constexpr std::array examples{
    Example{"", "What this machine allows, and a first run of half a minute:", "sudo netio-trace doctor"},
    Example{"", "", "sudo netio-trace run --preset smoke --output results/first"},
    Example{"", "What its figures mean, and a page with its charts:", "netio-trace explain results/first"},
    Example{"", "", "netio-trace report results/first"},
    Example{"", "What a program does that is running:", "sudo netio-trace attach --comm nginx --duration 10"},
    Example{"run", "Half a minute, nothing written:", "sudo netio-trace run --preset smoke --no-save"},
    Example{"run",
            "Where the order of the variants changes:", "sudo netio-trace run --field-sizes 64,1K,16K,64K --repeats 5"},
    Example{"run", "A stall of Nagle's algorithm and delayed acknowledgements, not of copying:",
            "sudo netio-trace run --variants A1 --nagle --field-sizes 256 --threads 4"},
    Example{"run", "Real network devices, where zero-copy can be zero-copy:",
            "sudo netio-trace run --link dev:eth1,eth2 --field-sizes 64K"},
    Example{"run", "The benchmark alone, without root:", "netio-trace run --no-trace --preset smoke"},
    Example{"attach", "A server that is running:", "sudo netio-trace attach --comm nginx --duration 10"},
    Example{"attach", "A command, from its first instruction:",
            "sudo netio-trace attach -- curl -s -o /dev/null http://127.0.0.1/"},
    Example{"attach",
            "All of the machine, a column for each program:", "sudo netio-trace attach --all --by comm --duration 60"},
    Example{"attach", "One service's connections, one by one:",
            "sudo netio-trace attach --port 443 --by connection --duration 10"},
    Example{"server", "Zero-copy sends of 64 KiB fields, for one client:",
            "netio-trace server --variant A3 --field-size 64K --max-threads 1 --connections 1"},
    Example{"client", "Ten seconds from a server on another machine:",
            "netio-trace client --connect 192.0.2.1 --field-size 64K --threads 1 --duration 10"},
    Example{"show", "A saved run again, page by page:", "netio-trace show results/first | less -R"},
    Example{"show", "One variant's cells as CSV:", "netio-trace show results/first --format csv --variant A3"},
    Example{"report", "report.html beside the run:", "netio-trace report results/first"},
    Example{"report", "Two runs on one page:", "netio-trace report results/first results/second -o both.html"},
    Example{"report",
            "Stacks of a run with --stacks, for flame graphs:", "netio-trace report results/first --export folded"},
    Example{"doctor", "As the run would be started, for root and for you:", "sudo netio-trace doctor"},
    Example{"doctor", "For a program:", "netio-trace doctor --json"},
    Example{"compare", "The variants of one run:", "netio-trace compare results/first"},
    Example{"compare", "A gate for a build that must not become slower:",
            "netio-trace compare before/run.json after/run.json --fail-if 'p99 > +5 %'"},
    Example{"compare", "Five runs a side:", "netio-trace compare a1,a2,a3,a4,a5 b1,b2,b3,b4,b5"},
    Example{"explain", "What the figures of a run mean:", "netio-trace explain results/first"},
    Example{"explain", "The questions of the classic assignment, answered from the figures:",
            "netio-trace explain results/first --assignment"},
    Example{"explain", "A word:", "netio-trace explain copy_in"},
    Example{"lab", "Begin with the first exercise:", "netio-trace lab start 1"},
    Example{"lab", "Look whether the answers are right:", "netio-trace lab check 1 lab-01/answers.txt"},
    Example{"lab", "Grade a class:", "netio-trace lab grade submissions --folder grades"},
    Example{"completion", "In this shell, at once:", "source <(netio-trace completion bash)"},
    Example{"completion",
            "In every fish shell:", "netio-trace completion fish > ~/.config/fish/completions/netio-trace.fish"},
};

/// Command lines stand further to the right than all other text.
constexpr std::string_view indent_of_lines = "    ";

std::string examples_of(std::string_view command) {
    std::string text;
    for (const Example& example : examples) {
        if (example.command != command)
            continue;
        if (!example.purpose.empty())
            text += "  " + std::string(example.purpose) + "\n";
        text += std::string(indent_of_lines) + std::string(example.line) + "\n";
    }
    return text.empty() ? text : "Examples:\n" + text;
}

/// Where the text of a line goes on in the next: where the description begins behind the name of an option or command,
/// else where the line itself begins.
std::size_t indent_behind(std::string_view line) {
    const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t gap = line.find("  ", begin);
    return begin == 2 && gap != std::string_view::npos ? line.find_first_not_of(' ', gap) : begin;
}

std::string wrapped(std::string_view line, std::size_t columns) {
    const std::string indent(std::min(indent_behind(line), columns / 2), ' ');
    std::string text;
    std::string begun;     // the line of the result that words are added to
    std::size_t words = 0; // in it
    std::size_t at = 0;    // in `line`
    while (at < line.size()) {
        const std::size_t word = std::min(line.find_first_not_of(' ', at), line.size());
        const std::size_t end = std::min(line.find(' ', word), line.size());
        const std::string_view with_spaces = line.substr(at, end - at);
        if (words > 0 && begun.size() + with_spaces.size() > columns) {
            text += begun + "\n";
            begun = indent + std::string(line.substr(word, end - word));
            words = 1;
        } else {
            begun += with_spaces;
            ++words;
        }
        at = end;
    }
    return text + begun;
}

} // namespace

void add_examples(CLI::App& program) {
    program.footer(examples_of(""));
    for (CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
        command->footer(examples_of(command->get_name()));
}

std::string wrapped_help(std::string_view help, std::size_t columns) {
    std::string text;
    bool in_examples = false;
    while (!help.empty()) {
        const std::size_t end = std::min(help.find('\n'), help.size());
        const std::string_view line = help.substr(0, end);
        in_examples = in_examples || line == "Examples:";
        const bool stays = in_examples && line.starts_with(indent_of_lines);
        if (!line.empty() || !text.ends_with("\n\n")) // one empty line is enough
            text += (stays ? std::string(line) : wrapped(line, columns)) + "\n";
        help.remove_prefix(std::min(end + 1, help.size()));
    }
    return text;
}

} // namespace netio::cli
