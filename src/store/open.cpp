#include "store/open.hpp"

#include "store/schema.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace latchkey::store {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms owner_only = fs::perms::owner_all;
constexpr mode_t file_mode = S_IRUSR | S_IWUSR;

[[noreturn]] void refuse(
    const fs::path& path, const std::string& cause, const std::string& remedy
) {
    throw std::runtime_error("cannot open " + path.string() + ": " + cause + ". " + remedy);
}

/// How long to wait at the least for another process that makes the database ready.
constexpr milliseconds opening_time_max{10'000};

constexpr const char* choose_directory =
    "Give the user that Latchkey runs as the right to write there, or choose another directory "
    "with --data.";

void make_directory(const fs::path& directory) {
    std::error_code fault;
    const bool made = fs::create_directories(directory, fault);
    if (fault) refuse(directory, fault.message(), choose_directory);
    if (made) fs::permissions(directory, owner_only, fault);
    const fs::file_status status = fs::status(directory, fault);
    if (fault) refuse(directory, fault.message(), choose_directory);
    if (status.type() != fs::file_type::directory) {
        refuse(directory, "it is not a directory", "Choose another one with --data.");
    }
}

/// SQLite would make the file readable for all that the umask allows.
void make_file(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
    if (descriptor < 0) {
        refuse(file, std::generic_category().message(errno), choose_directory);
    }
    struct stat status{};
    const bool wide = ::fstat(descriptor, &status) == 0 && (status.st_mode & 077U) != 0;
    const bool narrowed = !wide || ::fchmod(descriptor, file_mode) == 0;
    const int cause = errno;
    // Closing any descriptor of a file drops the process's locks on it; SQLite has not opened it
    // yet.
    ::close(descriptor);
    if (!narrowed) {
        refuse(file, std::generic_category().message(cause), "Make it yours alone: chmod 600.");
    }
}

/// One process at a time makes the database ready: of two that switch to WAL at once SQLite refuses
/// one without waiting, since each holds what the other needs. Held on the directory, which needs
/// no file of its own and is let go when the process ends, however it does.
class Opening {
 public:
    Opening(const fs::path& directory, milliseconds wait_max)
        : descriptor_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (descriptor_ < 0) {
            refuse(directory, std::generic_category().message(errno), choose_directory);
        }
        const SteadyTime end = steady_now() + wait_max;
        while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            const int cause = errno;
            const bool taken = cause == EWOULDBLOCK || cause == EINTR;
            if (taken && steady_now() < end) {
                std::this_thread::sleep_for(look_again_after);
                continue;
            }
            ::close(descriptor_);
            if (taken) refuse(directory, "another program holds a lock on it", "End that program.");
            refuse(directory, std::generic_category().message(cause), choose_directory);
        }
    }
    ~Opening() { ::close(descriptor_); }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

 private:
    static constexpr milliseconds look_again_after{5};
    int descriptor_;
};

std::string remedy_for(int code) {
    switch (code & 0xff) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return "Move the file away, or restore it from a backup.";
        case SQLITE_FULL:
            return "Make room on the disk.";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "Another program holds it; end that one and start again.";
        default:
            return choose_directory;
    }
}

void use_wal(Connection& connection) {
    Statement statement(connection, "PRAGMA journal_mode = WAL");
    Query query = statement();
    if (!query.next() || query.text(0) != "wal") {
        throw std::runtime_error(
            "its file system has no shared memory for files, which the write-ahead log needs. "
            "Choose a "
            "directory on a local disk with --data"
        );
    }
}

/// While this lives no server starts that would see the schema change under it.
std::unique_ptr<ServingLock> lock_for_migration(Connection& connection, const fs::path& directory) {
    const std::int64_t version = connection.number("PRAGMA user_version");
    if (version >= schema_version()) return nullptr;
    auto lock = ServingLock::take(directory);
    if (lock) return lock;
    throw std::runtime_error(
        "its schema is version " + std::to_string(version) + ", this program's is " +
        std::to_string(schema_version()) +
        ", and a running latchkey serves from it. Stop that server first and start the new one, "
        "which brings the schema up to date"
    );
}

/// The caller takes turns with other processes.
Connection opened(const fs::path& file, milliseconds busy_max, bool serving) {
    make_file(file);
    try {
        Connection connection(file, Connection::Access::read_write, busy_max);
        use_wal(connection);
        const auto lock = serving ? nullptr : lock_for_migration(connection, file.parent_path());
        migrate(connection);
        return connection;
    } catch (const SqliteError& fault) {
        refuse(file, fault.what(), remedy_for(fault.code()));
    } catch (const std::runtime_error& fault) {
        throw std::runtime_error("cannot open " + file.string() + ": " + fault.what() + ".");
    }
}

}  // namespace

Connection open_for_writing(const fs::path& file, milliseconds busy_max) {
    make_directory(file.parent_path());
    const Opening alone(file.parent_path(), std::max(busy_max, opening_time_max));
    return opened(file, busy_max, false);
}

Served open_for_serving(const fs::path& file, milliseconds busy_max) {
    const fs::path directory = file.parent_path();
    make_directory(directory);
    const Opening alone(directory, std::max(busy_max, opening_time_max));
    auto lock = ServingLock::take(directory);
    if (!lock) {
        throw std::runtime_error(
            "another latchkey serves from " + directory.string() +
            " already. Stop it, or choose another directory with --data."
        );
    }
    return {std::move(lock), opened(file, busy_max, true)};
}

}  // namespace latchkey::store
