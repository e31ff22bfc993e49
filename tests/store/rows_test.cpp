#include "store/rows.hpp"

#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "store/database.hpp"
#include "store/open.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::store {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class RowsOf : public testing::Test {
 protected:
    RowsOf() {
        rows_.accounts.add(ada);
        rows_.accounts.add(ben);
    }
    FreshDirectory directory_;
    Rows rows_{
        open_for_writing(directory_.path() / "latchkey.db", milliseconds(0)),
        identity::session_idle_max
    };
};

TEST_F(RowsOf, AnAccountKnowsItsBrowsersEachOnce) {
    rows_.browsers.add(ada.id, filled<BrowserMark>(1), noon);
    rows_.browsers.add(ada.id, filled<BrowserMark>(2), noon + seconds(1));
    rows_.browsers.add(ben.id, filled<BrowserMark>(3), noon);
    rows_.browsers.add(ada.id, filled<BrowserMark>(1), noon + seconds(2));

    EXPECT_THAT(
        rows_.browsers.known_marks(ada.id),
        UnorderedElementsAre(filled<BrowserMark>(1), filled<BrowserMark>(2))
    );
    EXPECT_THAT(rows_.browsers.known_marks(filled<AccountId>(9)), IsEmpty());
}

TEST_F(RowsOf, OfTooManyBrowsersTheOldestGoAndNeverTheOneThatComes) {
    for (int i = 0; i < browsers_max; ++i) {
        rows_.browsers.add(ada.id, filled<BrowserMark>(i), noon + seconds(i));
    }
    rows_.browsers.add(ben.id, filled<BrowserMark>(0), noon);

    rows_.browsers.add(ada.id, filled<BrowserMark>(200), noon - seconds(1));

    const auto marks = rows_.browsers.known_marks(ada.id);
    EXPECT_THAT(marks, SizeIs(browsers_max));
    EXPECT_THAT(marks, Contains(filled<BrowserMark>(200)));
    EXPECT_THAT(marks, Not(Contains(filled<BrowserMark>(0))));
    EXPECT_THAT(marks, Contains(filled<BrowserMark>(1)));
    EXPECT_THAT(rows_.browsers.known_marks(ben.id), SizeIs(1)) << "each account has its own";
}

TEST_F(RowsOf, ABrowserThatComesAgainIsNotTheOldestAnyMore) {
    for (int i = 0; i < browsers_max; ++i) {
        rows_.browsers.add(ada.id, filled<BrowserMark>(i), noon + i * browser_seen_precision);
    }
    rows_.browsers.add(ada.id, filled<BrowserMark>(0), noon + 100 * browser_seen_precision);
    rows_.browsers.add(ada.id, filled<BrowserMark>(0), noon);

    rows_.browsers.add(ada.id, filled<BrowserMark>(200), noon + 101 * browser_seen_precision);

    const auto marks = rows_.browsers.known_marks(ada.id);
    EXPECT_THAT(marks, SizeIs(browsers_max));
    EXPECT_THAT(marks, Contains(filled<BrowserMark>(0)))
        << "a clock that goes back changes nothing";
    EXPECT_THAT(marks, Not(Contains(filled<BrowserMark>(1))));
}

TEST_F(RowsOf, ABrowserThatComesAgainWithinTheHourIsNotWrittenAgain) {
    rows_.browsers.add(ada.id, filled<BrowserMark>(1), noon);
    const auto changes = [this] { return rows_.connection.number("SELECT total_changes()"); };
    const std::int64_t before = changes();

    rows_.browsers.add(
        ada.id, filled<BrowserMark>(1), noon + browser_seen_precision - milliseconds(1)
    );
    EXPECT_EQ(changes(), before);
    rows_.browsers.add(ada.id, filled<BrowserMark>(1), noon + browser_seen_precision);
    EXPECT_EQ(changes(), before + 1);
}

TEST_F(RowsOf, ABrowserCanBeForgotten) {
    rows_.browsers.add(ada.id, filled<BrowserMark>(1), noon);

    EXPECT_FALSE(rows_.browsers.forget(ben.id, filled<BrowserMark>(1)));
    EXPECT_TRUE(rows_.browsers.forget(ada.id, filled<BrowserMark>(1)));
    EXPECT_THAT(rows_.browsers.known_marks(ada.id), IsEmpty());
}

login::Ticket ticket(int fill) {
    return {
        .hash = filled<crypto::Sha256>(fill),
        .client = 3,
        .login = login_id(noon, fill),
        .account = ada.id,
        .user_id = "user 7",
        .user_name = "Ada",
        .browser = "Chrome",
        .system = "Windows",
        .address = "198.51.100.4",
        .approved_at = noon,
        .expires_at = noon + login::ticket_life,
    };
}

