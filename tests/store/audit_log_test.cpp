#include "store/audit_log.hpp"

#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "contract/tampering.hpp"
#include "store/audit_events.hpp"
#include "store/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace latchkey::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using What = AuditFault::What;

class AuditLogOf : public testing::Test {
 protected:
    void append(int number) {
        ops::AuditEvent event{.at = noon + seconds(number), .kind = "login.scanned"};
        event.account = ada.id;
        event.login = login_id(noon, number);
        event.session = filled<SessionId>(number);
        event.address = "203.0.113." + std::to_string(number);
        await(database_.audit().append(event)).value();
    }
    void append_five() {
        for (int i = 1; i <= 5; ++i) append(i);
    }
    /// What somebody does who has the file.
    void run_sql(const std::string& sql) {
        Connection(
            directory_.path() / Database::file_name,
            Connection::Access::read_write,
            milliseconds(1'000)
        )
            .execute(sql.c_str());
    }
    void tamper(const std::string& sql) {
        run_sql(std::string(unlocked_audit_log) + "PRAGMA ignore_check_constraints = ON;" + sql);
    }
    std::optional<AuditFault> fault() { return await(database_.audit().verify()).value().fault; }
    std::vector<AuditEntry> events() { return await(database_.audit().after(0)).value().entries; }
    std::vector<std::string> kinds() {
        std::vector<std::string> kinds;
        for (const AuditEntry& entry : events()) kinds.push_back(entry.row.event.kind);
        return kinds;
    }

    FreshDirectory directory_;
    Database database_{directory_.path()};
};

TEST_F(AuditLogOf, KeepsEventsAsTheyWereInOrderAndIsIntact) {
    append_five();

    const auto all = events();
    ASSERT_THAT(all, SizeIs(5));
    EXPECT_EQ(all[2].row.number, 3);
    EXPECT_EQ(all[2].row.event.login, login_id(noon, 3));
    EXPECT_EQ(all[2].row.event.session, filled<SessionId>(3));
    EXPECT_EQ(all[2].row.event.at, noon + seconds(3));
    EXPECT_EQ(all[2].row.event.address, "203.0.113.3");
    const AuditVerdict verdict = await(database_.audit().verify()).value();
    EXPECT_EQ(verdict.fault, std::nullopt);
    EXPECT_EQ(verdict.intact, 5);
    EXPECT_EQ(verdict.hash, all[4].row.hash);
}

TEST_F(AuditLogOf, IsOnlyAddedTo) {
    append_five();

    EXPECT_THROW(run_sql("UPDATE audit SET detail = '' WHERE seq = 3"), SqliteError);
    EXPECT_THROW(run_sql("DELETE FROM audit WHERE seq = 5"), SqliteError);
    EXPECT_EQ(fault(), std::nullopt);
    EXPECT_THAT(events(), SizeIs(5));
}

TEST_F(AuditLogOf, AnEmptyOneIsIntact) {
    EXPECT_EQ(fault(), std::nullopt);
    EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AuditLogOf, IsReadOnFromAnyEvent) {
    append_five();

    const auto rest = await(database_.audit().after(3)).value().entries;

    ASSERT_THAT(rest, SizeIs(2));
    EXPECT_EQ(rest[0].row.number, 4);
}

struct Change {
    const char* what;
    const char* sql;
    AuditFault found;
};
void PrintTo(const Change& change, std::ostream* out) {
    *out << change.sql;
}

class AuditLogTampered : public AuditLogOf, public testing::WithParamInterface<Change> {};

TEST_P(AuditLogTampered, IsFoundAndNamed) {
    append_five();
    tamper(GetParam().sql);

    EXPECT_EQ(fault(), GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Changes,
    AuditLogTampered,
    testing::Values(
        Change{"Time", "UPDATE audit SET at = at + 1 WHERE seq = 3", {3, What::changed}},
        Change{"Kind", "UPDATE audit SET kind = 'login.denied' WHERE seq = 3", {3, What::changed}},
        Change{"Account", "UPDATE audit SET account = NULL WHERE seq = 1", {1, What::changed}},
        Change{"Login", "UPDATE audit SET login = zeroblob(12) WHERE seq = 3", {3, What::changed}},
        Change{"Session", "UPDATE audit SET session = NULL WHERE seq = 5", {5, What::changed}},
        Change{"Client", "UPDATE audit SET client = 1 WHERE seq = 3", {3, What::changed}},
        Change{
            "ClientBeyondItsBytes",
            "UPDATE audit SET client = 4294967296 WHERE seq = 3",
            {3, What::changed}
        },
        Change{"Address", "UPDATE audit SET address = '' WHERE seq = 3", {3, What::changed}},
        Change{"Detail", "UPDATE audit SET detail = '{}' WHERE seq = 3", {3, What::changed}},
        Change{
            "BytesOfAWrongSize",
            "UPDATE audit SET account = x'01' WHERE seq = 3",
            {3, What::changed}
        },
        Change{"Hash", "UPDATE audit SET hash = zeroblob(32) WHERE seq = 3", {3, What::changed}},
        Change{
            "HashOfAWrongSize", "UPDATE audit SET hash = x'00' WHERE seq = 3", {3, What::changed}
        },
        Change{"OneGone", "DELETE FROM audit WHERE seq = 3", {3, What::missing}},
        Change{"FirstGone", "DELETE FROM audit WHERE seq = 1", {1, What::missing}},
        Change{"LastGone", "DELETE FROM audit WHERE seq = 5", {5, What::missing}},
        Change{"AllGone", "DELETE FROM audit", {1, What::missing}},
        Change{
            "LastGoneAndUncounted",
            "DELETE FROM audit WHERE seq = 5; DELETE FROM audit_head",
            {1, What::uncounted}
        },
        Change{
            "GapClosed",
            "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3",
            {3, What::changed}
        },
        Change{
            "NeighboursSwapped",
            "UPDATE audit SET seq = -1 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;"
            "UPDATE audit SET seq = 3 WHERE seq = -1",
            {2, What::changed}
        },
        Change{
            "SwappedApart",
            "UPDATE audit SET seq = -1 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 1;"
            "UPDATE audit SET seq = 1 WHERE seq = -1",
            {1, What::changed}
        },
        Change{
            "PutBeforeTheFirst",
            "INSERT INTO audit SELECT -7, at, kind, account, login, session, client, address, "
            "detail, hash FROM audit WHERE seq = 1",
            {-7, What::changed}
        },
        Change{
            "PutAfterTheLast",
            "INSERT INTO audit SELECT 6, at, kind, account, login, session, client, address, "
            "detail, hash FROM audit WHERE seq = 5",
            {6, What::changed}
        }
    ),
    [](const auto& change) { return std::string(change.param.what); }
);

TEST_F(AuditLogOf, WhatWasTakenFromItsEndIsStillMissedWhenItGoesOn) {
    append_five();
    tamper("DELETE FROM audit WHERE seq = 5");
    append(6);

    EXPECT_EQ(fault(), (AuditFault{5, What::missing}));
}

TEST_F(AuditLogOf, ReadsUpToAnEventThatIsNone) {
    append_five();
    tamper("UPDATE audit SET login = x'00' WHERE seq = 3");

    const auto piece = await(database_.audit().after(0)).value();

    EXPECT_THAT(piece.entries, SizeIs(2));
    EXPECT_EQ(piece.broken, 3);
}

TEST_F(AuditLogOf, TwoThatWriteAtOnceMakeOneChain) {
    Database other(directory_.path());
    std::vector<Async<Result<void>>> callers;
    for (int i = 0; i < 100; ++i) {
        AuditLog& log = (i % 2 == 0 ? database_ : other).audit();
        callers.push_back(log.append({.at = noon, .kind = "login.scanned"}));
    }

    for (const auto& answer : await_all(std::move(callers))) ASSERT_TRUE(answer);

    EXPECT_EQ(fault(), std::nullopt);
    EXPECT_THAT(events(), SizeIs(100));
}

TEST_F(AuditLogOf, WhatIsUndoneWasNeverTold) {
    await(database_.accounts().add_account(ada)).value();
    std::vector<Async<Result<void>>> callers;
    for (int i = 0; i < 20; ++i) {
        identity::NewSession wanted = new_session(ada, i);
        if (i % 2 == 0) wanted.proven_hash = "another";
        callers.push_back(database_.sessions().add_session(wanted));
    }
    await_all(std::move(callers));

    EXPECT_THAT(events(), SizeIs(11));
    EXPECT_EQ(fault(), std::nullopt);
}

TEST_F(AuditLogOf, TellsOfAccountsAndSessions) {
    identity::Session first = session_of(ada, 1);
    first.kind = identity::SessionKind::setup;
    await(database_.accounts().found_account({ada, first}, {.by = identity::Admission::By::setup}))
        .value();
    await(database_.accounts().add_account(ben)).value();
    identity::NewSession second = new_session(ada, 2);
    second.replaces = first.token_hash;
    await(database_.sessions().add_session(second)).value();
    await(database_.sessions().end_session(
              ada.id, second.session.id, identity::EndedFrom::elsewhere, noon + seconds(5)
          ))
        .value();
    await(database_.accounts().set_disabled(ben.id, true, noon)).value();
    await(database_.accounts().set_disabled(ben.id, false, noon)).value();
    await(database_.accounts().set_shown_as(ben.id, identity::ShownAs::initials, noon)).value();
    await(database_.sessions().add_session(new_session(ben, 3))).value();
    for (int i = 0; i < 2; ++i) {
        await(database_.sessions().end_sessions(ben.id, std::nullopt, noon)).value();
    }

    EXPECT_THAT(
        kinds(),
        ElementsAre(
            "account.added",
            "session.began",
            "account.added",
            "session.ended",
            "session.began",
            "session.ended",
            "account.disabled",
            "account.enabled",
            "account.shown-as",
            "session.began",
            "sessions.ended"
        )
    );
    const auto all = events();
    EXPECT_EQ(all[0].account_name, "Ada");
    EXPECT_EQ(all[0].row.event.detail, R"({"name":"Ada","role":"person"})");
    EXPECT_EQ(all[1].row.event.address, first.address);
    EXPECT_EQ(all[1].row.event.detail, R"({"by":"setup","browser":"Firefox","system":"Linux"})");
    EXPECT_EQ(all[3].row.event.session, first.id);
    EXPECT_EQ(all[3].row.event.detail, R"({"why":"replaced"})");
    EXPECT_EQ(all[5].row.event.session, second.session.id);
    EXPECT_EQ(all[5].row.event.at, noon + seconds(5));
    EXPECT_EQ(all[7].row.event.account, ben.id);
    EXPECT_EQ(all[8].row.event.detail, R"({"shown_as":"initials"})");
    EXPECT_EQ(fault(), std::nullopt);
}

TEST_F(AuditLogOf, ANewPasswordTellsHowManySessionsItEnded) {
    await(database_.accounts().add_account(ada)).value();
    for (int i = 1; i <= 3; ++i) {
        await(database_.sessions().add_session(new_session(ada, i))).value();
    }

    await(database_.accounts().set_password(ada.id, "another hash", noon)).value();

    EXPECT_EQ(events().back().row.event.kind, "account.password");
    EXPECT_EQ(events().back().row.event.detail, R"({"sessions_ended":3})");
}

TEST_F(AuditLogOf, WhatFailsIsNotTold) {
    await(database_.accounts().add_account(ada)).value();
    const auto before = events().size();

    EXPECT_FALSE(await(database_.accounts().add_account(account_of("ada", 7))));
    EXPECT_FALSE(await(database_.accounts().set_password(ben.id, "hash", noon)));
    EXPECT_FALSE(await(database_.accounts().set_disabled(ben.id, true, noon)));
    EXPECT_FALSE(await(database_.sessions().end_session(
        ada.id, filled<SessionId>(1), identity::EndedFrom::elsewhere, noon
    )));
    EXPECT_FALSE(await(database_.clients().rotate_key("nobody", {}, noon)).value());
    EXPECT_FALSE(await(database_.clients().remove_client("nobody", noon)).value());
    EXPECT_FALSE(await(database_.clients().stop_client("nobody", true, noon)).value());

    EXPECT_THAT(events(), SizeIs(before));
}

TEST_F(AuditLogOf, WhatCannotBeToldIsNotDone) {
    await(database_.accounts().add_account(ada)).value();
    await(database_.sessions().add_session(new_session(ada, 1))).value();
    login::Client shop;
    shop.id = "shop";
    shop.key_hash = filled<crypto::Sha256>(1);
    await(database_.clients().add_client(shop)).value();
    tamper("ALTER TABLE audit RENAME TO gone");

    EXPECT_FALSE(await(database_.accounts().add_account(ben)));
    EXPECT_FALSE(await(database_.accounts().set_password(ada.id, "another", noon)));
    EXPECT_FALSE(await(database_.accounts().set_disabled(ada.id, true, noon)));
    EXPECT_FALSE(await(database_.sessions().add_session(new_session(ada, 2))));
    EXPECT_FALSE(await(database_.sessions().end_session(
        ada.id, filled<SessionId>(1), identity::EndedFrom::elsewhere, noon
    )));
    EXPECT_FALSE(await(database_.clients().rotate_key("shop", {}, noon)));
    EXPECT_FALSE(await(database_.clients().stop_client("shop", true, noon)));
    EXPECT_FALSE(await(database_.clients().remove_client("shop", noon)));

    EXPECT_THAT(await(database_.accounts().accounts()).value(), SizeIs(1));
    const auto account = await(database_.accounts().account(ada.id)).value();
    EXPECT_EQ(account->password_hash, ada.password_hash);
    EXPECT_FALSE(account->disabled);
    EXPECT_THAT(await(database_.sessions().sessions_of(ada.id, noon)).value(), SizeIs(1));
    const auto clients = await(database_.clients().clients()).value();
    ASSERT_THAT(clients, SizeIs(1));
    EXPECT_EQ(clients.front().key_hash, shop.key_hash);
    EXPECT_FALSE(clients.front().stopped);
}

TEST_F(AuditLogOf, TellsOfClientsByTheNamesThatTheyHaveNow) {
    login::Client shop;
    shop.id = "shop";
    shop.name = "The shop";
    shop.created_at = noon;
    await(database_.clients().add_client(shop)).value();
    await(database_.clients().rotate_key("shop", filled<crypto::Sha256>(2), noon)).value();
    for (const bool stopped : {true, true, false, false}) {
        await(database_.clients().stop_client("shop", stopped, noon)).value();
    }
    await(database_.clients().remove_client("shop", noon + seconds(1))).value();

    EXPECT_THAT(
        kinds(),
        ElementsAre(
            "client.added", "client.key", "client.stopped", "client.resumed", "client.removed"
        )
    );
    const AuditEntry last = events().back();
    EXPECT_EQ(last.row.event.client, 1U);
    EXPECT_EQ(last.row.event.at, noon + seconds(1));
    EXPECT_EQ(last.client_id, "shop") << "also when it is gone";
    EXPECT_EQ(last.client_name, "The shop");
}

}  // namespace
}  // namespace latchkey::store
