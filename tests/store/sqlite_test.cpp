#include "store/sqlite.hpp"

#include "contract/fresh_directory.hpp"
#include "store/open.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <sqlite3.h>

namespace latchkey::store {
namespace {

struct ValueTag;
using Value = Bytes<ValueTag, 4>;

class SqliteLayer : public testing::Test {
 protected:
    FreshDirectory directory_;
    std::filesystem::path file_ = directory_.path() / "latchkey.db";
    Connection connection_ = open_for_writing(file_, milliseconds(0));
};

TEST_F(SqliteLayer, GivesBackWhatWasBound) {
    connection_.execute("CREATE TABLE t (a, b, c, d, e, f)");
    Statement insert(connection_, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    const Value value{{std::byte{1}, std::byte{0}, std::byte{255}, std::byte{4}}};
    insert.run(
        std::int64_t{-1},
        std::string("nul \0 inside", 12),
        value,
        from_unix_ms(5),
        std::optional<Value>(),
        true
    );

    Statement select(connection_, "SELECT * FROM t");
    Query query = select();
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.number(0), -1);
    EXPECT_EQ(query.text(1), std::string("nul \0 inside", 12));
    EXPECT_EQ(query.bytes<Value>(2), value);
    EXPECT_EQ(query.time(3), from_unix_ms(5));
    EXPECT_TRUE(query.is_null(4));
    EXPECT_EQ(query.number(5), 1);
    EXPECT_FALSE(query.next());
}

TEST_F(SqliteLayer, AnEmptyTextIsNotNull) {
    Statement echo(connection_, "SELECT ?1");
    Query query = echo(std::string_view());
    ASSERT_TRUE(query.next());
    EXPECT_FALSE(query.is_null(0));
    EXPECT_EQ(query.text(0), "");
}

TEST_F(SqliteLayer, AStatementIsReadyForItsNextRunWhateverTheLastOneCameTo) {
    connection_.execute("CREATE TABLE t (a TEXT PRIMARY KEY) STRICT");
    Statement insert(connection_, "INSERT INTO t VALUES (?1)");
    insert.run(std::string("x"));

    EXPECT_THROW(insert.run(std::string("x")), SqliteError);

    EXPECT_NO_THROW(insert.run(std::string("y")));
    EXPECT_EQ(connection_.number("SELECT count(*) FROM t"), 2);
}

TEST_F(SqliteLayer, FailuresSayWhatSqliteSays) {
    try {
        Statement broken(connection_, "SELECT * FROM nowhere");
        FAIL() << "a statement on no table must throw";
    } catch (const SqliteError& fault) {
        EXPECT_EQ(fault.code(), SQLITE_ERROR);
        EXPECT_STREQ(fault.what(), "no such table: nowhere (SQLite error 1)");
    }
}

TEST_F(SqliteLayer, AStoredValueOfAnotherSizeIsDamage) {
    Statement echo(connection_, "SELECT x'010203'");
    Query query = echo();
    ASSERT_TRUE(query.next());
    EXPECT_THROW(query.bytes<Value>(0), SqliteError);
}

TEST_F(SqliteLayer, IsSafeAndDurable) {
    EXPECT_EQ(connection_.number("PRAGMA synchronous"), 2) << "FULL";
    EXPECT_EQ(connection_.number("PRAGMA foreign_keys"), 1);
    EXPECT_EQ(connection_.number("PRAGMA trusted_schema"), 0);
    EXPECT_EQ(connection_.number("PRAGMA secure_delete"), 1);
    Statement mode(connection_, "PRAGMA journal_mode");
    Query query = mode();
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.text(0), "wal");
    EXPECT_THROW(connection_.execute("SELECT \"no such column\""), SqliteError);
}

TEST_F(SqliteLayer, AReadOnlyConnectionCannotWrite) {
    Connection reader(file_, Connection::Access::read_only, milliseconds(0));
    EXPECT_THROW(reader.execute("DELETE FROM logins"), SqliteError);
    EXPECT_EQ(reader.number("SELECT count(*) FROM logins"), 0);
}

}  // namespace
}  // namespace latchkey::store
