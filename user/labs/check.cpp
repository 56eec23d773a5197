// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/check.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "analysis/phrases.h"
#include "base/names_alike.h"
#include "labs/sealed_text.h"

namespace netio::labs {
namespace {

constexpr int digits = 4;

std::string key_of(const Lab& lab, const Question& question, std::string_view answer) {
    return std::to_string(lab.number) + "/" + question.id + "/" + std::string(answer);
}

/// What opens with a key; empty: nothing does.
std::string reply_under(const Lab& lab, const Question& question, std::string_view answer) {
    const std::string key = key_of(lab, question, answer);
    for (const std::string& sealed : question.replies)
        if (auto text = open_sealed(sealed, key))
            return *text;
    return {};
}

/// A function's name without its brackets, in small letters.
std::string normal_word(std::string_view text) {
    std::string word = lower_case(text);
    if (word.ends_with("()"))
        word.resize(word.size() - 2);
    return word;
}

struct Expectation {
    Found found;
    double low = 0.0; ///< least number that is right, and the largest
    double high = 0.0;
    std::string text;
};

Figure divided(const Figure& one, const Figure& other) {
    if (!one.available())
        return one;
    if (!other.available())
        return other;
    return one.per(other.value, "what it is divided by is 0");
}

Expectation expect(const Question& question, const SavedRuns& runs) {
    Expectation expected;
    expected.found = find_figure(*question.figure, runs);
    Figure& figure = expected.found.figure;
    if (question.over && expected.found.missing.empty()) {
        const Found other = find_figure(*question.over, runs);
        expected.found.missing = other.missing;
        figure = divided(figure, other.figure);
    }
    if (!expected.found.word.empty()) {
        expected.text = expected.found.word;
        return expected;
    }
    const auto spread = [&](double value) { return std::max(std::abs(value) * question.tolerance, question.slack); };
    if (figure.available()) {
        expected.low = figure.value - spread(figure.value);
        expected.high = figure.value + spread(figure.value);
        expected.text = analysis::significant(figure.value, digits);
    } else if (figure.bounds) {
        expected.low = figure.bounds->low - spread(figure.bounds->low);
        // Nothing is known from above: what was counted is the answer.
        const double high = std::isinf(figure.bounds->high) ? figure.bounds->low : figure.bounds->high;
        expected.high = high + spread(high);
        expected.text = analysis::bounds_text(*figure.bounds, 3);
    } else {
        expected.text = not_measured;
    }
    if (!question.unit.empty() && (figure.available() || figure.bounds))
        expected.text += " " + question.unit;
    return expected;
}

class Checker {
  public:
    Checker(const Lab& lab, const SavedRuns& runs) : lab_(lab), runs_(runs) {}

    Checked judge(const Question& question, const std::string* given) const {
        Checked checked;
        checked.question = &question;
        Expectation expected;
        if (question.figure) {
            expected = expect(question, runs_);
            checked.expected = expected.text;
            if (!expected.found.missing.empty()) {
                checked.expected.clear();
                checked.given = given == nullptr ? std::string{} : *given;
                checked.outcome = Outcome::unchecked;
                checked.reply = expected.found.missing + "; the lab's text says which command makes it";
                return checked;
            }
        }
        if (question.kind == QuestionKind::fact) {
            judge_fact(checked, expected);
            return checked;
        }
        if (given == nullptr)
            return checked;
        checked.given = *given;
        switch (question.kind) {
        case QuestionKind::number:
            judge_number(checked, expected);
            break;
        case QuestionKind::prediction:
            judge_prediction(checked);
            break;
        case QuestionKind::choice:
            judge_choice(checked, expected);
            break;
        case QuestionKind::word:
            judge_word(checked);
            break;
        case QuestionKind::fact:
        case QuestionKind::text:
            checked.outcome = Outcome::noted;
            checked.points = question.points;
            break;
        }
        return checked;
    }

  private:
    void right(Checked& checked, std::string why) const {
        checked.outcome = Outcome::right;
        checked.points = checked.question->points;
        checked.reply = std::move(why);
    }
    static void wrong(Checked& checked, std::string hint) {
        checked.outcome = Outcome::wrong;
        checked.reply = hint.empty() ? "not what your run says" : std::move(hint);
    }

    /// Whether the answer is a number; notes what is the matter if not.
    bool has_number(Checked& checked) const {
        const Question& question = *checked.question;
        checked.number = number_in(checked.given, question.unit);
        if (checked.number)
            return true;
        checked.outcome = Outcome::malformed;
        checked.reply = "this is no number" + (question.unit.empty() ? std::string{} : " of " + question.unit) +
                        "; write digits, for instance 12.5" +
                        (question.kind == QuestionKind::prediction ? "" : ", or \"" + std::string(not_measured) + "\"");
        return false;
    }

    void judge_number(Checked& checked, const Expectation& expected) const {
        const Question& question = *checked.question;
        const Figure& figure = expected.found.figure;
        const bool known = figure.available() || figure.bounds.has_value();
        if (lower_case(checked.given) == not_measured) {
            if (known)
                return wrong(checked, "your run does hold this figure, though perhaps as a range or an estimate");
            return right(checked, figure.reason + ". " + reply_under(lab_, question, "unavailable"));
        }
        if (!has_number(checked))
            return;
        if (!known)
            return wrong(checked, "your run does not hold this figure: look for what it says instead of it");
        if (*checked.number >= expected.low && *checked.number <= expected.high)
            return right(checked, reply_under(lab_, question, "right"));
        for (const Confusion& confusion : question.confusions) {
            const Found other = find_figure(confusion.figure, runs_);
            if (other.missing.empty() && other.figure.available() &&
                std::abs(*checked.number - other.figure.value) <=
                    std::max(std::abs(other.figure.value) * question.tolerance, question.slack))
                return wrong(checked, open_sealed(confusion.reply, key_of(lab_, question, "confusion")).value_or(""));
        }
        wrong(checked, reply_under(lab_, question, *checked.number > expected.high ? "above" : "below"));
    }

