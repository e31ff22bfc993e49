/// What every LoginStore promises of what comes of a login: known browsers, denials, ends, tickets.
#include "contract/login_store.hpp"

namespace latchkey::login {
namespace {

template <class Backend>
class LoginOutcomesContract : public LoginStoreContract<Backend> {};
TYPED_TEST_SUITE(LoginOutcomesContract, Backends);

TYPED_TEST(LoginOutcomesContract, KeepsEverythingThatALoginSays) {
    Login login = scanned_login(1);
    login.client = 7;
    login.confirm = Confirm::number;
    login.number = 42;
    login.shown = {"Chrome", "Windows", "2001:db8::7", 3, filled<BrowserTag>(8)};
    login.subject = {"u-17", "Grace"};
    this->update(login.id, becomes(login)).value();
    EXPECT_EQ(this->found(login.id), login);

    login.state = State::denied;
    login.denial = Denial::wrong_number;
    login.decided_at = noon + seconds(5);
    login.shown.key_id = 4;
    login.shown.tag = filled<BrowserTag>(9);
    this->update(login.id, becomes(login)).value();
    EXPECT_EQ(this->found(login.id), login);
}

TYPED_TEST(LoginOutcomesContract, KnowsTheBrowsersThatCollected) {
    EXPECT_TRUE(this->history().browsers.empty());
    Login login = scanned_login(1);
    login.state = State::collected;
    await(this->store().collect(login.id, becomes(login), as_session(5))).value();

    const History history = this->history();
    ASSERT_EQ(history.browsers.size(), 1U);
    EXPECT_EQ(history.browsers[0], filled<BrowserMark>(5));
    EXPECT_EQ(history.denied_at, Time{});
}

TYPED_TEST(LoginOutcomesContract, RemembersWhenAnAccountSaidNo) {
    Login login = scanned_login(1);
    this->update(login.id, becomes(login)).value();
    EXPECT_EQ(this->history().denied_at, Time{});
    login.state = State::denied;
    this->update(login.id, becomes(login)).value();

    EXPECT_EQ(this->history().denied_at, asked.at);
}

/// A login of Ada's whose session has that fill, collected by the browser of that mark.
Login collected_login(int fill) {
    Login login = scanned_login(fill);
    login.state = State::collected;
    login.session = filled<SessionId>(fill);
    login.shown.tag = filled<BrowserTag>(fill);
    return login;
}
bool has_the_same_fill(const Login& login, const BrowserMark& mark) {
    return mark.data[0] == login.shown.tag.data[0];
}

TYPED_TEST(LoginOutcomesContract, EndsTheSessionOfOneLogin) {
    for (const int fill : {5, 6}) {
        const Login login = collected_login(fill);
        await(this->store().collect(login.id, becomes(login), as_session(fill))).value();
    }
    const Login first = collected_login(5);
    const auto ended =
        await(this->store().end(first.id, becomes(first), Ending::session, has_the_same_fill, asked)
        );

    EXPECT_EQ(ended.value().sessions, 1U);
    EXPECT_FALSE(this->session(5));
    EXPECT_TRUE(this->session(6));
    EXPECT_EQ(this->history().browsers, std::vector{filled<BrowserMark>(6)})
        << "the account knows it no more";
}

TYPED_TEST(LoginOutcomesContract, ForgetsTheBrowserOfASessionThatIsPutOut) {
    for (const int fill : {5, 6, 7, 8}) {
        const Login login = collected_login(fill);
        await(this->store().collect(login.id, becomes(login), as_session(fill))).value();
    }
    auto& sessions = this->backend_.sessions();
    const auto known = [this] { return this->history().browsers; };
    using identity::EndedFrom;

    await(sessions.end_session(ada.id, filled<SessionId>(5), EndedFrom::itself, noon)).value();
    EXPECT_EQ(known().size(), 4U) << "it signed itself out";
    await(sessions.end_session(ada.id, filled<SessionId>(6), EndedFrom::elsewhere, noon)).value();
    EXPECT_EQ(known().size(), 3U);
    await(sessions.end_sessions(ada.id, filled<SessionId>(8), noon)).value();
    EXPECT_THAT(
        known(), testing::UnorderedElementsAre(filled<BrowserMark>(5), filled<BrowserMark>(8))
    );
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();
    EXPECT_EQ(known(), std::vector{filled<BrowserMark>(5)}) << "its session was over";
}

TYPED_TEST(LoginOutcomesContract, EndsAllThatABrowserHasOfTheAccount) {
    // Two logins of the browser 5, one of the browser 6.
    const Login first = collected_login(5);
    await(this->store().collect(first.id, becomes(first), as_session(5))).value();
    Login again = collected_login(7);
    Collection by_the_same = as_session(7);
    by_the_same.browser = filled<BrowserMark>(5);
    await(this->store().collect(again.id, becomes(again), by_the_same)).value();
    const Login other = collected_login(6);
    await(this->store().collect(other.id, becomes(other), as_session(6))).value();

    const auto ended =
        await(this->store().end(first.id, becomes(first), Ending::browser, has_the_same_fill, asked)
        );

    EXPECT_EQ(ended.value().sessions, 2U);
    EXPECT_FALSE(this->session(5));
    EXPECT_FALSE(this->session(7));
    EXPECT_TRUE(this->session(6));
    const History history = this->history();
    EXPECT_EQ(history.browsers.size(), 1U) << "the account knows it no more";
    EXPECT_EQ(history.denied_at, asked.at);
}

TYPED_TEST(LoginOutcomesContract, ARefusedEndEndsNothing) {
    const Login login = collected_login(5);
    await(this->store().collect(login.id, becomes(login), as_session(5))).value();
    const auto refused = await(this->store().end(
        login.id,
        [](const std::optional<Login>&) -> Result<Login> { return Errc::not_yours; },
        Ending::browser,
        has_the_same_fill,
        asked
    ));

    EXPECT_EQ(refused.error(), Errc::not_yours);
    EXPECT_TRUE(this->session(5));
}

Collection as_ticket(int fill) {
    return {
        .ticket = TicketGrant{filled<crypto::Sha256>(fill), noon + ticket_life},
        .browser = filled<BrowserMark>(fill),
        .asked = asked,
    };
}

TYPED_TEST(LoginOutcomesContract, GivesATicketThatIsRedeemedOnceByItsClient) {
    Login login = scanned_login(1);
    login.client = 7;
    login.state = State::collected;
    login.decided_at = noon;
    await(this->store().collect(login.id, becomes(login), as_ticket(5))).value();
    EXPECT_FALSE(this->session(5));
    const auto redeem = [&](ClientNumber client, Time at) {
        return await(this->store().redeem(filled<crypto::Sha256>(5), client, {at, ""}));
    };

    EXPECT_EQ(redeem(8, noon).error(), Errc::ticket_unknown);
    EXPECT_EQ(redeem(7, noon + ticket_life).error(), Errc::ticket_unknown);
    const Ticket ticket = redeem(7, noon + seconds(59)).value();
    EXPECT_EQ(ticket.login, login.id);
    EXPECT_EQ(ticket.account, ada.id);
    EXPECT_EQ(ticket.user_name, "Ada");
    EXPECT_EQ(ticket.approved_at, noon);
    EXPECT_EQ(redeem(7, noon + seconds(59)).error(), Errc::ticket_unknown);
}

TYPED_TEST(LoginOutcomesContract, ATicketEndsWithAReportAndWithItsAccount) {
    Login login = scanned_login(1);
    login.client = 7;
    login.state = State::collected;
    await(this->store().collect(login.id, becomes(login), as_ticket(5))).value();
    await(this->store().end(login.id, becomes(login), Ending::browser, has_the_same_fill, asked))
        .value();
    EXPECT_EQ(
        await(this->store().redeem(filled<crypto::Sha256>(5), 7, asked)).error(),
        Errc::ticket_unknown
    );

    Login other = scanned_login(2);
    other.client = 7;
    other.state = State::collected;
    await(this->store().collect(other.id, becomes(other), as_ticket(6))).value();
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();
    EXPECT_EQ(
        await(this->store().redeem(filled<crypto::Sha256>(6), 7, asked)).error(),
        Errc::ticket_unknown
    );
}

TYPED_TEST(LoginOutcomesContract, AClientsOwnUserGetsATicketAndNoSession) {
    Login login = scanned_login(1);
    login.client = 7;
    login.account = filled<AccountId>(0x77);
    login.subject = {"u-17", "Grace"};
    login.state = State::collected;
    EXPECT_EQ(
        await(this->store().collect(login.id, becomes(login), as_session(5))).error(),
        Errc::approval_withdrawn
    );
    await(this->store().collect(login.id, becomes(login), as_ticket(6))).value();

    const Ticket ticket = await(this->store().redeem(filled<crypto::Sha256>(6), 7, asked)).value();
    EXPECT_EQ(ticket.user_id, "u-17");
    EXPECT_EQ(ticket.user_name, "Grace");
    EXPECT_EQ(ticket.account, AccountId{});
}

TYPED_TEST(LoginOutcomesContract, NoTicketComesOfAWithdrawnApproval) {
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();
    Login login = scanned_login(1);
    login.client = 7;
    login.state = State::collected;
    EXPECT_EQ(
        await(this->store().collect(login.id, becomes(login), as_ticket(5))).error(),
        Errc::approval_withdrawn
    );
    EXPECT_FALSE(this->found(login.id));
}

}  // namespace
}  // namespace latchkey::login
