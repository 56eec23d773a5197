// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/output.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace netio {
namespace {

namespace fs = std::filesystem;

// What path_resolution(7) says of the kernel.
constexpr int most_links = 40;

/// What the user can do about a refusal of the kernel.
std::string advice_for(int errno_value, const std::optional<SudoUser>& user) {
    switch (errno_value) {
    case EACCES:
    case EPERM:
        if (user)
            return "under sudo, files are written with the rights of user " + std::to_string(user->user) +
                   ", who called it: name a folder of this user, or write as root with sudo env -u SUDO_UID "
                   "netio-trace ...";
        return "name a folder where you may write";
    case EBUSY:
        return "a file system is mounted there: name another file";
    case ENOENT:
        return "make the folder first";
    case ENOTDIR:
        return "a part of the path is not a folder";
    case ENAMETOOLONG:
        return "choose a shorter name";
    case ENOSPC:
        return "make room on the disk";
    case EDQUOT:
        return "make room within the disk quota";
    case EROFS:
        return "name a place on a file system that is not mounted read-only";
    case EIO:
        return "the disk has failed: see the kernel's log (dmesg)";
    default:
        return {};
    }
}

Error refusal(const std::string& what, int errno_value, const std::optional<SudoUser>& user) {
    return system_error(what, errno_value, advice_for(errno_value, user));
}

Error as_bad_input(Error error) {
    error.exit_code = ExitCode::bad_input;
    return error;
}

Result<void> write_all(int fd, std::string_view text, const fs::path& path, const std::optional<SudoUser>& user) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EAGAIN) {
            // A terminal or pipe that another process has made non-blocking.
            pollfd room{fd, POLLOUT, 0};
            poll(&room, 1, -1);
            continue;
        }
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return refusal("cannot write " + path.string(), errno, user);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// A file of a name that nobody had, which goes again unless it gets its own.
class TemporaryFile {
  public:
    explicit TemporaryFile(int folder) : folder_(folder) {
        do {
            std::uint64_t number = 0;
            if (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number))
                return;
            std::array<char, 17> digits{};
            std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(number));
            name_ = std::string(".netio-trace-") + digits.data();
            file_.reset(openat(folder_, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
        } while (!file_ && errno == EEXIST);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (file_)
            unlinkat(folder_, name_.c_str(), 0);
    }

    /// Invalid, with errno set, when it could not be made.
    [[nodiscard]] int get() const { return file_.get(); }

    /// Gives it its name; errno when it could not.
    [[nodiscard]] bool rename_to(const std::string& name, Existing existing) {
        const bool done = existing == Existing::replaced ? renameat(folder_, name_.c_str(), folder_, name.c_str()) == 0
                                                         : rename_to_new(name);
        if (done)
            file_.reset();
        return done;
    }

