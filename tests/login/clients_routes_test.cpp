/// Logins of applications, and what their backends may do.
#include "contract/await.hpp"
#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

/// A house that knows two applications.
class Applications : public testing::Test {
 protected:
    Applications() {
        shop_key_ = add("shop", "The Corner Shop", {"https://shop.example/in"});
        other_key_ = add("other", "Another", {});
    }

    std::string add(std::string id, std::string name, std::vector<std::string> redirects) {
        const std::string key(new_api_key(crypto::system_random).reveal());
        Client client;
        client.number = static_cast<ClientNumber>(house_.client_store.all.size() + 1);
        client.id = std::move(id);
        client.name = std::move(name);
        client.redirects = std::move(redirects);
        client.key_hash = api_key_hash(key).value();
        house_.client_store.all.push_back(std::move(client));
        return key;
    }
    Client& shop() { return house_.client_store.all[0]; }
    Begun begin_at_shop() { return begin(house_, R"({"client":"shop"})"); }
    Reply ask(std::string_view path, std::string_view body, const std::string& key) {
        return house_.browser().post_json(path, body, {{"Authorization", "Bearer " + key}});
    }
    Reply vouch(const Begun& login, const std::string& key) {
        return ask(
            "/v1/approvals",
            R"({"code":")" + login.code + R"(","user":{"id":"u-17","name":"Grace"}})",
            key
        );
    }
    static Reply collect_with(Begun& login, std::string_view body, Visitor::Fields more = {}) {
        more.emplace_back("Authorization", "Bearer " + login.token);
        return login.browser.post_json("/v1/logins/current/collect", body, more);
    }
    /// Alice has approved it on her phone.
    Begun approved_at_shop() {
        Begun login = begin_at_shop();
        pages_.push_back(v1_page(login));
        pages_.back().hear();
        const std::string id = scan(house_, "alice", login.code).text("id");
        EXPECT_EQ(decide(house_, "alice", id, "approve").status, 200U);
        return login;
    }

    House house_;
    std::string shop_key_;
    std::string other_key_;
    std::vector<Page> pages_;
};

TEST_F(Applications, AreNamedToPageAndPhone) {
    Begun login = begin_at_shop();
    const Reply begun = house_.browser().post_json("/v1/logins", R"({"client":"shop"})");
    EXPECT_NE(begun.body.find(R"("client":{"name":"The Corner Shop"})"), std::string::npos);
    Page page = v1_page(login);
    page.hear();

    EXPECT_NE(
        scan(house_, "alice", login.code).body.find(R"(,"name":"The Corner Shop"})"),
        std::string::npos
    );
}

TEST_F(Applications, ThatNobodyKnowsStartNothing) {
    const Reply reply = house_.browser().post_json("/v1/logins", R"({"client":"nobody"})");
    EXPECT_EQ(reply.status, 404U);
    EXPECT_EQ(reply.problem(), "client-unknown");
    EXPECT_EQ(house_.browser().post_json("/v1/logins", R"({"client":7})").status, 400U);
}

