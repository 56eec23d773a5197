// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "labs/lab.h"
#include "model/names.h"
#include "model/path.h"
#include "model/presets.h"
#include "model/variant.h"
#include "report/renderers.h"

namespace netio::cli {
namespace {

using Words = std::vector<std::string>;

/// What can stand where a value is expected. Nothing of it: a number, or what only the user knows.
struct Value {
    std::string type; ///< as the help names it
    Words words;
    bool files = false;
    bool runs = false; ///< of the files those of a run or trace, and the folders that have one
    bool folders = false;
    bool list = false; ///< several of the words, with commas between them
};

struct Option {
    Words names; ///< with their dashes
    std::string description;
    bool takes_value = false;
    bool repeated = false;
    Value value;
};

struct Command {
    std::string name;
    std::string description;
    std::vector<Option> options;
    std::vector<Value> arguments;
    bool more_arguments = false; ///< the last one may be given again
};

struct Program {
    std::string name;
    std::vector<Option> options; ///< of every command as well
    std::vector<Command> commands;
};

Words with(Words first, const Words& others) {
    first.insert(first.end(), others.begin(), others.end());
    return first;
}

Words numbers_of_labs() {
    Words numbers;
    for (const labs::Lab& lab : labs::all_labs())
        numbers.push_back(std::to_string(lab.number));
    return numbers;
}

/// The words that a value can be, by the name of its type in the help.
const std::map<std::string, Words>& words_of_types() {
    static const std::map<std::string, Words> words{
        {"ACTION", lab_actions_in_words()},
        {"AXIS", axis_words()},
        {"BACKEND", backend_words()},
        {"FORMAT", report::renderer_names()},
        {"LINK", {"veth", "loopback", "dev:"}},
        {"METRIC", with({"latency", "throughput"}, names_of(all_paths))},
        {"OPERAND", numbers_of_labs()},
        {"PATTERN", names_of(std::array{Pattern::rr, Pattern::stream})},
        {"PRESET", preset_names()},
        {"UNIT", names_of(values_of<ReceiveUnit>)},
        {"VARIANT", names_of(all_variants)},
    };
    return words;
}

Words split(std::string_view text, char separator) {
    Words words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

Value value_of(const CLI::Option& option) {
    // The name of the type, and behind a colon what restricts its values: a set of them (one_of()) stands in
    // braces.
    const std::string text = option.get_type_name();
    Value value;
    value.type = text.substr(0, text.find(':'));
    value.files = value.type == "FILE" || value.type == "OPERAND";
    value.runs = value.type == "FILE" && option.get_positional();
    value.folders = value.type == "DIR";
    value.list = option.get_delimiter() == ',';
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}');
    if (open != std::string::npos && close != std::string::npos && open < close)
        value.words = split(std::string_view(text).substr(open + 1, close - open - 1), ',');
    else if (const auto known = words_of_types().find(value.type); known != words_of_types().end())
        value.words = known->second;
    return value;
}

bool is_repeated(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

/// The options of a command that its help shows.
std::vector<Option> options_of(const CLI::App& app) {
    std::vector<Option> options;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional() || option->get_group().empty())
            continue;
        Option described;
        for (const std::string& letter : option->get_snames())
            described.names.push_back("-" + letter);
        for (const std::string& name : option->get_lnames())
            described.names.push_back("--" + name);
        described.description = option->get_description();
        described.takes_value = option->get_items_expected_max() != 0;
        described.repeated = is_repeated(*option);
        if (described.takes_value)
            described.value = value_of(*option);
        options.push_back(std::move(described));
    }
    return options;
}

Program describe(const CLI::App& app) {
    Program program{app.get_name(), options_of(app), {}};
    for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; })) {
        Command command{subcommand->get_name(), subcommand->get_description(), options_of(*subcommand), {}, false};
        for (const CLI::Option* option : subcommand->get_options())
            if (option->get_positional()) {
                command.arguments.push_back(value_of(*option));
                command.more_arguments = is_repeated(*option);
            }
        program.commands.push_back(std::move(command));
    }
    return program;
}

std::string joined(const Words& words, std::string_view separator) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : std::string(separator)) + word;
    return text;
}

