#include "main/sealing_key.hpp"

#include "ops/log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr mode_t others = S_IRWXG | S_IRWXO;

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
    throw std::runtime_error("sealing key " + file.string() + ": " + what);
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

/// An open file, closed at the end.
class File {
 public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return descriptor_; }
    bool open() const { return descriptor_ >= 0; }

 private:
    int descriptor_;
};

constexpr const char* lost =
    "Restore it, or delete it: a new one is made, and only logins that are under way are lost";

/// The whole file, and what the system says of it.
struct Content {
    struct stat status{};
    std::string bytes;
};

/// Nothing when there is no such file.
std::optional<Content> read_private(const fs::path& path) {
    const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) {
        if (errno == ENOENT) return std::nullopt;
        fail(
            path,
            "cannot be read (" + reason(errno) + "); it must belong to the user who runs latchkey"
        );
    }
    Content content;
    if (fstat(file.get(), &content.status) != 0) fail(path, reason(errno));
    if (!S_ISREG(content.status.st_mode)) fail(path, "is no regular file");
    if ((content.status.st_mode & others) != 0) {
        fail(
            path,
            "other users may read or change it. Run `chmod 600 " + path.string() +
                "`; if they may have read it, delete it instead: a new one is made, and only "
                "logins that are under way "
                "are lost"
        );
    }
    content.bytes.resize(key_list_bytes_max + 1);
    const auto got = read(file.get(), content.bytes.data(), content.bytes.size());
    if (got < 0) fail(path, "cannot be read whole");
    content.bytes.resize(static_cast<std::size_t>(got));
    return content;
}

StoredKeys keys_in(const Content& content, const fs::path& path) {
    const std::string& bytes = content.bytes;
    if (bytes.size() == login::SealingKey::size) {
        StoredKey only;
        std::ranges::copy(bytes_of(bytes), only.key.data.begin());
        only.made_at = Time(seconds(content.status.st_mtim.tv_sec));
        return {only};
    }
    if (!bytes.starts_with(key_list_head.substr(0, key_list_head.find(' ')))) {
        fail(
            path,
            "has " + std::to_string(content.status.st_size) + " bytes instead of " +
                std::to_string(login::SealingKey::size) + ". " + lost
        );
    }
    if (bytes.size() > key_list_bytes_max) fail(path, "is too long. " + std::string(lost));
    ReadKeys read = read_keys(bytes);
    if (!read.fault.empty()) fail(path, read.fault + ". " + lost);
    return std::move(read.keys);
}

/// A new file for its owner alone. `owner`: who that is, if not whoever runs this.
void write_durably(
    const fs::path& path, std::string_view bytes, const struct stat* owner = nullptr
) {
    unlink(path.c_str());  // what a crash left behind
    const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.open()) fail(path, "cannot be made (" + reason(errno) + ")");
    const bool given = owner == nullptr || owner->st_uid == geteuid() ||
                       fchown(file.get(), owner->st_uid, owner->st_gid) == 0;
    if (!given) fail(path, "cannot be given to the owner of the keys (" + reason(errno) + ")");
    const auto written = write(file.get(), bytes.data(), bytes.size());
    if (written != static_cast<ssize_t>(bytes.size()))
        fail(path, "cannot be written (" + reason(errno) + ")");
    if (fsync(file.get()) != 0) fail(path, "cannot be made durable (" + reason(errno) + ")");
}

void make_names_durable(const fs::path& file) {
    const File folder(open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.open() || fsync(folder.get()) != 0)
        fail(file, "cannot be made durable (" + reason(errno) + ")");
}

fs::path fresh_beside(const fs::path& file) {
    return file.string() + ".new-" + std::to_string(getpid());
}

/// Gives a file its name unless something has that name already (false then).
bool rename_without_replacing(const fs::path& from, const fs::path& to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EINVAL &&
        link(from.c_str(), to.c_str()) == 0) {  // a file system without that flag
        unlink(from.c_str());
        return true;
    }
    if (errno == EEXIST) {
        unlink(from.c_str());
        return false;
    }
    fail(to, "cannot be made (" + reason(errno) + ")");
}

}  // namespace

std::optional<StoredKeys> load_sealing_keys(const fs::path& directory) {
    const fs::path path = directory / sealing_key_name;
    const auto content = read_private(path);
    if (!content) return std::nullopt;
    return keys_in(*content, path);
}

StoredKeys load_or_make_sealing_keys(const fs::path& directory, const Random& random) {
    if (auto keys = load_sealing_keys(directory)) return *std::move(keys);

    const fs::path path = directory / sealing_key_name;
    const auto made = random_bytes<login::SealingKey>(random);
    const fs::path fresh = fresh_beside(path);
    write_durably(fresh, text_of(made.view()));
    const bool first = rename_without_replacing(fresh, path);
    if (first) make_names_durable(path);
    if (auto keys = load_sealing_keys(directory)) return *std::move(keys);
    fail(path, "was there and is gone again");
}

StoredKeys change_sealing_keys(
    const fs::path& directory, const std::function<StoredKeys(StoredKeys)>& change
) {
    const fs::path name = directory / sealing_key_name;
    const File folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.open() && flock(folder.get(), LOCK_EX) != 0)
        fail(name, "cannot be kept from others (" + reason(errno) + ")");

    const auto content = read_private(name);
    if (!content) {
        fail(
            name,
            "is not there; name the server's data directory with --data. The server makes it when "
            "it is started"
        );
    }
    StoredKeys changed = change(keys_in(*content, name));

    // Where the file really lies, should its name be a link.
    const fs::path path = fs::canonical(name);
    const fs::path fresh = fresh_beside(path);
    try {
        write_durably(fresh, to_text(changed), &content->status);
        if (rename(fresh.c_str(), path.c_str()) != 0)
            fail(path, "cannot be replaced (" + reason(errno) + ")");
    } catch (...) {
        unlink(fresh.c_str());
        throw;
    }
    make_names_durable(path);
    return changed;
}

ServingKeys::ServingKeys(fs::path directory, const Random& random)
    : directory_(std::move(directory)),
      stored_(load_or_make_sealing_keys(directory_, random)),
      keys_(ring_of(stored_)) {}

void ServingKeys::read_again() noexcept {
    try {
        const std::scoped_lock lock(reading_);
        auto now = load_sealing_keys(directory_);
        if (!now) fail(directory_ / sealing_key_name, "is gone");
        if (*now == stored_) return;
        keys_.replace(ring_of(*now));
        stored_ = *std::move(now);
        ops::log(
            ops::Level::info,
            "the sealing keys were read again",
            {{"current", static_cast<std::int64_t>(stored_.front().id)},
             {"keys", static_cast<std::int64_t>(stored_.size())}}
        );
    } catch (const std::exception& error) {
        ops::log(
            ops::Level::warn,
            "the sealing keys stay as they were: {cause}",
            {{"cause", std::string_view(error.what())}}
        );
    }
}

}  // namespace latchkey
