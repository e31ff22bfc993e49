/// What the audit log tells of logins: each change once, in the transaction that makes it.
#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "store/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace latchkey::store {
namespace {

using login::Ending;
using login::Login;
using login::State;
using testing::ElementsAre;

constexpr int phone = 9;

bool has_the_same_fill(const Login& login, const BrowserMark& mark) {
    return mark.data[0] == login.shown.tag.data[0];
}

/// Ada is signed in on the phone that approves.
class AuditOfLogins : public testing::Test {
 protected:
    AuditOfLogins() {
        await(database_.accounts().add_account(ada)).value();
        await(database_.sessions().add_session(new_session(ada, phone))).value();
        before_ = events().size();
    }
    std::vector<AuditEntry> events() { return await(database_.audit().after(0)).value().entries; }
    /// Since the phone signed in.
    std::vector<std::string> kinds() {
        std::vector<std::string> kinds;
        for (const AuditEntry& entry : events()) kinds.push_back(entry.row.event.kind);
        kinds.erase(kinds.begin(), kinds.begin() + static_cast<std::ptrdiff_t>(before_));
        return kinds;
    }
    std::ptrdiff_t told(const std::string& kind) { return std::ranges::count(kinds(), kind); }

    Login become(Login login, State state) {
        login.state = state;
        if (state != State::scanned) login.decided_at = noon + seconds(1);
        return await(database_.logins().update(login.id, becomes(login), asked)).value();
    }
    /// Approved, and collected by the browser of that fill.
    Login collect(int fill, login::Collection what) {
        Login login = scanned_login(fill);
        login.shown.tag = filled<login::BrowserTag>(fill);
        login = become(become(login, State::scanned), State::approved);
        login.state = State::collected;
        login.session = filled<SessionId>(fill);
        return await(database_.logins().collect(login.id, becomes(login), std::move(what))).value();
    }
    std::size_t end(const Login& login, Ending ending, seconds after_noon) {
        return await(database_.logins().end(
                         login.id,
                         becomes(login),
                         ending,
                         has_the_same_fill,
                         {noon + after_noon, "192.0.2.1"}
                     ))
            .value()
            .sessions;
    }
    std::size_t report(const Login& login, seconds after_noon) {
        return end(login, Ending::browser, after_noon);
    }

    FreshDirectory directory_;
    Database database_{directory_.path()};
    std::size_t before_ = 0;
};

TEST_F(AuditOfLogins, TellsEachChangeOfOne) {
    const Login login = collect(5, as_session(5));
    end(login, Ending::session, seconds(2));

    EXPECT_THAT(
        kinds(), ElementsAre("login.scanned", "login.approved", "login.collected", "session.ended")
    );
    for (const AuditEntry& entry : events()) {
        if (entry.row.number <= static_cast<std::int64_t>(before_)) continue;
        EXPECT_EQ(entry.row.event.login, login.id);
        EXPECT_EQ(entry.row.event.account, ada.id);
        EXPECT_EQ(entry.row.event.address, "192.0.2.1");
    }
    EXPECT_EQ(end(login, Ending::session, seconds(3)), 0U);
    EXPECT_EQ(told("session.ended"), 1) << "there is none any more";
}

TEST_F(AuditOfLogins, TellsNothingWhenALoginIsScannedAgain) {
    const Login login = become(scanned_login(5), State::scanned);
    become(login, State::scanned);

    EXPECT_THAT(kinds(), ElementsAre("login.scanned"));
}

TEST_F(AuditOfLogins, TellsTheSessionThatACollectionReplaces) {
    collect(5, as_session(5));
    login::Collection again = as_session(6);
    again.session->replaces = grant(5).token_hash;
    collect(6, again);

    EXPECT_EQ(told("session.ended"), 1);
    EXPECT_EQ(events().back().row.event.session, filled<SessionId>(5));
}

TEST_F(AuditOfLogins, TellsThatATicketWasRedeemed) {
    login::Collection what = as_session(5);
    what.session.reset();
    what.ticket = {filled<crypto::Sha256>(5), noon + login::ticket_life};
    const Login login = collect(5, what);
    await(database_.logins().redeem(filled<crypto::Sha256>(5), login.client, asked)).value();
    EXPECT_FALSE(await(database_.logins().redeem(filled<crypto::Sha256>(5), login.client, asked)));

    EXPECT_EQ(told("ticket.redeemed"), 1);
    EXPECT_EQ(events().back().row.event.login, login.id);
}

TEST_F(AuditOfLogins, TellsAReportOfACollectedOneOnceHoweverOftenItIsMade) {
    const Login login = collect(5, as_session(5));
    EXPECT_EQ(report(login, seconds(2)), 1U);
    EXPECT_EQ(told("login.reported"), 1);
    const auto told_so_far = events().size();

    for (int again = 3; again < 9; ++again) EXPECT_EQ(report(login, seconds(again)), 0U);
    EXPECT_EQ(events().size(), told_so_far) << "nothing was left to undo";
}

TEST_F(AuditOfLogins, TellsAReportAgainThatUndoesMore) {
    const Login login = collect(5, as_session(5));
    report(login, seconds(2));
    login::Collection by_the_same = as_session(7);
    by_the_same.browser = filled<BrowserMark>(5);
    collect(7, by_the_same);

    EXPECT_EQ(report(login, seconds(4)), 1U);
    EXPECT_EQ(told("login.reported"), 2);
}

TEST_F(AuditOfLogins, TellsAReportOnceAlsoWhenThereIsNothingToUndo) {
    const Login login = become(become(scanned_login(5), State::scanned), State::denied);
    for (int again = 2; again < 9; ++again) report(login, seconds(again));

    EXPECT_EQ(told("login.reported"), 1) << "somebody said that it was not them";
}

TEST_F(AuditOfLogins, TellsAReportOfAnOpenOneOnce) {
    Login login = become(become(scanned_login(5), State::scanned), State::approved);
    login.state = State::reported;
    login.decided_at = noon + seconds(2);
    for (int again = 2; again < 9; ++again) report(login, seconds(again));

    EXPECT_EQ(told("login.reported"), 1);
}

}  // namespace
}  // namespace latchkey::store