  private:
    [[nodiscard]] bool rename_to_new(const std::string& name) {
        if (renameat2(folder_, name_.c_str(), folder_, name.c_str(), RENAME_NOREPLACE) == 0)
            return true;
        // NFS cannot do that, but knows hard links; others know neither.
        if (errno != EINVAL && errno != ENOSYS)
            return false;
        if (linkat(folder_, name_.c_str(), folder_, name.c_str(), 0) == 0) {
            unlinkat(folder_, name_.c_str(), 0);
            return true;
        }
        struct stat there {};
        if (fstatat(folder_, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0) {
            errno = EEXIST;
            return false;
        }
        return renameat(folder_, name_.c_str(), folder_, name.c_str()) == 0;
    }

    int folder_;
    std::string name_;
    UniqueFd file_;
};

/// Permissions and owner of the file that is replaced. That a file system has none, or that this process may not give
/// files away, is no failure: then they are those of a new file.
void take_over_attributes(int folder, const std::string& name, int file) {
    struct stat old {};
    if (fstatat(folder, name.c_str(), &old, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(old.st_mode))
        return;
    // In this order, because the change of owner may take permissions away.
    [[maybe_unused]] const int given = fchown(file, old.st_uid, old.st_gid);
    [[maybe_unused]] const int set = fchmod(file, old.st_mode & 0777U);
}

Result<void> write_in(int folder, const std::string& name, std::string_view text, Existing existing,
                      const fs::path& path, const std::optional<SudoUser>& user) {
    TemporaryFile file(folder);
    if (file.get() < 0)
        return refusal("cannot make a file beside " + path.string(), errno, user);
    if (existing == Existing::replaced)
        take_over_attributes(folder, name, file.get()); // while it is empty: the text may be for few
    if (auto written = write_all(file.get(), text, path, user); !written)
        return written;
    // EINVAL: there is nothing to flush to on this file system.
    if (fsync(file.get()) != 0 && errno != EINVAL)
        return refusal("cannot flush " + path.string(), errno, user);
    if (!file.rename_to(name, existing)) {
        if (errno == EEXIST && existing == Existing::kept)
            return input_error("will not replace " + path.string(), "another program has made it meanwhile",
                               "try again");
        return refusal("cannot replace " + path.string(), errno, user);
    }
    return {};
}

UniqueFd open_folder(int start, const std::string& path, int flags) {
    return UniqueFd(openat(start, path.c_str(), flags | O_DIRECTORY | O_CLOEXEC));
}

UniqueFd open_place(int folder, const std::string& name) {
    return UniqueFd(openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
}

bool is_on_procfs(int fd) {
    struct statfs system {};
    return fstatfs(fd, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

/// Goes along a path part by part and decides about each link on it.
class Way {
  public:
    Way(std::string what, const std::optional<SudoUser>& user) : what_(std::move(what)), user_(user) {}

    /// Where a path begins.
    static UniqueFd start(const fs::path& path) {
        return open_folder(AT_FDCWD, path.is_absolute() ? "/" : ".", O_PATH);
    }

    /// The folder that a part of a path is or leads to. Invalid, with errno set, when it is or leads to none.
    [[nodiscard]] UniqueFd enter(int folder, const std::string& part) {
        UniqueFd next = open_folder(folder, part, O_PATH | O_NOFOLLOW);
        if (next || (errno != ENOTDIR && errno != ELOOP)) // either may be said of a link
            return next;
        const UniqueFd link = open_place(folder, part);
        struct stat there {};
        if (!link || fstat(link.get(), &there) != 0)
            return {};
        if (!S_ISLNK(there.st_mode)) {
            errno = ENOTDIR;
            return {};
        }
        if (is_on_procfs(link.get())) // leads to what a process has open, which has no path that is sure
            return open_folder(folder, part, O_PATH);
        const auto target = follow(folder, link.get(), there);
        return target ? enter_all(folder, *target) : UniqueFd{};
    }

    /// The same for a path. A folder of that number is where it starts unless it is absolute.
    [[nodiscard]] UniqueFd enter_all(int folder, const fs::path& path) {
        UniqueFd here = path.is_absolute() ? start(path) : open_folder(folder, ".", O_PATH);
        for (const fs::path& part : path.relative_path())
            if (here && !part.empty()) // empty: the path ends with a slash
                here = enter(here.get(), part);
        return here;
    }

    /// Where a link in the folder leads. Nullopt, with errno set, when it is not followed.
    [[nodiscard]] std::optional<fs::path> follow(int folder, int link, const struct stat& status) {
        std::string target(4096, '\0');
        const ssize_t length = readlinkat(link, "", target.data(), target.size());
        if (length < 0)
            return std::nullopt;
        if (++links_ > most_links) {
            errno = ELOOP;
            return std::nullopt;
        }
        if (!may_follow(folder, status)) {
            others_link_ = status.st_uid;
            errno = EACCES;
            return std::nullopt;
        }
        target.resize(static_cast<std::size_t>(length));
        return target;
    }

    /// Why it went no further, of the errno that was set.
    [[nodiscard]] Error refusal(int errno_value) const {
        if (others_link_)
            return Error{what_,
                         "its path has a symbolic link of user " + std::to_string(*others_link_) +
                             " in a folder that everyone may write to",
                         "name another folder"};
        return netio::refusal(what_, errno_value, user_);
    }

  private:
    /// The kernel's own rule for links in folders like /tmp (fs.protected_symlinks), which some systems leave off.
    [[nodiscard]] bool may_follow(int folder, const struct stat& link) const {
        struct stat around {};
        if (fstat(folder, &around) != 0)
            return false;
        const bool shared = (around.st_mode & S_ISVTX) != 0 && (around.st_mode & S_IWOTH) != 0;
        return !shared || link.st_uid == around.st_uid || link.st_uid == (user_ ? user_->user : geteuid());
    }

    std::string what_;
    const std::optional<SudoUser>& user_;
    int links_ = 0;
    std::optional<uid_t> others_link_;
};

/// Whether it takes what is written as it comes. A disk does not: written from its start, it loses what it holds.
bool is_stream_of(mode_t mode) { return S_ISFIFO(mode) || S_ISCHR(mode) || S_ISSOCK(mode); }

} // namespace

Result<OutputFolder> OutputFolder::open(const fs::path& path) {
    OutputFolder folder(sudo_user(), path);
    const auto rights = FileRights::of(folder.user_);
    if (!rights)
        return rights.error();
    Result<void> usable = folder.make_missing();
    if (usable)
        usable = folder.try_to_write();
    if (!usable) {
        folder.remove_if_empty();
        return as_bad_input(std::move(usable).error());
    }
    return folder;
}

Result<void> OutputFolder::make_missing() {
    Way way("cannot use the folder " + path_.string(), user_);
    UniqueFd here = Way::start(path_);
    for (const fs::path& part : path_.relative_path()) {
        if (part.empty() || !here) // empty: the path ends with a slash
            continue;
        UniqueFd next = way.enter(here.get(), part);
        if (!next && errno == ENOENT) {
            if (mkdirat(here.get(), part.c_str(), 0777) == 0) {
                next = open_folder(here.get(), part, O_PATH | O_NOFOLLOW);
                made_.push_back({std::move(here), part});
            } else if (errno == EEXIST) {
                next = way.enter(here.get(), part); // another process was faster; or a link to nowhere
            }
        }
        here = std::move(next);
    }
    // To read, because flock(2) does not take a descriptor that is for paths alone.
    if (here)
        folder_ = open_folder(here.get(), ".", O_RDONLY);
    if (!folder_)
        return way.refusal(errno);
    return {};
}

Result<void> OutputFolder::try_to_write() const {
    // Asking access(2) is not enough: a read-only file system lets root pass.
    const TemporaryFile trial(folder_.get());
    if (trial.get() < 0 && errno == ENOENT)
        return Error{"cannot write to " + path_.string(), "it was removed meanwhile", "start it again"};
    if (trial.get() < 0)
        return refusal("cannot write to " + path_.string(), errno, user_);
    return {};
}

Result<OutputFolder> OutputFolder::make_new(const std::string& name) && {
    OutputFolder made(std::move(*this));
    const auto rights = FileRights::of(made.user_);
    if (!rights)
        return rights.error();
    std::string chosen = name;
    for (unsigned number = 2; mkdirat(made.folder_.get(), chosen.c_str(), 0777) != 0; ++number) {
        if (errno != EEXIST)
            return as_bad_input(refusal("cannot make " + (made.path_ / chosen).string(), errno, made.user_));
        chosen = name + "-" + std::to_string(number);
    }
    UniqueFd parent = std::exchange(made.folder_, open_folder(made.folder_.get(), chosen, O_RDONLY | O_NOFOLLOW));
    made.path_ /= chosen;
    if (!made.folder_)
        return as_bad_input(refusal("cannot use the folder " + made.path_.string(), errno, made.user_));
    made.made_.push_back({std::move(parent), chosen});
    return made;
}

Result<bool> OutputFolder::claim() {
    // Another error than this one: for instance, NFS locks no folders.
    if (flock(folder_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return false;
    // Whoever had it may have removed it since it was opened. The number of its links would tell that on some file
    // systems, on others that number means nothing.
    const auto rights = FileRights::of(user_);
    if (!rights)
        return rights.error();
    if (auto usable = try_to_write(); !usable)
        return as_bad_input(std::move(usable).error());
    return true;
}

bool OutputFolder::has(const std::string& name) const {
    struct stat there {};
    return fstatat(folder_.get(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<void> OutputFolder::write(const std::string& name, std::string_view text, Existing existing) const {
    const auto rights = FileRights::of(user_);
    if (!rights)
        return rights.error();
    return write_in(folder_.get(), name, text, existing, path_ / name, user_);
}

void OutputFolder::remove_if_empty() const {
    const auto rights = FileRights::of(user_);
    for (auto made = made_.rbegin(); rights && made != made_.rend(); ++made)
        if (unlinkat(made->parent.get(), made->name.c_str(), AT_REMOVEDIR) != 0)
            return;
}

Result<OutputFile> OutputFile::open(const fs::path& path) {
    OutputFile file(sudo_user(), path);
    if (auto resolved = file.resolve(open_folder(AT_FDCWD, ".", O_PATH), path.string()); !resolved)
        return as_bad_input(std::move(resolved).error());
    return file;
}

Result<OutputFile> OutputFile::open_in(const OutputFolder& folder, const std::string& name) {
    OutputFile file(folder.user_, folder.path_ / name);
    if (auto resolved = file.resolve(UniqueFd(fcntl(folder.folder_.get(), F_DUPFD_CLOEXEC, 0)), name); !resolved)
        return as_bad_input(std::move(resolved).error());
    return file;
}

Result<void> OutputFile::resolve(UniqueFd start, std::string rest) {
    const auto rights = FileRights::of(user_);
    if (!rights)
        return rights.error();
    const std::string what = "cannot write to " + path_.string();
    const auto is_folder = [&] { return Error{what, "it is a folder", "name a file, or - for standard output"}; };
    Way way(what, user_);
    folder_ = std::move(start);
    for (;;) {
        const std::size_t slash = rest.rfind('/');
        name_ = rest.substr(slash == std::string::npos ? 0 : slash + 1);
        if (folder_ && slash != std::string::npos) {
            const std::string parent = rest.substr(0, slash + 1);
            folder_ = way.enter_all(folder_.get(), parent);
            if (!folder_ && errno == ENOENT)
                return Error{what, "no folder " + parent, "make it, or name another file"};
        }
        if (!folder_)
            return way.refusal(errno);
        if (name_.empty() || name_ == "." || name_ == "..")
            return is_folder();
        descriptor_ = open_place(folder_.get(), name_);
        if (!descriptor_ && errno != ENOENT)
            return way.refusal(errno);
        if (!descriptor_)
            return {}; // kind_ is missing
        struct stat there {};
        if (fstat(descriptor_.get(), &there) != 0)
            return way.refusal(errno);
        if (S_ISDIR(there.st_mode))
            return is_folder();
        if (S_ISBLK(there.st_mode))
            return Error{what, "it is a disk or a partition, whose contents would be lost",
                         "name a file, or - for standard output"};
        if (!S_ISLNK(there.st_mode)) {
            kind_ = is_stream_of(there.st_mode) ? Kind::stream : Kind::file;
            return {};
        }
        if (is_on_procfs(descriptor_.get()))
            return find_descriptor();
        const auto target = way.follow(folder_.get(), descriptor_.get(), there);
        if (!target)
            return way.refusal(errno);
        rest = target->string();
    }
}

Result<void> OutputFile::find_descriptor() {
    // The file is not opened anew, which is a matter of other rights than those that its opener had: some files of
    // procfs ask for the user that the process has, whoever it reaches files as.
    int number = -1;
    const char* end = name_.data() + name_.size();
    const auto [parsed, failure] = std::from_chars(name_.data(), end, number);
    struct stat link {};
    struct stat own {};
    const bool is_own = failure == std::errc{} && parsed == end &&
                        fstatat(folder_.get(), name_.c_str(), &link, 0) == 0 && fstat(number, &own) == 0 &&
                        link.st_dev == own.st_dev && link.st_ino == own.st_ino;
    if (!is_own)
        return Error{"cannot write to " + path_.string(), "it is open in another process",
                     "name a file, or - for standard output"};
    if ((fcntl(number, F_GETFL) & O_ACCMODE) == O_RDONLY)
        return Error{"cannot write to " + path_.string(), "it is open for reading only",
                     "name a file, or - for standard output"};
    descriptor_.reset(fcntl(number, F_DUPFD_CLOEXEC, 0));
    if (!descriptor_)
        return refusal("cannot write to " + path_.string(), errno, user_);
    kind_ = Kind::descriptor;
    return {};
}

bool OutputFile::is_same_as(const fs::path& other) const {
    struct stat mine {};
    struct stat others {};
    return exists() && fstat(descriptor_.get(), &mine) == 0 && stat(other.c_str(), &others) == 0 &&
           mine.st_dev == others.st_dev && mine.st_ino == others.st_ino;
}

std::string OutputFile::beginning(std::size_t most_bytes) const {
    const auto rights = FileRights::of(user_);
    std::string text(most_bytes, '\0');
    ssize_t got = 0;
    if (rights && exists()) {
        const UniqueFd file(openat(folder_.get(), name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        got = file ? read(file.get(), text.data(), text.size()) : 0;
    }
    text.resize(static_cast<std::size_t>(got < 0 ? 0 : got));
    return text;
}

Result<void> OutputFile::write(std::string_view text) const {
    if (kind_ == Kind::descriptor)
        return write_all(descriptor_.get(), text, path_, user_);
    const auto rights = FileRights::of(user_);
    if (!rights)
        return rights.error();
    if (kind_ != Kind::stream)
        return write_in(folder_.get(), name_, text, Existing::replaced, path_, user_);
    const UniqueFd stream(openat(folder_.get(), name_.c_str(), O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
    struct stat opened {};
    if (!stream || fstat(stream.get(), &opened) != 0)
        return refusal("cannot write to " + path_.string(), errno, user_);
    if (!is_stream_of(opened.st_mode))
        return Error{"will not write to " + path_.string(), "it has become a file or disk meanwhile", "try again",
                     ExitCode::failure};
    return write_all(stream.get(), text, path_, user_);
}

} // namespace netio