    /// What the run has to show. A figure that it does not hold decides nothing.
    void judge_fact(Checked& checked, const Expectation& expected) const {
        const Question& question = *checked.question;
        const Figure& figure = expected.found.figure;
        checked.given = expected.text;
        checked.expected.clear();
        const std::optional<Bounds> range = figure.range();
        if (!range) {
            checked.outcome = Outcome::noted;
            checked.points = question.points;
            checked.reply = "not measured here: " + figure.reason;
        } else if (range->low > question.most) {
            wrong(checked, reply_under(lab_, question, "above"));
        } else if (range->high < question.least || (std::isinf(range->high) && range->low < question.least)) {
            wrong(checked, reply_under(lab_, question, "below"));
        } else {
            right(checked, reply_under(lab_, question, "right"));
        }
    }

    void judge_prediction(Checked& checked) const {
        if (!has_number(checked))
            return;
        checked.outcome = Outcome::noted;
        checked.points = checked.question->points;
        if (!checked.expected.empty())
            checked.reply = "your run: " + checked.expected;
    }

    void judge_choice(Checked& checked, const Expectation& expected) const {
        const Question& question = *checked.question;
        const std::string letter = lower_case(checked.given);
        if (std::ranges::find(question.options, letter, [](const auto& option) { return option.first; }) ==
            question.options.end()) {
            std::vector<std::string> letters;
            for (const auto& [known, text] : question.options)
                letters.push_back(known);
            checked.outcome = Outcome::malformed;
            checked.reply = "this is none of the choices: write one of " + analysis::joined(letters);
            return;
        }
        if (question.figure) {
            if (letter == expected.found.word)
                return right(checked, reply_under(lab_, question, "right"));
            return wrong(checked, reply_under(lab_, question, "wrong"));
        }
        judge_reply(checked, reply_under(lab_, question, letter));
    }

    void judge_word(Checked& checked) const {
        const std::string reply = reply_under(lab_, *checked.question, normal_word(checked.given));
        judge_reply(checked, reply.empty() ? reply_under(lab_, *checked.question, "*") : reply);
    }

    void judge_reply(Checked& checked, const std::string& reply) const {
        if (reply.starts_with('+'))
            right(checked, reply.substr(1));
        else
            wrong(checked, reply.empty() ? std::string{} : reply.substr(1));
    }

    const Lab& lab_;
    const SavedRuns& runs_;
};

bool is_optional_and_missing(const Lab& lab, const Checked& checked) {
    if (checked.outcome != Outcome::unchecked || !checked.question->figure)
        return false;
    if (checked.question->figure->run == probe_trial_id)
        return true; // who is not root, or grades, tries no program
    const auto run = std::ranges::find(lab.runs, checked.question->figure->run, &LabRun::id);
    return run != lab.runs.end() && run->optional;
}

} // namespace

unsigned LabResult::points() const {
    unsigned sum = 0;
    for (const Checked& checked : questions)
        sum += checked.points;
    return sum;
}

unsigned LabResult::possible() const {
    unsigned sum = 0;
    for (const Checked& checked : questions)
        if (!is_optional_and_missing(*lab, checked))
            sum += checked.question->points;
    return sum;
}

bool LabResult::passed() const {
    return std::ranges::all_of(questions, [&](const Checked& checked) {
        return checked.outcome == Outcome::right || checked.outcome == Outcome::noted ||
               is_optional_and_missing(*lab, checked);
    });
}

LabResult check(const Lab& lab, const Answers& answers, const SavedRuns& runs) {
    const Checker checker(lab, runs);
    LabResult result;
    result.lab = &lab;
    for (const Question& question : lab.questions) {
        const auto given = answers.answers.find(question.id);
        result.questions.push_back(checker.judge(question, given == answers.answers.end() ? nullptr : &given->second));
    }
    return result;
}

std::optional<double> number_in(std::string_view text, std::string_view unit) {
    std::string plain(text);
    // What stands before a figure where the run shows it tells its quality.
    for (const std::string_view mark : {"≥", ">=", "~", "≈", "⊢"})
        if (plain.starts_with(mark))
            plain.erase(0, mark.size());
    plain.erase(0, plain.find_first_not_of(' '));
    if (!unit.empty() && plain.size() > unit.size() && plain.ends_with(unit))
        plain.resize(plain.size() - unit.size());
    while (plain.ends_with(' '))
        plain.pop_back();
    // Commas stand between groups of three digits only: "1,5" is not one and a half.
    std::string without;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (plain[i] != ',') {
            without += plain[i];
            continue;
        }
        const std::size_t end = std::min(plain.find_first_not_of("0123456789", i + 1), plain.size());
        if (i == 0 || end - i - 1 != 3)
            return std::nullopt;
    }
    double value = 0.0;
    const auto [end, fault] = std::from_chars(without.data(), without.data() + without.size(), value);
    if (fault != std::errc{} || end != without.data() + without.size() || !std::isfinite(value) || without.empty())
        return std::nullopt;
    return value;
}

} // namespace netio::labs