TEST_F(Applications, SendTheirBrowsersOnlyWhereTheyRegistered) {
    Begun login = approved_at_shop();
    const Reply elsewhere = collect_with(login, R"({"redirect_to":"https://evil.example/"})");
    EXPECT_EQ(elsewhere.status, 422U);
    EXPECT_EQ(elsewhere.problem(), "redirect-not-registered");
    EXPECT_EQ(
        collect_with(login, R"({"redirect_to":"https://shop.example/in"})").body,
        R"({"redirect_to":"https://shop.example/in"})"
    );

    Begun second = approved_at_shop();
    EXPECT_EQ(collect(second).body, R"({"redirect_to":"https://shop.example/in"})");
}

TEST_F(Applications, OwnLoginsGoNowhereElse) {
    Begun login = begin(house_);
    approve(house_, "alice", login);
    EXPECT_EQ(
        collect_with(login, R"({"redirect_to":"https://shop.example/in"})").problem(),
        "redirect-not-registered"
    );
    EXPECT_EQ(collect_with(login, R"({"ticket":true})").problem(), "ticket-needs-client");
    EXPECT_EQ(collect(login).status, 200U);
}

TEST_F(Applications, GetATicketInPlaceOfASession) {
    Begun login = approved_at_shop();
    const Reply collected = collect_with(login, R"({"ticket":true})");
    EXPECT_EQ(collected.status, 200U) << collected.body;
    EXPECT_FALSE(collected.cookie("latchkey_session"));
    EXPECT_TRUE(house_.store.sessions().empty());

    const std::string ticket = R"({"ticket":")" + collected.text("ticket") + R"("})";
    EXPECT_EQ(ask("/v1/tickets/redeem", ticket, other_key_).problem(), "ticket-unknown");
    const Reply redeemed = ask("/v1/tickets/redeem", ticket, shop_key_);
    EXPECT_EQ(redeemed.status, 200U) << redeemed.body;
    EXPECT_NE(
        redeemed.body.find(R"("user":{"id":")" + base64url(alice.account.view())), std::string::npos
    ) << redeemed.body;
    EXPECT_EQ(ask("/v1/tickets/redeem", ticket, shop_key_).problem(), "ticket-unknown");
}

TEST_F(Applications, WithoutARedirectAreCollectedAsTicketsAlone) {
    Begun login = begin(house_, R"({"client":"other"})");
    approve(house_, "alice", login);

    EXPECT_EQ(collect(login).problem(), "ticket-only");
    EXPECT_TRUE(house_.store.sessions().empty());
    EXPECT_EQ(collect_with(login, R"({"ticket":true})").status, 200U);
}

TEST_F(Applications, GetATicketOfWhichOnlyTheHashIsStored) {
    Begun login = approved_at_shop();
    const std::string text = collect_with(login, R"({"ticket":true})").text("ticket");
    const auto ticket = bytes_from<SessionSecret>(text, from_base64url);
    ASSERT_TRUE(ticket);
    crypto::Sha256 as_it_is;
    as_it_is.data = ticket->data;

    EXPECT_FALSE(await(house_.store.redeem(as_it_is, 1, {house_.now(), {}})));
    EXPECT_TRUE(await(house_.store.redeem(crypto::sha256(ticket->view()), 1, {house_.now(), {}})));
}

TEST_F(Applications, TheirLoginsAreNotCollectedAsOursByTheClassicWay) {
    Begun login = approved_at_shop();
    login.browser.cookies["latchkey_login"] = login.token;
    const Reply reply = login.browser.send("POST", "/dashboard.html");

    EXPECT_EQ(reply.status, 401U) << "that would pass by the application's rules";
    EXPECT_TRUE(house_.store.sessions().empty());
}

TEST_F(Applications, AReportTakesTheTicketBack) {
    Begun login = begin_at_shop();
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house_, "alice", login.code).text("id");
    decide(house_, "alice", id, "approve");
    const std::string ticket =
        R"({"ticket":")" + collect_with(login, R"({"ticket":true})").text("ticket") + R"("})";
    EXPECT_EQ(decide(house_, "alice", id, "report").status, 200U);

    EXPECT_EQ(ask("/v1/tickets/redeem", ticket, shop_key_).problem(), "ticket-unknown");
}

TEST_F(Applications, TicketsLiveAMinute) {
    Begun login = approved_at_shop();
    const std::string ticket =
        R"({"ticket":")" + collect_with(login, R"({"ticket":true})").text("ticket") + R"("})";
    house_.pass(60s);
    EXPECT_EQ(ask("/v1/tickets/redeem", ticket, shop_key_).problem(), "ticket-unknown");
}

TEST_F(Applications, ATicketWhoseAnswerWasLostIsHadAgainUnderTheSameKey) {
    Begun login = approved_at_shop();
    const Visitor::Fields key{{"Idempotency-Key", "MDEyMzQ1Njc4OWFiY2RlZg"}};
    const Reply lost = collect_with(login, R"({"ticket":true})", key);
    EXPECT_EQ(collect_with(login, R"({"ticket":true})", key).body, lost.body);
    EXPECT_EQ(collect_with(login, R"({"ticket":true})").problem(), "already-collected");
    const Visitor::Fields another{{"Idempotency-Key", "YW5vdGhlciBrZXkuLi4uLg"}};
    EXPECT_EQ(collect_with(login, R"({"ticket":true})", another).problem(), "already-collected")
        << "it would be a ticket that nobody can redeem";
}

TEST_F(Applications, ATicketIsNotHadAgainWhenItIsLongOver) {
    Begun login = approved_at_shop();
    const Visitor::Fields key{{"Idempotency-Key", "MDEyMzQ1Njc4OWFiY2RlZg"}};
    const Reply lost = collect_with(login, R"({"ticket":true})", key);
    house_.pass(login_life - 1ms);
    EXPECT_EQ(collect_with(login, R"({"ticket":true})", key).body, lost.body);
    house_.pass(1ms);

    EXPECT_EQ(collect_with(login, R"({"ticket":true})", key).problem(), "already-collected");
}

TEST_F(Applications, ApproveForUsersOfTheirOwn) {
    Begun login = begin_at_shop();
    Page page = v1_page(login);
    page.hear();
    const Reply reply = vouch(login, shop_key_);
    EXPECT_EQ(reply.status, 200U) << reply.body;
    EXPECT_EQ(reply.text("state"), "approved");
    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":2})");

    EXPECT_EQ(collect(login).problem(), "ticket-only") << "there is no account here";
    const std::string ticket =
        R"({"ticket":")" + collect_with(login, R"({"ticket":true})").text("ticket") + R"("})";
    EXPECT_NE(
        ask("/v1/tickets/redeem", ticket, shop_key_)
            .body.find(R"("user":{"id":"u-17","name":"Grace"})"),
        std::string::npos
    );
}

TEST_F(Applications, ApproveNothingOfOthers) {
    const Begun own = begin(house_);
    Page own_page = v1_page(own);
    own_page.hear();
    Begun shops = begin_at_shop();
    Page page = v1_page(shops);
    page.hear();

    EXPECT_EQ(vouch(own, shop_key_).problem(), "not-yours");
    EXPECT_EQ(vouch(shops, other_key_).problem(), "not-yours");
    EXPECT_EQ(house_.store.rows(), 0U);
}

TEST_F(Applications, ApproveOnlyWhatAPageShows) {
    EXPECT_EQ(vouch(begin_at_shop(), shop_key_).problem(), "not-on-screen");
}

TEST_F(Applications, ApproveClassicCodesIfTheyMay) {
    const auto allow_by = [&](const Begun& login) {
        return house_.browser().post_form(
            "/allow/",
            "code=" + login.code + "&user=u-17&name=Grace",
            {{"Authorization", "Bearer " + shop_key_}}
        );
    };
    const Begun login = begin_classic(house_);
    EXPECT_EQ(allow_by(login).status, 403U);
    shop().classic = true;
    house_.pass(clients_fresh_max);

    Page page = classic_page(login);
    page.hear();
    EXPECT_EQ(allow_by(login).body, R"({"msg":"succeed","status":0})");
    EXPECT_EQ(page.hear(), R"({"status":true,"msg":"succeed"})");
}

TEST_F(Applications, NeedTheirKey) {
    Begun login = begin_at_shop();
    Page page = v1_page(login);
    page.hear();
    for (const std::string& key : {std::string(), std::string("lk_x"), shop_key_ + "A"}) {
        const Reply reply = vouch(login, key);
        EXPECT_EQ(reply.status, 401U) << key;
        EXPECT_EQ(reply.problem(), "api-key-invalid");
    }
    EXPECT_EQ(vouch(login, std::string(new_api_key(crypto::system_random).reveal())).status, 401U);
    EXPECT_EQ(house_.store.rows(), 0U);
}

TEST_F(Applications, ThatWereRemovedGetNothing) {
    Begun login = approved_at_shop();
    house_.client_store.all.erase(house_.client_store.all.begin());
    house_.pass(clients_fresh_max);

    EXPECT_EQ(collect(login).problem(), "client-unknown");
    EXPECT_EQ(collect_with(login, R"({"ticket":true})").problem(), "client-unknown");
    EXPECT_EQ(vouch(login, shop_key_).problem(), "api-key-invalid");
}

TEST_F(Applications, ThatWereRemovedGetNoTicketOfTheClassicWireEither) {
    shop().classic = true;
    Begun login = begin_classic(house_);
    ASSERT_EQ(vouch(login, shop_key_).status, 200U);
    house_.client_store.all.erase(house_.client_store.all.begin());
    house_.pass(clients_fresh_max);

    EXPECT_EQ(collect_with(login, R"({"ticket":true})").problem(), "client-unknown");
}

TEST_F(Applications, MayTakeKnownBrowsersAlone) {
    shop().policy.browsers = ClientPolicy::Browsers::known;
    const Begun login = begin_at_shop();
    Page page = v1_page(login);
    page.hear();
    const Reply reply = scan(house_, "alice", login.code);

    EXPECT_EQ(reply.status, 403U);
    EXPECT_EQ(reply.problem(), "refused-by-policy");
    EXPECT_EQ(reply.text("reason"), "unknown-browser");
    EXPECT_EQ(house_.store.rows(), 0U);
}

TEST_F(Applications, NameTheirUsersReadably) {
    Begun login = begin_at_shop();
    Page page = v1_page(login);
    page.hear();
    for (const char* user :
         {R"({})", R"({"id":""})", R"({"id":7})", "{\"id\":\"a\\u0000\"}", R"("u-17")"}) {
        const std::string body = R"({"code":")" + login.code + R"(","user":)" + user + "}";
        EXPECT_EQ(ask("/v1/approvals", body, shop_key_).status, 400U) << user;
    }
}

}  // namespace
}  // namespace latchkey::login
