// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/contradictions.h"
#include "base/sudo_user.h"
#include "base/unique_fd.h"
#include "model/run_options.h"
#include "report/run_json/members.h"
#include "report/run_json/records.h"
#include "report/run_json/writer.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

namespace fs = std::filesystem;

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
            return take_schema(value, run_schema);
        // What is wrong in a file of another schema is the schema; it may stand after what was stumbled over.
        if (fault_)
            return std::nullopt;
        const JsonField field(value, path, fault_);
        if (member == "environment")
            read(field, run_.environment);
        else if (member == "spec")
            read(field, run_.spec);
        else if (member == "interrupted")
            read(field, run_.interrupted);
        else if (member == "failure")
            read(field, run_.failure);
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

    void take_cell(const JsonField& field) {
        if (run_.cells.size() == most_cells_) {
            field.fail_inside("a run of more than " + grouped(most_cells_) +
                              " cells is too large: each takes a quarter of a mebibyte of memory");
            return;
        }
        Cell& cell = run_.cells.emplace_back();
        read(field, cell);
        const auto [known, is_new] =
            places_.try_emplace({cell.variant, cell.field_size, cell.threads, cell.repeat}, run_.cells.size() - 1);
        if (!is_new && !fault_)
            field.fail_inside("is repeat " + std::to_string(cell.repeat) + " of the same cell as cells[" +
                              std::to_string(known->second) + "]: each may stand once");
    }

    std::size_t most_cells_;
    Run run_;
    std::map<std::tuple<Variant, std::uint64_t, unsigned, unsigned>, std::size_t>
        places_; ///< of cells, with their index
    std::set<std::string> seen_;
    std::optional<std::string> fault_;
};

constexpr std::size_t most_bytes = std::size_t{256} << 20;

Error unreadable(const std::string& path, int errno_value, const std::optional<SudoUser>& user) {
    std::string hint = "name a run.json, or the folder of a run";
    if (user && errno_value == EACCES)
        hint = "under sudo, files are read with the rights of user " + std::to_string(user->user) +
               ", who called it: read as root with sudo env -u SUDO_UID netio-trace ...";
    Error error = system_error("cannot read " + printable(path), errno_value, std::move(hint));
    error.exit_code = ExitCode::bad_input;
    return error;
}

/// The descriptor of this process that a path names. What is open already is read with nobody's rights.
std::optional<int> descriptor_of(std::string_view path) {
    if (path == "-" || path == "/dev/stdin")
        return STDIN_FILENO;
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        int number = -1;
        const char* end = path.data() + path.size();
        if (!path.starts_with(folder))
            continue;
        const auto [parsed, failure] = std::from_chars(path.data() + folder.size(), end, number);
        if (failure == std::errc{} && parsed == end)
            return number;
    }
    return std::nullopt;
}

/// Reads a text as far as its schema.
class SchemaFinder final : public MemberListener {
  public:
    [[nodiscard]] bool wants(std::string_view member) override { return member == "schema"; }
    [[nodiscard]] bool in_pieces(std::string_view) override { return false; }
    [[nodiscard]] std::optional<std::string> take(std::string_view, std::optional<std::size_t>, Json value) override {
        if (value.is_string())
            schema = value.get<std::string>();
        return "found"; // ends the reading
    }

    std::string schema;
};

struct SavedText {
    std::string text;
    std::string name; ///< for errors
};

/// Folders of runs in a folder, the newest first.
std::vector<fs::path> runs_in(const fs::path& folder) {
    std::vector<std::pair<fs::file_time_type, fs::path>> runs;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
        std::error_code not_there;
        const fs::file_time_type written = fs::last_write_time(file_of_run(entry->path().string()), not_there);
        if (!not_there)
            runs.emplace_back(written, entry->path());
    }
    std::ranges::sort(runs, std::ranges::greater{});
    std::vector<fs::path> folders;
    for (auto& [written, path] : runs)
        folders.push_back(std::move(path));
    return folders;
}

/// A folder without a run.json: of several runs, or of none.
Error no_run_in(const fs::path& folder) {
    const std::vector<fs::path> runs = runs_in(folder);
    if (runs.empty())
        return input_error(printable(folder.string()) + " is not the folder of a run", "it has no run.json",
                           "name a run.json, or the folder that netio-trace run wrote it to");
    return input_error(printable(folder.string()) + " is not the folder of a run",
                       "it has " + counted(runs.size(), "run") + " in it",
                       "name one, for instance the newest: " + printable(runs.front().string()));
}

} // namespace

