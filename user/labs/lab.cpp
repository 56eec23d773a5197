// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/lab.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "labs/lab_texts.h"

namespace netio::labs {
namespace {

using Json = nlohmann::json;

/// The name of a value of the model, which must exist.
template <class Enumeration>
std::optional<Enumeration> named(const Json& object, const char* member) {
    if (!object.contains(member))
        return std::nullopt;
    const std::string name = object.at(member);
    const auto value = value_of_name<Enumeration>(name);
    if (!value)
        throw std::runtime_error(name + " is no " + member);
    return value;
}

FigureQuery read_query(const Json& object, const Lab& lab) {
    FigureQuery query;
    query.name = object.at("name");
    query.run = object.value("run", lab.runs.empty() ? "" : lab.runs.front().id);
    query.variant = named<Variant>(object, "variant");
    query.against = named<Variant>(object, "against");
    query.path = named<Path>(object, "path");
    query.role = named<Role>(object, "role");
    query.direction = named<Direction>(object, "direction");
    query.field_size = object.value("field_size", std::uint64_t{0});
    query.threads = object.value("threads", 0U);
    query.subject = object.value("subject", "");
    query.call = object.value("call", "");
    query.event = object.value("event", "");
    if (object.contains("value"))
        query.value = object.at("value").get<double>();
    const auto names = figure_names();
    if (std::ranges::find(names, query.name) == names.end())
        throw std::runtime_error(query.name + " is no figure");
    const bool of_trial = query.run == probe_trial_id && !lab.probe.empty();
    if (!query.value && !of_trial && std::ranges::find(lab.runs, query.run, &LabRun::id) == lab.runs.end())
        throw std::runtime_error(query.run + " is no run of the lab");
    return query;
}

QuestionKind kind_of(const std::string& name) {
    constexpr std::pair<std::string_view, QuestionKind> kinds[] = {
        {"number", QuestionKind::number},         {"choice", QuestionKind::choice}, {"word", QuestionKind::word},
        {"prediction", QuestionKind::prediction}, {"fact", QuestionKind::fact},     {"text", QuestionKind::text}};
    for (const auto& [known, kind] : kinds)
        if (known == name)
            return kind;
    throw std::runtime_error(name + " is no kind of question");
}

Question read_question(const Json& object, const Lab& lab) {
    Question question;
    question.id = object.at("id");
    question.kind = kind_of(object.at("kind"));
    question.ask = object.at("ask");
    question.unit = object.value("unit", "");
    if (object.contains("options"))
        for (const auto& [letter, text] : object.at("options").items())
            question.options.emplace_back(letter, text.get<std::string>());
    if (object.contains("figure"))
        question.figure = read_query(object.at("figure"), lab);
    if (object.contains("over"))
        question.over = read_query(object.at("over"), lab);
    question.tolerance = object.value("tolerance", 0.0);
    question.slack = object.value("slack", 0.0);
    question.least = object.value("least", 0.0);
    question.most = object.value("most", std::numeric_limits<double>::infinity());
    question.points = object.value("points", 1U);
    question.replies = object.value("replies", std::vector<std::string>{});
    if (object.contains("confusions"))
        for (const Json& confusion : object.at("confusions"))
            question.confusions.push_back({read_query(confusion.at("figure"), lab), confusion.at("reply")});
    return question;
}

} // namespace

const Question* Lab::question(std::string_view id) const {
    const auto found = std::ranges::find(questions, id, &Question::id);
    return found == questions.end() ? nullptr : &*found;
}

unsigned Lab::points() const {
    unsigned sum = 0;
    for (const Question& question : questions)
        sum += question.points;
    return sum;
}

std::vector<std::string> Lab::commands() const {
    std::vector<std::string> lines;
    bool inside = false;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.starts_with("```"))
            inside = !inside && line == "```sh";
        else if (inside && !line.empty() && !line.starts_with("#"))
            lines.emplace_back(line);
    }
    return lines;
}

Lab read_lab(std::string_view questions, std::string_view text) {
    const Json object = Json::parse(questions);
    Lab lab;
    lab.number = object.at("lab");
    lab.title = object.at("title");
    lab.where = object.at("where");
    lab.without_root = object.at("without_root");
    lab.minutes = object.at("minutes");
    lab.run_seconds = object.at("run_seconds");
    lab.text = text;
    lab.probe = object.value("probe", "");
    for (const Json& run : object.at("runs"))
        lab.runs.push_back({run.at("id"), run.value("trace", false), run.value("optional", false)});
    for (const Json& question : object.at("questions"))
        lab.questions.push_back(read_question(question, lab));
    return lab;
}

const std::vector<Lab>& all_labs() {
    static const std::vector<Lab> labs = [] {
        std::vector<Lab> read;
        for (const LabText& files : lab_texts()) {
            Lab lab = read_lab(files.questions, files.text);
            lab.folder = files.folder;
            lab.files = files.others;
            read.push_back(std::move(lab));
        }
        return read;
    }();
    return labs;
}

const Lab* lab_of(unsigned number) {
    const std::vector<Lab>& labs = all_labs();
    const auto found = std::ranges::find(labs, number, &Lab::number);
    return found == labs.end() ? nullptr : &*found;
}

} // namespace netio::labs
