/// A database of an earlier version goes on with this one.
#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "contract/old_database.hpp"
#include "store/database.hpp"
#include "store/rows.hpp"
#include "store/schema.hpp"
#include "store/serving_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::store {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class UpgradeFrom : public testing::Test {
 protected:
    explicit UpgradeFrom(const std::string& fixture) {
        make_old_database(directory_.path(), fixture);
    }
    std::int64_t number(const char* sql) const {
        Connection connection(
            directory_.path() / Database::file_name,
            Connection::Access::read_only,
            milliseconds(1'000)
        );
        return connection.number(sql);
    }
    FreshDirectory directory_;
};

class UpgradeFromVersion1 : public UpgradeFrom {
 protected:
    UpgradeFromVersion1() : UpgradeFrom("version_1.sql") {}
};

class UpgradeFromVersion2 : public UpgradeFrom {
 protected:
    UpgradeFromVersion2() : UpgradeFrom("version_2.sql") {}
};

class UpgradeFromVersion4 : public UpgradeFrom {
 protected:
    UpgradeFromVersion4() : UpgradeFrom("version_4.sql") {}
};

class UpgradeFromVersion5 : public UpgradeFrom {
 protected:
    UpgradeFromVersion5() : UpgradeFrom("version_5.sql") {}
};