/// With a backslash before each of the letters.
std::string escaped(std::string_view text, std::string_view letters) {
    std::string result;
    for (const char letter : text)
        result += letters.find(letter) == std::string_view::npos ? std::string(1, letter) : std::string{'\\', letter};
    return result;
}

/// In single quotes for bash and zsh, which know no escape within them.
std::string in_quotes(std::string_view text) {
    std::string result = "'";
    for (const char letter : text)
        result += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return result + "'";
}

std::string first_line(std::string_view shell, const Program& program) {
    return "# Completion of " + program.name + " for " + std::string(shell) + ", as " + program.name + " completion " +
           std::string(shell) + " prints it.\n";
}

// --- bash ---

/// The assignments that say what to offer for a value.
std::string offer_in_bash(const Value& value) {
    if (value.runs)
        return "offer=run";
    if (value.files)
        return "offer=file words=" + in_quotes(joined(value.words, " "));
    if (value.folders)
        return "offer=directory";
    if (value.words.empty())
        return "return";
    return std::string("offer=") + (value.list ? "list" : "words") + " words=" + in_quotes(joined(value.words, " "));
}

std::string bash_case_of_values(const std::vector<Option>& options, const std::string& command) {
    std::string text;
    for (const Option& option : options) {
        if (!option.takes_value)
            continue;
        std::string pattern;
        for (const std::string& name : option.names)
            pattern += (pattern.empty() ? "" : " | ") + in_quotes(command + " " + name);
        text += "    " + pattern + ") " + offer_in_bash(option.value) + " ;;\n";
    }
    return text;
}

std::string bash_script(const CLI::App& app) {
    const Program program = describe(app);
    Words common;
    for (const Option& option : program.options)
        common = with(common, option.names);
    Words commands;
    std::string values;
    std::string arguments;
    std::string options;
    for (const Command& command : program.commands) {
        commands.push_back(command.name);
        values += bash_case_of_values(command.options, command.name);
        Words names;
        for (const Option& option : command.options)
            names = with(names, option.names);
        for (const std::string& name : common)
            if (std::ranges::find(names, name) == names.end())
                names.push_back(name);
        options += "        " + command.name + ") words=" + in_quotes(joined(names, " ")) + " ;;\n";
        if (command.arguments.size() == 1)
            arguments += "        " + command.name + ") " + offer_in_bash(command.arguments.front()) + " ;;\n";
        else if (!command.arguments.empty())
            arguments += "        " + command.name + ") if ((given)); then " + offer_in_bash(command.arguments.back()) +
                         "; else " + offer_in_bash(command.arguments.front()) + "; fi ;;\n";
    }
    return first_line("bash", program) +
           "_netio_trace() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= offer= words= "
           "given=0 place\n"
           "    COMPREPLY=()\n"
           "    # Bash takes --option=value for three words.\n"
           "    if [[ $word == = ]]; then\n"
           "        word=\n"
           "    elif [[ $option == = ]]; then\n"
           "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
           "    fi\n"
           "    for ((place = 1; place < COMP_CWORD; place++)); do\n"
           "        case ${COMP_WORDS[place]} in\n"
           "        " +
           joined(commands, " | ") +
           ") command=${COMP_WORDS[place]} && break ;;\n"
           "        esac\n"
           "    done\n"
           "    # Arguments before this one.\n"
           "    for ((place++; place < COMP_CWORD; place++)); do\n"
           "        [[ ${COMP_WORDS[place]} == -* ]] || given=1\n"
           "    done\n"
           "    case \"$command $option\" in\n" +
           values +
           "    esac\n"
           "    if [[ -z $offer && $word == -* ]]; then\n"
           "        offer=words\n"
           "        case $command in\n" +
           options + "        *) words=" + in_quotes(joined(common, " ")) +
           " ;;\n"
           "        esac\n"
           "    elif [[ -z $offer ]]; then\n"
           "        case $command in\n" +
           arguments + "        '') offer=words words=" + in_quotes(joined(commands, " ")) +
           " ;;\n"
           "        *) return ;;\n"
           "        esac\n"
           "    fi\n"
           "    case $offer in\n"
           "    words) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
           "    list)\n"
           "        local before=\n"
           "        [[ $word != *,* ]] || before=${word%,*},\n"
           "        mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$words\" -- \"${word##*,}\")\n"
           "        compopt -o nospace 2>/dev/null\n"
           "        ;;\n"
           "    *)\n"
           "        local runs= inside\n"
           "        if [[ $offer == run ]]; then\n"
           "            for inside in {run,trace}.json; do\n"
           "                runs+=$(compgen -G \"$word*/$inside\"; compgen -G \"$word*/*/$inside\")$'\\n'\n"
           "            done\n"
           "            offer=file\n"
           "        fi\n"
           "        # Folders that have a run; where there is none below what is typed, any file.\n"
           "        mapfile -t COMPREPLY < <(sed -n 's,/[a-z]*[.]json$,,p' <<<\"$runs\" | sort -u)\n"
           "        [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(\n"
           "            compgen -W \"$words\" -- \"$word\"\n"
           "            compgen -A \"$offer\" -- \"$word\"\n"
           "        )\n"
           "        compopt -o filenames 2>/dev/null\n"
           "        ;;\n"
           "    esac\n"
           "}\n"
           "complete -F _netio_trace " +
           program.name + "\n";
}

