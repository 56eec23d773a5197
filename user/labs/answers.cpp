// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/answers.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/names_alike.h"
#include "base/printable.h"

namespace netio::labs {
namespace {

constexpr std::string_view run_prefix = "run.";

std::string_view trimmed(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Whether this is UTF-8 without control characters but the tabulator.
bool is_plain(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if ((lead < 0x20 && lead != '\t') || lead == 0x7f)
            return false;
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                   : lead >= 0xe0 && lead < 0xf0 ? 3
                                   : lead >= 0xf0 && lead < 0xf5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size())
            return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80)
                return false;
        i += length;
    }
    return true;
}

/// The beginning of what was typed, as an error can show it.
std::string shown(std::string_view typed, std::size_t most) {
    while (most < typed.size() && most > 0 && (static_cast<unsigned char>(typed[most]) & 0xc0) == 0x80)
        --most; // not in the middle of a letter
    return printable(typed.substr(0, most));
}

/// One line after the other, with its number.
template <class Take>
void for_each_line(std::string_view text, Take take) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!take(trimmed(text.substr(0, end)), number))
            return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::vector<std::string> keys_of(const Lab& lab) {
    std::vector<std::string> keys{"lab", "name"};
    for (const LabRun& run : lab.runs)
        keys.push_back(std::string(run_prefix) + run.id);
    for (const Question& question : lab.questions)
        keys.push_back(question.id);
    return keys;
}

class Reader {
  public:
    Reader(const Lab& lab, const std::string& name) : lab_(lab), name_(name), keys_(keys_of(lab)) {
        answers_.lab = lab.number;
        for (const LabRun& run : lab.runs)
            answers_.runs[run.id] = run.id;
    }

    /// Takes a line; whether to go on.
    bool take(std::string_view line, std::size_t number) {
        if (line.empty() || line.front() == '#')
            return true;
        const std::size_t colon = line.find(':');
        if (!is_plain(line))
            return refuse(number, "is not plain text (UTF-8 without control characters)");
        if (colon == std::string_view::npos)
            return refuse(number, "has no colon: a line is \"key: answer\", and a long answer stays on one line");
        const std::string key(trimmed(line.substr(0, colon)));
        const std::string value(trimmed(line.substr(colon + 1)));
        if (value.size() > most_answer_bytes)
            return refuse(number, "is longer than " + std::to_string(most_answer_bytes) + " bytes");
        if (std::ranges::find(keys_, key) == keys_.end()) {
            const auto alike = names_alike(key, keys_);
            return refuse(number, "has the key \"" + shown(key, 60) + "\", which this lab has not" +
                                      (alike.empty() ? "" : "; did you mean " + alike.front() + "?"));
        }
        if (!seen_.emplace(key, number).second)
            return refuse(number, "answers " + key + " once more; line " + std::to_string(seen_[key]) + " did");
        return keep(key, value, number);
    }

    [[nodiscard]] Result<Answers> result() && {
        if (!fault_.empty())
            return input_error("cannot read " + name_, std::move(fault_),
                               "netio-trace lab start " + std::to_string(lab_.number) + " writes a form to fill in");
        return std::move(answers_);
    }

  private:
    bool keep(const std::string& key, const std::string& value, std::size_t number) {
        if (key == "lab") {
            if (value != std::to_string(lab_.number))
                return refuse(number,
                              "is of lab " + shown(value, 20) + ", and this is lab " + std::to_string(lab_.number));
        } else if (key == "name") {
            answers_.name = value;
        } else if (key.starts_with(run_prefix)) {
            if (!value.empty())
                answers_.runs[key.substr(run_prefix.size())] = value;
        } else if (!value.empty()) {
            answers_.answers[key] = value;
        }
        return true;
    }

    bool refuse(std::size_t number, const std::string& why) {
        fault_ = "line " + std::to_string(number) + " " + why;
        return false;
    }

    const Lab& lab_;
    const std::string& name_;
    std::vector<std::string> keys_;
    std::map<std::string, std::size_t> seen_;
    Answers answers_;
    std::string fault_;
};

} // namespace

unsigned lab_number_in(std::string_view text) {
    unsigned found = 0;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        if (!line.starts_with("lab:"))
            return true;
        const std::string_view value = trimmed(line.substr(4));
        (void)std::from_chars(value.data(), value.data() + value.size(), found);
        return false;
    });
    return found;
}

Result<Answers> read_answers(std::string_view text, const Lab& lab, const std::string& name) {
    if (text.size() > most_answers_bytes)
        return input_error("cannot read " + name, "it is larger than " + std::to_string(most_answers_bytes) + " bytes");
    Reader reader(lab, name);
    for_each_line(text, [&](std::string_view line, std::size_t number) { return reader.take(line, number); });
    return std::move(reader).result();
}

} // namespace netio::labs