TEST_F(UpgradeFromVersion1, BringsTheSchemaUpToDateAndKeepsEveryRow) {
    ASSERT_EQ(number("PRAGMA user_version"), 1);
    {
        const Database database(directory_.path());
    }
    EXPECT_EQ(number("PRAGMA user_version"), schema_version());
    EXPECT_EQ(number("SELECT count(*) FROM accounts"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM sessions"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM logins"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(UpgradeFromVersion1, HasTheSchemaThatAFreshOneHas) {
    const auto columns = [](const std::filesystem::path& directory) {
        const Database database(directory);
        Connection connection(
            directory / Database::file_name, Connection::Access::read_only, milliseconds(1'000)
        );
        Statement all(
            connection,
            "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || "
            "coalesce(c.dflt_value, '') || ' ' || c.pk FROM sqlite_schema m, "
            "pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid"
        );
        std::vector<std::string> lines;
        Query query = all();
        while (query.next()) lines.push_back(query.text(0));
        return lines;
    };
    const FreshDirectory fresh;

    EXPECT_EQ(columns(directory_.path()), columns(fresh.path()));
}

TEST_F(UpgradeFromVersion1, PeopleAreStillSignedInAndStillPutOut) {
    Database database(directory_.path());

    const auto phone =
        await(database.sessions().session_by_hash(filled<crypto::Sha256>(9), noon)).value();
    ASSERT_TRUE(phone);
    EXPECT_EQ(phone->account_name, "Ada");
    EXPECT_EQ(phone->session.browser, "Safari");
    EXPECT_EQ(phone->session.browser_mark, std::nullopt);
    const auto browser = await(database.sessions().session(ada.id, filled<SessionId>(5))).value();
    ASSERT_TRUE(browser);
    EXPECT_EQ(browser->approved_by, phone->session.id);
    EXPECT_TRUE(await(database.accounts().account_named("ben")).value()->disabled);
}

TEST_F(UpgradeFromVersion1, ALoginThatWasApprovedBeforeIsCollectedAfter) {
    Database database(directory_.path());
    const LoginId waiting = login_id(noon, 1);
    const LoginId approved = login_id(noon, 2);

    const auto seen = await(database.logins().find(waiting)).value();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->state, login::State::scanned);
    EXPECT_EQ(seen->account, ada.id);

    const auto collecting = [](const std::optional<login::Login>& login) {
        return collected(login, grant(7).id, noon + seconds(1));
    };
    ASSERT_TRUE(await(database.logins().collect(approved, collecting, as_session(7))));
    EXPECT_TRUE(await(database.sessions().session(ada.id, grant(7).id)).value());
}

TEST_F(UpgradeFromVersion1, ItsNewTablesWork) {
    {
        Database database(directory_.path());
        await(database.accounts().set_password(ada.id, "another hash", noon)).value();
        const AuditVerdict verdict = await(database.audit().verify()).value();
        EXPECT_EQ(verdict.intact, 1);
        EXPECT_EQ(verdict.fault, std::nullopt);
    }
    Rows rows(
        Connection(
            directory_.path() / Database::file_name,
            Connection::Access::read_write,
            milliseconds(1'000)
        ),
        identity::session_idle_max
    );
    EXPECT_EQ(rows.accounts.denied_at(ada.id), Time{}) << "nobody was denied before";
    rows.browsers.add(ada.id, filled<BrowserMark>(1), noon);
    EXPECT_THAT(rows.browsers.known_marks(ada.id), SizeIs(1));
}

TEST_F(UpgradeFromVersion1, ARunningServerOfThatVersionIsNotMigratedUnder) {
    const auto lock = ServingLock::take(directory_.path());
    try {
        const Database database(directory_.path());
        FAIL() << "a command must not change the schema under a server";
    } catch (const std::runtime_error& fault) {
        EXPECT_THAT(fault.what(), HasSubstr("Stop that server first"));
    }
    EXPECT_EQ(number("PRAGMA user_version"), 1);
}

TEST_F(UpgradeFromVersion2, KeepsEveryRowAndTheAuditLogIntact) {
    ASSERT_EQ(number("PRAGMA user_version"), 2);
    Database database(directory_.path());

    EXPECT_EQ(number("PRAGMA user_version"), schema_version());
    EXPECT_EQ(number("SELECT count(*) FROM accounts"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM sessions"), 4);
    EXPECT_EQ(number("SELECT count(*) FROM logins"), 3);
    EXPECT_EQ(number("SELECT count(*) FROM clients"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM passkeys"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    const auto verdict = await(database.audit().verify()).value();
    EXPECT_FALSE(verdict.fault);
    EXPECT_EQ(verdict.intact, number("SELECT seq FROM audit_head"));
}

TEST_F(UpgradeFromVersion2, TheOldestAccountThatIsNotDisabledAdministers) {
    Database database(directory_.path());
    for (const auto& account : await(database.accounts().accounts()).value()) {
        const bool is_ada = account.name == "Ada";
        EXPECT_EQ(account.role, is_ada ? identity::Role::admin : identity::Role::person);
    }
}

TEST_F(UpgradeFromVersion2, AnAccountOfThenGetsAPasskeyAndSignsInWithIt) {
    Database database(directory_.path());
    const auto account = await(database.accounts().account_named("ada")).value();
    ASSERT_TRUE(account);
    identity::Passkey passkey;
    passkey.credential.id = {std::byte{1}};
    passkey.credential.account = account->id;
    passkey.credential.public_key = {std::byte{2}};
    passkey.name = "Key";
    passkey.created_at = noon;
    const auto spent = [](int fill) {
        return identity::SpentChallenge{filled<crypto::Sha256>(fill), noon + seconds(330)};
    };

    await(database.sessions().add_session({session_of(*account, 6), account->password_hash, {}})
    ).value();
    await(database.passkeys().add_passkey({passkey, filled<SessionId>(6), spent(1), {}})).value();
    EXPECT_TRUE(await(database.passkeys().sign_in_by_passkey({
        .credential = passkey.credential,
        .challenge = spent(2),
        .session = session_of(*account, 7),
        .replaces = std::nullopt,
    })));
    EXPECT_THAT(await(database.passkeys().passkeys_of(account->id)).value(), SizeIs(1));
    EXPECT_FALSE(await(database.audit().verify()).value().fault);
}

TEST_F(UpgradeFromVersion4, KeepsWhatWasSignedAndWhoMayWhat) {
    ASSERT_EQ(number("PRAGMA user_version"), 4);
    Database database(directory_.path());

    EXPECT_EQ(number("PRAGMA user_version"), schema_version());
    EXPECT_EQ(number("SELECT count(*) FROM passkeys"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM audit_evidence"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM sessions"), 3);
    EXPECT_EQ(number("SELECT count(*) FROM clients WHERE stopped_at IS NOT NULL"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    const auto verdict = await(database.audit().verify()).value();
    EXPECT_FALSE(verdict.fault);
    EXPECT_EQ(verdict.intact, 14);
    const auto ben = await(database.accounts().account_named("ben")).value();
    EXPECT_EQ(ben->role, identity::Role::admin);
}

TEST_F(UpgradeFromVersion4, ItsPeopleDropTheirPasswordsAndGetRecoveryCodes) {
    Database database(directory_.path());
    const auto ada = await(database.accounts().account_named("ada")).value();
    const auto ben = await(database.accounts().account_named("ben")).value();

    EXPECT_TRUE(await(database.accounts().drop_password(ada->id, noon)));
    EXPECT_EQ(
        await(database.accounts().drop_password(ben->id, noon)).error(), identity::Errc::last_way_in
    );
    const std::vector<crypto::Sha256> codes{filled<crypto::Sha256>(7)};
    EXPECT_TRUE(await(database.recovery().replace_codes(ada->id, codes, noon)));
    EXPECT_TRUE(await(database.recovery().sign_in_by_code({codes[0], session_of(*ada, 8), {}})));
    EXPECT_FALSE(await(database.audit().verify()).value().fault);
}

TEST_F(UpgradeFromVersion4, WhoIsDeletedTakesTheirRowsAndLeavesTheLog) {
    Database database(directory_.path());
    const auto ada = await(database.accounts().account_named("ada")).value();

    EXPECT_TRUE(await(database.accounts().remove_account(ada->id, noon)));

    for (const char* const table : {"sessions", "passkeys", "browsers"}) {
        const std::string count = "SELECT count(*) FROM " + std::string(table);
        EXPECT_EQ(number(count.c_str()), 0) << table;
    }
    EXPECT_EQ(number("SELECT count(*) FROM logins WHERE account <> zeroblob(16)"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM audit_evidence"), 2);
    EXPECT_FALSE(await(database.audit().verify()).value().fault);
}

TEST_F(UpgradeFromVersion5, KeepsTheAuditLogAndGoesOnAddingToIt) {
    ASSERT_EQ(number("PRAGMA user_version"), 5);
    Database database(directory_.path());

    EXPECT_EQ(number("PRAGMA user_version"), schema_version());
    EXPECT_EQ(number("SELECT count(*) FROM sessions"), 4);
    EXPECT_EQ(number("SELECT count(*) FROM logins"), 3);
    EXPECT_EQ(number("SELECT count(*) FROM recovery_codes"), 10);
    EXPECT_EQ(number("SELECT count(*) FROM invitations"), 1);
    const auto ada = await(database.accounts().account_named("ada")).value();
    EXPECT_TRUE(await(database.accounts().set_disabled(ada->id, true, noon)));
    const auto verdict = await(database.audit().verify()).value();
    EXPECT_FALSE(verdict.fault);
    EXPECT_EQ(verdict.intact, 16);
}

}  // namespace
}  // namespace latchkey::store
