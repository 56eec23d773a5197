// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/figures.h"

namespace netio::labs {

enum class QuestionKind {
    number,     ///< compared with a figure of the student's own run, or with a number that any run must have
    choice,     ///< one letter
    word,       ///< the name of a function, a setting or the like
    prediction, ///< a number that is told beside the measured one, and is never wrong
    fact,       ///< nothing is asked: what the student's run has to show, by `least` and `most`
    text        ///< sentences for the instructor: whether there are any is all that is checked
};

/// A figure that a student may have taken for the one that is asked for.
struct Confusion {
    FigureQuery figure;
    std::string reply; ///< sealed
};

struct Question {
    std::string id; ///< its key in the answers file
    QuestionKind kind = QuestionKind::number;
    std::string ask;
    std::string unit;                                         ///< of a number; may stand behind the answer
    std::vector<std::pair<std::string, std::string>> options; ///< of a choice: letter and text
    std::optional<FigureQuery> figure;                        ///< where the right answer comes from
    std::optional<FigureQuery> over;                          ///< that it is divided by
    double tolerance = 0.0;                                   ///< share of the right value by which a number may differ
    double slack = 0.0; ///< the same in the question's unit; the larger of both holds
    double least = 0.0; ///< of a fact
    double most = 0.0;
    unsigned points = 1;              ///< 0: not graded
    std::vector<std::string> replies; ///< sealed: of a choice or word each under its answer, of a number see check.h
    std::vector<Confusion> confusions;
};

/// A run or trace that the lab's commands make.
struct LabRun {
    std::string id;        ///< folder beside the answers file that the command writes
    bool is_trace = false; ///< of `attach`
    bool optional = false; ///< not everyone can make it; its questions are then not graded
};

/// A file that `start` hands out.
struct LabFile {
    std::string name;
    std::string_view text;
};

struct Lab {
    unsigned number = 0;
    std::string folder; ///< in docs/labs
    std::string title;
    std::string where;        ///< a sentence or two: where its commands run, and why there
    std::string without_root; ///< what of it needs no root
    unsigned minutes = 0;     ///< for a student, all in all
    unsigned run_seconds = 0; ///< of those, while the commands run
    std::vector<LabRun> runs;
    std::string probe; ///< object file of the student's own BPF program, which `check` tries; empty: none
    std::vector<Question> questions;
    std::vector<LabFile> files;
    std::string_view text; ///< lab.md

    [[nodiscard]] const Question* question(std::string_view id) const; ///< null: none of this id
    /// Sum over its questions.
    [[nodiscard]] unsigned points() const;
    /// The lines of the lab's fenced blocks that are marked `sh`, without comments: what the student types.
    [[nodiscard]] std::vector<std::string> commands() const;
};

/// All labs, by their numbers; they are built into the program. Throws where the tree's files are wrong, which a test
/// finds.
[[nodiscard]] const std::vector<Lab>& all_labs();
/// Null: there is none of this number.
[[nodiscard]] const Lab* lab_of(unsigned number);

/// A lab from its questions.json; throws std::runtime_error, with what is wrong.
[[nodiscard]] Lab read_lab(std::string_view questions, std::string_view text);

} // namespace netio::labs
