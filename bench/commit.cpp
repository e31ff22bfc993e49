#include "scenario.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sqlite3.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace latchkey::bench {
namespace {

/// A directory that is removed at the end, with all in it.
class ScratchDirectory {
 public:
    explicit ScratchDirectory(const std::string& parent) {
        path_ = parent + "/latchkey-bench-XXXXXX";
        if (::mkdtemp(path_.data()) == nullptr) {
            throw std::runtime_error("cannot make a directory in " + parent);
        }
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

void check(int code, sqlite3* database) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database));
}

Database open_database(const std::string& path) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open(path.c_str(), &raw);
    Database database(raw);
    check(code, raw);
    constexpr auto schema =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE logins (id BLOB PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID;";
    check(sqlite3_exec(raw, schema, nullptr, nullptr, nullptr), raw);
    return database;
}

int run(const Arguments& arguments) {
    const auto count = arguments.number("count", 1, 1'000'000);
    const auto row_bytes = arguments.number("row-bytes", 1, 65536);
    const std::chrono::microseconds pause(arguments.number("pause-us", 0, 1'000'000));
    const ScratchDirectory directory(arguments.text("directory"));
    const auto database = open_database(directory.path() + "/commit.sqlite3");

    sqlite3_stmt* raw = nullptr;
    const char* insert = "INSERT INTO logins (id, row) VALUES (randomblob(12), randomblob(?))";
    check(sqlite3_prepare_v2(database.get(), insert, -1, &raw, nullptr), database.get());
    const Statement statement(raw);
    check(sqlite3_bind_int64(raw, 1, row_bytes), database.get());

    Sample commit;
    for (std::int64_t i = 0; i < count; ++i) {
        if (pause.count() > 0) std::this_thread::sleep_for(pause);
        const auto started = Clock::now();
        check(sqlite3_step(raw), database.get());
        const std::chrono::duration<double, std::micro> took = Clock::now() - started;
        check(sqlite3_reset(raw), database.get());
        commit.add(took.count());
    }
    Report("commit")
        .add("directory", arguments.text("directory"))
        .add("commits", count)
        .add("row_bytes", row_bytes)
        .add("pause_us", static_cast<std::int64_t>(pause.count()))
        .add("commit", commit)
        .print();
    return 0;
}

}  // namespace

Scenario commit_scenario() {
    return {
        "commit",
        "one durable commit of SQLite (WAL, synchronous=FULL, one row), again and again",
        {
            {"directory", "/tmp", "a directory on the disk to measure"},
            {"count", "2000", "commits"},
            {"row-bytes", "200", "size of a row"},
            {"pause-us", "0", "rest before each: a disk that rests answers later"},
        },
        run,
    };
}

}  // namespace latchkey::bench
