/// The one server of a data directory.
#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "store/database.hpp"
#include "store/sqlite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace latchkey::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<login::Login> store_login(Database& database, int fill) {
    login::LoginStore::Change change =
        [fill](const std::optional<login::Login>&) -> Result<login::Login> {
        return scanned_login(fill);
    };
    return await(database.logins().update(login_id(noon, fill), std::move(change), asked));
}

TEST(ServingADatabase, IsForOneProcessAtATime) {
    const FreshDirectory directory;
    const Database first(directory.path(), {}, Use::serving);

    EXPECT_THROW(Database(directory.path(), {}, Use::serving), std::runtime_error);
    EXPECT_NO_THROW(Database(directory.path())) << "a command may run beside the server";
}

TEST(ServingADatabase, EndsWithTheServer) {
    const FreshDirectory directory;
    {
        const Database first(directory.path(), {}, Use::serving);
    }

    EXPECT_NO_THROW(Database(directory.path(), {}, Use::serving));
}

TEST(ServingADatabase, KnowsWhichLoginsNobodyStored) {
    const FreshDirectory directory;
    Database database(directory.path(), {}, Use::serving);
    await(database.accounts().add_account(ada)).value();
    store_login(database, 1).value();

    EXPECT_FALSE(database.logins().surely_absent(login_id(noon, 1)));
    EXPECT_TRUE(database.logins().surely_absent(login_id(noon, 2)));
}

TEST(ServingADatabase, KnowsTheLoginsOfAnEarlierRun) {
    const FreshDirectory directory;
    {
        Database earlier(directory.path(), {}, Use::serving);
        await(earlier.accounts().add_account(ada)).value();
        store_login(earlier, 1).value();
    }
    Database database(directory.path(), {}, Use::serving);

    EXPECT_FALSE(database.logins().surely_absent(login_id(noon, 1)));
    EXPECT_TRUE(database.logins().surely_absent(login_id(noon, 2)));
}

/// Makes the database one of an older Latchkey.
void make_older(const FreshDirectory& directory) {
    Connection(
        directory.path() / Database::file_name, Connection::Access::read_write, milliseconds(0)
    )
        .execute("PRAGMA user_version = 0");
}
std::int64_t version_of(const FreshDirectory& directory) {
    return Connection(
               directory.path() / Database::file_name,
               Connection::Access::read_only,
               milliseconds(0)
    )
        .number("PRAGMA user_version");
}
/// Why it cannot be opened.
std::string refusal(const FreshDirectory& directory, Use use) {
    try {
        const Database opened(directory.path(), {}, use);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "it could be opened";
}

TEST(ServingADatabase, ASecondServerChangesNothingUnderTheFirst) {
    const FreshDirectory directory;
    const Database first(directory.path(), {}, Use::serving);
    make_older(directory);

    EXPECT_THAT(
        refusal(directory, Use::serving),
        AllOf(HasSubstr("another latchkey serves from"), HasSubstr(directory.path().string()))
    );
    EXPECT_EQ(version_of(directory), 0);
}

TEST(ACommandOnADatabase, BringsNoSchemaUpToDateUnderARunningServer) {
    const FreshDirectory directory;
    const Database server(directory.path(), {}, Use::serving);
    make_older(directory);

    EXPECT_THAT(
        refusal(directory, Use::beside_others),
        AllOf(
            HasSubstr("version 0"), HasSubstr("serves from it"), HasSubstr("Stop that server first")
        )
    );
    EXPECT_EQ(version_of(directory), 0);
}

TEST(ACommandOnADatabase, LeavesTheDirectoryToTheServerThatStartsNext) {
    const FreshDirectory directory;
    const Database command(directory.path());

    EXPECT_NO_THROW(Database(directory.path(), {}, Use::serving));
}

TEST(ACommandOnADatabase, IsNeverSureThatALoginIsAbsent) {
    const FreshDirectory directory;
    Database database(directory.path());

    EXPECT_FALSE(database.logins().surely_absent(login_id(noon, 2)));
}

}  // namespace
}  // namespace latchkey::store