Error unreadable_text(const std::string& name, std::string why) {
    return input_error("cannot read " + printable(name), std::move(why));
}

std::optional<std::string> take_schema(const Json& value, std::string_view known) {
    std::optional<std::string> fault;
    const std::string schema = JsonField(value, "schema", fault).text();
    if (!fault && schema != known)
        fault = "its schema is " + printable(schema.substr(0, 80)) + ", and " +
                (schema == recording_schema || schema == run_schema ? "this takes " : "this netio-trace reads ") +
                std::string(known);
    return fault;
}

Result<Run> read_run(std::string_view text, const std::string& name, std::size_t most_cells) {
    RunBuilder builder(most_cells);
    if (auto fault = read_members(text, builder))
        return unreadable_text(name, std::move(*fault));
    if (auto fault = builder.fault())
        return unreadable_text(name, std::move(*fault));
    return std::move(builder).take_run();
}

fs::path file_of_run(const std::string& run) {
    std::error_code not_there;
    if (!fs::is_directory(run, not_there))
        return run;
    const fs::path trace = fs::path(run) / recording_file;
    const fs::path file = fs::path(run) / "run.json";
    return !fs::exists(file, not_there) && fs::exists(trace, not_there) ? trace : file;
}

namespace {

Result<SavedText> read_text(const std::string& path) {
    const auto user = sudo_user();
    std::string name = path == "-" ? "standard input" : path;
    UniqueFd file;
    if (const auto descriptor = descriptor_of(path)) {
        file.reset(fcntl(*descriptor, F_DUPFD_CLOEXEC, 0));
    } else {
        // Errors quote from what is no run.json.
        const auto rights = FileRights::of(user);
        if (!rights)
            return rights.error();
        name = file_of_run(path).string();
        file.reset(open(name.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file && errno == ENOENT && name != path)
            return no_run_in(path);
    }
    if (!file)
        return unreadable(name, errno, user);
    // Read in pieces rather than by the size that the file has: a pipe has none, and a file can grow.
    constexpr std::size_t piece = std::size_t{1} << 20;
    std::string text;
    for (;;) {
        const std::size_t before = text.size();
        if (before > most_bytes)
            return input_error("cannot read " + printable(name), "it is larger than " + binary_size(most_bytes),
                               "make several smaller runs");
        if (text.capacity() < before + piece)
            text.reserve(std::max(2 * before, piece));
        text.resize(before + piece);
        const ssize_t got = ::read(file.get(), text.data() + before, piece);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR)
            return unreadable(name, errno, user);
        if (got == 0)
            return SavedText{std::move(text), std::move(name)};
    }
}

} // namespace

bool looks_like_trace(const std::string& path) {
    if (descriptor_of(path))
        return false;
    const auto rights = FileRights::of(sudo_user());
    const UniqueFd file(open(file_of_run(path).c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 256> beginning{};
    const ssize_t got = rights && file ? ::read(file.get(), beginning.data(), beginning.size()) : 0;
    return std::string_view(beginning.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)))
               .find('"' + std::string(recording_schema) + '"') != std::string_view::npos;
}

namespace {

/// What was read from a file, unless it contradicts itself.
template <class Saved>
Result<Saved> consistent(Saved saved, const std::string& name) {
    std::vector<std::string> found = analysis::contradictions_in(saved);
    if (found.empty())
        return saved;
    return input_error(printable(name) + " contradicts itself", std::move(found.front()),
                       "it was changed or damaged after it was written: make the run again, or take the original file");
}

Result<Run> read_consistent_run(const SavedText& saved) {
    NETIO_TRY_TO(auto run, read_run(saved.text, saved.name));
    return consistent(std::move(run), saved.name);
}

} // namespace

Result<Run> read_run_file(const std::string& path) {
    NETIO_TRY_TO(const auto saved, read_text(path));
    return read_consistent_run(saved);
}

Result<Saved> read_saved_file(const std::string& path) {
    NETIO_TRY_TO(const auto saved, read_text(path));
    SchemaFinder finder;
    (void)read_members(saved.text, finder);
    if (finder.schema == recording_schema) {
        NETIO_TRY_TO(auto recording, read_recording(saved.text, saved.name));
        NETIO_TRY_TO(auto sound, consistent(std::move(recording), saved.name));
        return Saved(std::move(sound));
    }
    NETIO_TRY_TO(auto run, read_consistent_run(saved));
    return Saved(std::move(run));
}

} // namespace netio::report
