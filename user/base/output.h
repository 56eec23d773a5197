// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sudo_user.h"
#include "base/unique_fd.h"

namespace netio {

// All files and folders that the program makes are made here. What holds for each:
//
// A path is resolved once, to the descriptor of a folder; whatever is renamed afterwards, files go to that folder.
// Links on the way are followed, but for those that somebody else has put into a folder that all may write to, such as
// /tmp. New files and folders have the mode that the umask leaves of 0666 and 0777. A file is written beside its place
// under a random name that nobody had, flushed, and renamed: a reader sees the old file or the new one, whole, and on
// an error the old one is as it was. Instead of a file of that name the new one gets its permissions, and where this
// process may give files away its owner, as if it had been written into; hard links, access lists and attributes stay
// with the old. File systems that have no owners or permissions are as good.
//
// Under sudo all this is done with the rights of the user who called it (FileRights). So a sudo rule that allows this
// program alone lets nobody write what he could not write anyway, and what is made belongs to that user.

/// What becomes of a file that is there already.
enum class Existing {
    replaced,
    kept, ///< it is an error, also when it appeared just now
};

/// A folder to write files to.
class OutputFolder {
  public:
    /// Makes the folder and its parents where they are missing, and makes sure that files can be made in it. Exit code
    /// of the error: bad_input.
    [[nodiscard]] static Result<OutputFolder> open(const std::filesystem::path& path);

    /// A new folder in this one, which nobody else has made: of that name, or with -2, -3 and so on after it.
    [[nodiscard]] Result<OutputFolder> make_new(const std::string& name) &&;

    /// Claims the folder until its owner ends. False: another process has. Leaves no file; where the file system cannot
    /// do it, nothing is claimed. An error, of exit code bad_input: somebody has removed the folder since it was
    /// opened.
    [[nodiscard]] Result<bool> claim();

    /// Whether there is anything of that name.
    [[nodiscard]] bool has(const std::string& name) const;

    /// Writes the file of that name in one step. A link of that name is replaced and not followed.
    [[nodiscard]] Result<void> write(const std::string& name, std::string_view text, Existing existing) const;

    /// Takes away what open() and make_new() made, as far as it is empty.
    void remove_if_empty() const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    friend class OutputFile;
    struct Made {
        UniqueFd parent;
        std::string name;
    };

    OutputFolder(std::optional<SudoUser> user, std::filesystem::path path)
        : user_(std::move(user)), path_(std::move(path)) {}
    Result<void> make_missing();
    [[nodiscard]] Result<void> try_to_write() const;

    std::optional<SudoUser> user_;
    std::filesystem::path path_; ///< as the user named it
    UniqueFd folder_;
    std::vector<Made> made_; ///< folders that were not there before, outermost first
};

/// Where a user wants one output.
class OutputFile {
  public:
    /// Finds out what the path leads to. A link is followed and stays: what is written goes to its target, there or
    /// not. What is no file (a pipe, a terminal, /dev/null) is written to as it is, and so is a descriptor of this
    /// process that the path leads to (/dev/stdout, /proc/self/fd/N). A folder is an error, and so is a disk or a part
    /// of one. Exit code of the error: bad_input.
    [[nodiscard]] static Result<OutputFile> open(const std::filesystem::path& path);

    /// The same for the name of a file in a folder.
    [[nodiscard]] static Result<OutputFile> open_in(const OutputFolder& folder, const std::string& name);

    /// Whether a file would be replaced.
    [[nodiscard]] bool exists() const { return kind_ == Kind::file; }
    /// Whether it is no file that is made or replaced, but something that takes what is written.
    [[nodiscard]] bool is_stream() const { return kind_ == Kind::stream || kind_ == Kind::descriptor; }
    /// Whether the other path leads to the file that would be replaced.
    [[nodiscard]] bool is_same_as(const std::filesystem::path& other) const;
    /// The name in its folder, where links on the way led to.
    [[nodiscard]] const std::string& name() const { return name_; }
    /// The first bytes of the file that would be replaced, as far as they can be read.
    [[nodiscard]] std::string beginning(std::size_t most_bytes) const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Puts the text there.
    [[nodiscard]] Result<void> write(std::string_view text) const;

  private:
    enum class Kind { missing, file, stream, descriptor };

    OutputFile(std::optional<SudoUser> user, std::filesystem::path path)
        : user_(std::move(user)), path_(std::move(path)) {}
    Result<void> resolve(UniqueFd start, std::string rest);
    Result<void> find_descriptor();

    std::optional<SudoUser> user_;
    std::filesystem::path path_; ///< as the user named it
    Kind kind_ = Kind::missing;
    UniqueFd folder_; ///< with links followed
    std::string name_;
    UniqueFd descriptor_; ///< what to write to, of Kind::descriptor; what is there, of the others
};

} // namespace netio
