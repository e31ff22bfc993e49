/// SQLite as values: a connection, a statement that is prepared once, one use of it.
/// Not thread-safe: one thread per connection and all that hangs on it. Failures of the database
/// are exceptions in here (`SqliteError`), and never leave this room.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace latchkey::store {

class SqliteError : public std::runtime_error {
 public:
    SqliteError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
    /// SQLite's extended result code.
    int code() const { return code_; }

 private:
    int code_;
};

class Connection {
 public:
    enum class Access : std::uint8_t { read_only, read_write };
    /// Opens the file (it must exist) with the settings that every connection here has: foreign
    /// keys on, the schema trusted with nothing, deleted content overwritten, an fsync at each
    /// commit. Waits at most `busy_max` for another process that writes.
    Connection(const std::filesystem::path& file, Access access, milliseconds busy_max);

    /// Runs statements that answer nothing.
    void execute(const char* sql);
    /// The single number that a statement answers.
    std::int64_t number(const char* sql);
    /// How many rows the last INSERT, UPDATE or DELETE touched.
    std::int64_t changes() const;
    /// Whether a transaction is open. Some failures (a full disk) end it on SQLite's own account.
    bool in_transaction() const;

    /// From now on the write-ahead log is copied into the database only by `copy_log`, never inside
    /// a commit that somebody waits for.
    void copy_log_by_hand();
    /// Pages in the write-ahead log after the last commit here.
    int log_pages() const { return log_pages_ ? *log_pages_ : 0; }
    /// Copies the log into the database, as far as readers let it; with `start_over` waits for
    /// them `start_over_wait_max` at the longest, so that the log's file is used from its beginning
    /// again. Not being able to is no error: the log grows.
    void copy_log(bool start_over);
    static constexpr milliseconds start_over_wait_max{20};

    sqlite3* handle() const { return handle_.get(); }

 private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    void wait_for_others(milliseconds busy_max);

    milliseconds busy_max_;
    std::unique_ptr<int> log_pages_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// One run of a statement. The statement is ready for its next run when this goes.
class Query {
 public:
    explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    /// Whether there is a (further) row. Errors: throws.
    bool next();

    std::int64_t number(int column) const;
    std::string text(int column) const;
    bool is_null(int column) const;
    std::vector<std::byte> octets(int column) const;
    Time time(int column) const { return from_unix_ms(number(column)); }
    /// Bytes of a fixed size. Throws `SqliteError` when the column has another size.
    template <class T>
    T bytes(int column) const {
        T value;
        copy_bytes(column, value.span());
        return value;
    }

 private:
    void copy_bytes(int column, std::span<std::byte> to) const;
    sqlite3_stmt* statement_;
};

/// Prepared once, used for the life of the connection (which must outlive it).
class Statement {
 public:
    Statement(Connection& connection, std::string_view sql);

    /// Binds the arguments to `?1`, `?2` and so on (copying them) and is ready for `next`.
    template <class... Arguments>
    Query operator()(const Arguments&... arguments) {
        int place = 0;
        (bind(++place, arguments, Kept::copied), ...);
        return Query(statement_.get());
    }
    /// As above, for statements that answer no row. Nothing is copied: the arguments outlive it.
    template <class... Arguments>
    void run(const Arguments&... arguments) {
        int place = 0;
        (bind(++place, arguments, Kept::by_caller), ...);
        Query query(statement_.get());
        query.next();
    }

 private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    /// Texts and bytes, until the statement has run.
    enum class Kept : std::uint8_t { copied, by_caller };
    void bind(int place, std::int64_t value, Kept);
    void bind(int place, std::string_view value, Kept kept);
    void bind(int place, ByteView value, Kept kept);
    void bind(int place, std::nullptr_t, Kept);
    void bind(int place, const std::string& value, Kept kept) {
        bind(place, std::string_view(value), kept);
    }
    void bind(int place, bool value, Kept kept) { bind(place, std::int64_t{value}, kept); }
    void bind(int place, Time value, Kept kept) { bind(place, to_unix_ms(value), kept); }
    template <class Tag, std::size_t N>
    void bind(int place, const Bytes<Tag, N>& value, Kept kept) {
        bind(place, value.view(), kept);
    }
    template <class T>
    void bind(int place, const std::optional<T>& value, Kept kept) {
        value ? bind(place, *value, kept) : bind(place, nullptr, kept);
    }

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace latchkey::store