// --- zsh ---

/// ":what it is:what to offer" of a value, for _arguments.
std::string offer_in_zsh(const Value& value) {
    const std::string name = escaped(value.type, ":");
    if (value.runs)
        return ":" + name + ":_netio-trace_runs";
    if (value.files && !value.words.empty())
        return ":" + name + ":{compadd -- " + joined(value.words, " ") + "; _files}";
    if (value.files)
        return ":" + name + ":_files";
    if (value.folders)
        return ":" + name + ":_files -/";
    Words words;
    for (const std::string& word : value.words)
        words.push_back(escaped(word, ":"));
    if (words.empty())
        return ":" + name + ": ";
    if (value.list)
        return ":" + name + ":_values -s , " + name + " " + joined(words, " ");
    return ":" + name + ":(" + joined(words, " ") + ")";
}

/// The specifications of options for _arguments, each in quotes and on a line.
std::string zsh_options(const std::vector<Option>& options) {
    std::string text;
    for (const Option& option : options) {
        const std::string others = option.repeated           ? "*"
                                   : option.names.size() > 1 ? "(" + joined(option.names, " ") + ")"
                                                             : "";
        const std::string what =
            "[" + escaped(option.description, "[]:\\") + "]" + (option.takes_value ? offer_in_zsh(option.value) : "");
        for (const std::string& name : option.names)
            text += "            " +
                    in_quotes(others + name +
                              (!option.takes_value      ? ""
                               : name.starts_with("--") ? "="
                                                        : "+") +
                              what) +
                    "\n";
    }
    return text;
}

std::string zsh_script(const CLI::App& app) {
    const Program program = describe(app);
    std::string commands;
    std::string cases;
    for (const Command& command : program.commands) {
        commands += "            " + in_quotes(command.name + ":" + command.description) + "\n";
        std::vector<Option> options = command.options;
        for (const Option& option : program.options)
            if (std::ranges::none_of(options, [&](const Option& own) { return own.names == option.names; }))
                options.push_back(option);
        std::string specifications = zsh_options(options);
        for (std::size_t i = 0; i < command.arguments.size(); ++i)
            specifications += "            " +
                              in_quotes((command.more_arguments && i + 1 == command.arguments.size() ? "*" : "") +
                                        offer_in_zsh(command.arguments[i])) +
                              "\n";
        cases += "        " + command.name + ")\n            specifications=(\n" + specifications +
                 "            )\n            ;;\n";
    }
    return "#compdef " + program.name + "\n" + first_line("zsh", program) +
           "# Folders that have a run; where there is none below what is typed, any file.\n"
           "_netio-trace_runs() {\n"
           "    local -a runs\n"
           "    runs=($~PREFIX*/{run,trace}.json(N:h) $~PREFIX*/*/{run,trace}.json(N:h))\n"
           "    if (( $#runs )); then compadd -f -- $runs; else _files; fi\n"
           "}\n"
           "_netio-trace() {\n"
           "    local curcontext=$curcontext state state_descr line result=1\n"
           "    local -A opt_args\n"
           "    local -a commands specifications\n"
           "    specifications=(\n" +
           zsh_options(program.options) +
           "            '(-): :->command'\n"
           "            '(-)*:: :->arguments'\n"
           "    )\n"
           "    _arguments -C : \"$specifications[@]\" && result=0\n"
           "    case $state in\n"
           "    command)\n"
           "        commands=(\n" +
           commands +
           "        )\n"
           "        _describe -t commands command commands && result=0\n"
           "        ;;\n"
           "    arguments)\n"
           "        curcontext=${curcontext%:*:*}:" +
           program.name +
           "-$words[1]:\n"
           "        case $words[1] in\n" +
           cases +
           "        *) return 1 ;;\n"
           "        esac\n"
           "        _arguments : \"$specifications[@]\" && result=0\n"
           "        ;;\n"
           "    esac\n"
           "    return result\n"
           "}\n"
           "# Found by compinit this is the function; read by `source` it has to be announced.\n"
           "if [[ $funcstack[1] == _netio-trace ]]; then\n"
           "    _netio-trace \"$@\"\n"
           "else\n"
           "    compdef _netio-trace " +
           program.name +
           "\n"
           "fi\n";
}

