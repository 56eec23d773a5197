// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/reader.h"

#include <set>
#include <utility>

#include "report/run_json/members.h"
#include "report/run_json/reader_parts.h"
#include "report/run_json/writer.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

Error refusal(const std::string& name, std::string why) {
    return input_error("cannot read " + printable(name), std::move(why));
}

/// Puts a Run together from the members of the file, in whatever order they come.
class RunBuilder final : public MemberListener {
  public:
    explicit RunBuilder(std::size_t most_cells) : most_cells_(most_cells) {}

    [[nodiscard]] bool wants(std::string_view member) override { return wanted.contains(member); }
    [[nodiscard]] bool in_pieces(std::string_view member) override {
        return member == "cells" && seen_.insert("cells").second;
    }

    [[nodiscard]] std::optional<std::string> take(std::string_view member, std::optional<std::size_t> element,
                                                  Json value) override {
        const std::string path =
            element ? std::string(member) + "[" + std::to_string(*element) + "]" : std::string(member);
        if (!element && !seen_.insert(std::string(member)).second)
            return path + ": stands twice";
        if (member == "schema")
            return take_schema(value);
        // What is wrong in a file of another schema is the schema; it may stand after what was stumbled over.
        if (fault_)
            return std::nullopt;
        const JsonField field(value, path, fault_);
        if (member == "environment")
            run_.environment = read_environment(field);
        else if (member == "spec")
            run_.spec = read_spec(field);
        else if (member == "interrupted")
            run_.interrupted = field.truth();
        else if (member == "failure" && !field.is_null())
            run_.failure = field.text();
        else if (member == "cells" && !element)
            field.fail("must be a list");
        else if (member == "cells")
            take_cell(field);
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> fault() const {
        if (!seen_.contains("schema"))
            return "it has no \"schema\", so it is not a run.json";
        if (fault_)
            return fault_;
        for (const std::string_view member : wanted)
            if (!seen_.contains(std::string(member)))
                return std::string(member) + ": is missing";
        return std::nullopt;
    }

    [[nodiscard]] Run take_run() && { return std::move(run_); }

  private:
    static inline const std::set<std::string_view> wanted{"schema",      "environment", "spec",
                                                          "interrupted", "failure",     "cells"};

    [[nodiscard]] std::optional<std::string> take_schema(const Json& value) {
        std::optional<std::string> fault;
        const std::string schema = JsonField(value, "schema", fault).text();
        if (!fault && schema != run_schema)
            fault = "its schema is " + printable(schema.substr(0, 80)) + ", and this netio-trace reads " +
                    std::string(run_schema);
        return fault;
    }

    void take_cell(const JsonField& field) {
        if (run_.cells.size() == most_cells_) {
            field.fail_inside("a run of more than " + grouped(most_cells_) +
                              " cells is not read: each takes a quarter of a mebibyte of memory");
            return;
        }
        run_.cells.push_back(read_cell(field));
    }

    std::size_t most_cells_;
    Run run_;
    std::set<std::string> seen_;
    std::optional<std::string> fault_;
};

} // namespace

Result<Run> read_run(std::string_view text, const std::string& name, std::size_t most_cells) {
    RunBuilder builder(most_cells);
    if (auto fault = read_members(text, builder))
        return refusal(name, std::move(*fault));
    if (auto fault = builder.fault())
        return refusal(name, std::move(*fault));
    return std::move(builder).take_run();
}

} // namespace netio::report