TEST_F(RowsOf, ATicketIsRedeemedOnce) {
    rows_.tickets.add(ticket(1));

    EXPECT_EQ(rows_.tickets.redeem(ticket(1).hash, 3, noon), ticket(1));
    EXPECT_EQ(rows_.tickets.redeem(ticket(1).hash, 3, noon), std::nullopt);
}

TEST_F(RowsOf, ATicketIsGoodForItsClientAlone) {
    rows_.tickets.add(ticket(1));

    EXPECT_EQ(rows_.tickets.redeem(ticket(1).hash, 4, noon), std::nullopt);
    EXPECT_TRUE(rows_.tickets.redeem(ticket(1).hash, 3, noon)) << "and others do not use it up";
}

TEST_F(RowsOf, ATicketIsGoodForItsTime) {
    rows_.tickets.add(ticket(1));
    const Time end = ticket(1).expires_at;

    EXPECT_EQ(rows_.tickets.redeem(ticket(1).hash, 3, end), std::nullopt);
    EXPECT_TRUE(rows_.tickets.redeem(ticket(1).hash, 3, end - milliseconds(1)));
}

TEST_F(RowsOf, TicketsPastTheirTimeAreSweptSomeAtATime) {
    for (int i = 1; i <= 3; ++i) rows_.tickets.add(ticket(i));
    login::Ticket later = ticket(4);
    later.expires_at += seconds(1);
    rows_.tickets.add(later);
    const Time end = ticket(1).expires_at;

    EXPECT_EQ(rows_.tickets.sweep(end - milliseconds(1), 100), 0);
    EXPECT_EQ(rows_.tickets.sweep(end, 2), 2);
    EXPECT_EQ(rows_.tickets.sweep(end, 2), 1);
    EXPECT_TRUE(rows_.tickets.redeem(later.hash, 3, end));
}

TEST_F(RowsOf, TheDatabasesSweepTakesTickets) {
    rows_.tickets.add(ticket(1));
    Database database(directory_.path());
    const Time end = ticket(1).expires_at;

    EXPECT_EQ(await(database.sweep(end - milliseconds(1))).value(), 0U);
    EXPECT_EQ(await(database.sweep(end)).value(), 1U);
}

TEST_F(RowsOf, AnAccountRemembersWhenItDeniedLast) {
    EXPECT_EQ(rows_.accounts.denied_at(ada.id), Time{});
    rows_.accounts.set_denied_at(ada.id, noon);

    EXPECT_EQ(rows_.accounts.denied_at(ada.id), noon);
    EXPECT_EQ(rows_.accounts.denied_at(ben.id), Time{});
    EXPECT_EQ(rows_.accounts.denied_at(filled<AccountId>(9)), Time{});
}

TEST_F(RowsOf, TheSessionsOfABrowserEndTogether) {
    const auto of_browser = [](const identity::Account& account, int fill, int browser) {
        identity::Session session = session_of(account, fill);
        session.browser_mark = filled<BrowserMark>(browser);
        return session;
    };
    for (const auto& session :
         {of_browser(ada, 1, 1),
          of_browser(ada, 2, 1),
          of_browser(ada, 3, 2),
          session_of(ada, 4),
          of_browser(ben, 5, 1)}) {
        ASSERT_TRUE(rows_.sessions.add(session));
    }

    EXPECT_EQ(rows_.sessions.end_of_browser(ada.id, filled<BrowserMark>(1)), 2);
    EXPECT_EQ(rows_.sessions.end_of_browser(ada.id, filled<BrowserMark>(1)), 0);

    EXPECT_THAT(rows_.sessions.of(ada.id, noon), SizeIs(2));
    EXPECT_THAT(rows_.sessions.of(ben.id, noon), ElementsAre(of_browser(ben, 5, 1)));
}

TEST_F(RowsOf, AClientsNumberIsNeverGivenAgain) {
    login::Client client;
    client.id = "one";
    EXPECT_EQ(rows_.clients.add(client), 1U);
    rows_.clients.remove(1, noon);
    client.id = "two";
    EXPECT_EQ(rows_.clients.add(client), 2U);

    EXPECT_TRUE(rows_.clients.find(1)->removed);
    EXPECT_EQ(rows_.clients.find(1)->key_hash, crypto::Sha256{});
    EXPECT_EQ(rows_.clients.find(3), std::nullopt);
}

TEST_F(RowsOf, APolicyThatNobodyKnowsIsTheStrictest) {
    login::Client client;
    client.id = "one";
    rows_.clients.add(client);
    rows_.connection.execute("UPDATE clients SET confirm = 9, browsers = -1, network = 3");

    const login::ClientPolicy policy = rows_.clients.find(1)->policy;

    EXPECT_EQ(policy.confirm, login::ClientPolicy::Confirm::passkey);
    EXPECT_EQ(policy.browsers, login::ClientPolicy::Browsers::known);
    EXPECT_EQ(policy.network, login::ClientPolicy::Network::refuse);
}

}  // namespace
}  // namespace latchkey::store
