#include "store/sqlite.hpp"

#include <algorithm>
#include <cstring>
#include <sqlite3.h>

namespace latchkey::store {
namespace {

[[noreturn]] void fail(sqlite3* handle) {
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
    const char* meaning = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    throw SqliteError(code, std::string(meaning) + " (SQLite error " + std::to_string(code) + ")");
}

void require(sqlite3* handle, int code) {
    if (code != SQLITE_OK) fail(handle);
}

sqlite3_destructor_type keeper(bool copied) {
    return copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
}

/// Nobody asks SQLite how much memory it has: counting it is a lock of the whole process at each
/// allocation. To be called before SQLite is used; later it changes nothing.
void leave_memory_uncounted() {
    static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(once);
}

/// What a connection keeps for the small pieces of memory that its statements take and give back at
/// each run; SQLite's own 40 pieces are too few for statements that stay prepared. 128 KiB.
constexpr int lookaside_piece_bytes = 256;
constexpr int lookaside_pieces = 512;

/// `synchronous` is FULL: in WAL mode each commit waits for its fsync, so what was answered
/// survives a power cut. 2 MiB of cache a connection is SQLite's own default.
constexpr const char* settings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA temp_store = MEMORY;";

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Connection::Connection(const std::filesystem::path& file, Access access, milliseconds busy_max)
    : busy_max_(busy_max) {
    leave_memory_uncounted();
    const int mode = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        file.c_str(), &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr
    );
    handle_.reset(opened);
    require(opened, code);
    wait_for_others(busy_max);
    require(
        opened,
        sqlite3_db_config(
            opened, SQLITE_DBCONFIG_LOOKASIDE, nullptr, lookaside_piece_bytes, lookaside_pieces
        )
    );
    for (const int guard : {SQLITE_DBCONFIG_DEFENSIVE}) {
        require(opened, sqlite3_db_config(opened, guard, 1, nullptr));
    }
    for (const int laxity : {SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML}) {
        require(opened, sqlite3_db_config(opened, laxity, 0, nullptr));
    }
    execute(settings);
}

void Connection::execute(const char* sql) {
    require(handle(), sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr));
}

std::int64_t Connection::number(const char* sql) {
    Statement statement(*this, sql);
    Query query = statement();
    return query.next() ? query.number(0) : 0;
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(handle());
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(handle()) == 0;
}

void Connection::copy_log_by_hand() {
    log_pages_ = std::make_unique<int>(0);
    const auto note = [](void* pages, sqlite3*, const char*, int in_log) {
        *static_cast<int*>(pages) = in_log;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle(), note, log_pages_.get());
}

void Connection::wait_for_others(milliseconds busy_max) {
    require(handle(), sqlite3_busy_timeout(handle(), static_cast<int>(busy_max.count())));
}

void Connection::copy_log(bool start_over) {
    if (!start_over) {
        sqlite3_wal_checkpoint_v2(handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        return;
    }
    // Somebody who reads for minutes must not hold up all who write.
    wait_for_others(std::min(busy_max_, start_over_wait_max));
    sqlite3_wal_checkpoint_v2(handle(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    wait_for_others(busy_max_);
}

Query::~Query() {
    sqlite3_reset(statement_);  // repeats the error that `next` has thrown
    sqlite3_clear_bindings(statement_);
}

bool Query::next() {
    switch (sqlite3_step(statement_)) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            fail(sqlite3_db_handle(statement_));
    }
}

std::int64_t Query::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
    const auto* const text = sqlite3_column_text(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::vector<std::byte> Query::octets(int column) const {
    const auto* const blob = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return {blob, blob + size};
}

void Query::copy_bytes(int column, std::span<std::byte> to) const {
    const void* const blob = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (blob == nullptr || static_cast<std::size_t>(size) != to.size()) {
        throw SqliteError(SQLITE_CORRUPT, "a stored value has the wrong size");
    }
    std::memcpy(to.data(), blob, to.size());
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement::Statement(Connection& connection, std::string_view sql) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(
        connection.handle(),
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &prepared,
        nullptr
    );
    statement_.reset(prepared);
    require(connection.handle(), code);
}

void Statement::bind(int place, std::int64_t value, Kept) {
    require(
        sqlite3_db_handle(statement_.get()), sqlite3_bind_int64(statement_.get(), place, value)
    );
}

void Statement::bind(int place, std::string_view value, Kept kept) {
    if (value.data() == nullptr) value = "";  // SQLite would take it for NULL
    require(
        sqlite3_db_handle(statement_.get()),
        sqlite3_bind_text64(
            statement_.get(),
            place,
            value.data(),
            value.size(),
            keeper(kept == Kept::copied),
            SQLITE_UTF8
        )
    );
}

void Statement::bind(int place, ByteView value, Kept kept) {
    require(
        sqlite3_db_handle(statement_.get()),
        sqlite3_bind_blob64(
            statement_.get(), place, value.data(), value.size(), keeper(kept == Kept::copied)
        )
    );
}

void Statement::bind(int place, std::nullptr_t, Kept) {
    require(sqlite3_db_handle(statement_.get()), sqlite3_bind_null(statement_.get(), place));
}

}  // namespace latchkey::store