// --- fish ---

std::string in_fish_quotes(std::string_view text) { return "'" + escaped(text, "'\\") + "'"; }

std::string offer_in_fish(const Value& value) {
    if (value.files)
        return " -r -F";
    if (value.folders)
        return " -x -a '(__fish_complete_directories)'";
    if (value.words.empty())
        return " -x";
    const std::string words = joined(value.words, " ");
    return " -x -a " + in_fish_quotes(value.list ? "(__fish_append , " + words + ")" : words);
}

std::string fish_options(const std::vector<Option>& options, const std::string& start) {
    std::string text;
    for (const Option& option : options) {
        text += start;
        for (const std::string& name : option.names)
            text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        text += (option.takes_value ? offer_in_fish(option.value) : "") + " -d " + in_fish_quotes(option.description) +
                "\n";
    }
    return text;
}

std::string fish_script(const CLI::App& app) {
    const Program program = describe(app);
    const std::string complete = "complete -c " + program.name;
    std::string text = first_line("fish", program) +
                       "function __netio_trace_runs\n"
                       "    set -l word (commandline -ct)\n"
                       "    set -l runs $word*/{run,trace}.json $word*/*/{run,trace}.json\n"
                       "    string replace -r '/[a-z]*[.]json$' '' -- $runs | sort -u\n"
                       "end\n" +
                       complete + " -f\n" + fish_options(program.options, complete);
    for (const Command& command : program.commands) {
        text += complete + " -n __fish_use_subcommand -a " + command.name + " -d " +
                in_fish_quotes(command.description) + "\n";
        const std::string here = complete + " -n '__fish_seen_subcommand_from " + command.name + "'";
        std::vector<Option> own;
        for (const Option& option : command.options)
            if (std::ranges::none_of(program.options, [&](const Option& all) { return all.names == option.names; }))
                own.push_back(option);
        text += fish_options(own, here);
        for (const Value& argument : command.arguments)
            text += here + (argument.files ? " -F" : "") + (argument.runs ? " -a '(__netio_trace_runs)'" : "") +
                    (argument.words.empty() ? "" : " -a " + in_fish_quotes(joined(argument.words, " "))) + "\n";
    }
    return text;
}

/// A shell that can complete the program's command lines, and the script by which it does: made from the options,
/// arguments and sets of values that the commands have.
struct Shell {
    std::string name;
    std::string (*script)(const CLI::App& program);
};

const std::vector<Shell>& shells() {
    static const std::vector<Shell> all{{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};
    return all;
}

} // namespace

void add_completion_command(CLI::App& program, Action& chosen) {
    auto name = std::make_shared<std::string>();
    std::vector<std::string> names;
    for (const Shell& shell : shells())
        names.push_back(shell.name);
    CLI::App* command =
        program.add_subcommand("completion", "Print the script by which a shell completes netio-trace's command lines");
    command->add_option("SHELL", *name, "bash, zsh or fish")->required()->check(one_of(names));
    command->callback([name, &program, &chosen] {
        chosen = [name, &program]() -> Result<ExitCode> {
            const auto shell = std::ranges::find(shells(), *name, &Shell::name);
            if (!print(shell->script(program)))
                return output_error();
            return ExitCode::success;
        };
    });
}

} // namespace netio::cli
