#include "main/admin_routes.hpp"

#include "base/encoding.hpp"
#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "crypto/random.hpp"
#include "store/database.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace latchkey {
namespace {

namespace json = boost::json;
using identity::SessionKind;
using net::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Ada administers, Ben does not; who asks is whose session `cookie` is.
class AdminCalls : public testing::Test {
 protected:
    AdminCalls() {
        identity::Account admin = ada;
        admin.role = identity::Role::admin;
        await(database.accounts().add_account(admin)).value();
        await(database.accounts().add_account(ben)).value();
        routes.mount(router);
        cookie = signed_in(ada, SessionKind::passkey);
    }

    std::string signed_in(const identity::Account& account, SessionKind kind) {
        identity::Minted minted = sessions.mint(account.id, kind, {"Firefox", "Linux", ""}, now);
        await(sessions.begin({minted.session, account.password_hash, std::nullopt})).value();
        return minted.cookie_value;
    }
    net::Response call(Method method, std::string_view path, const json::value& body = nullptr) {
        net::Request request;
        request.method = method;
        request.peer.address = *parse_ip("203.0.113.7");
        request.set_target(path);
        request.add_header("Cookie", "latchkey_session=" + cookie);
        if (!body.is_null()) {
            request.add_header("Content-Type", "application/json");
            request.body = json::serialize(body);
        }
        const auto match = router.find(request);
        if (match.handler == nullptr) throw std::logic_error("no such route");
        return await(std::get<net::Deferred>(*match.handler)(std::move(request)));
    }
    static json::object object(const net::Response& response) {
        return json::parse(response.body).as_object();
    }
    static std::string problem(const net::Response& response) {
        const std::string type(object(response).at("type").as_string());
        return std::to_string(response.status) + " " + type.substr(type.rfind('/') + 1);
    }
    static std::vector<std::string> texts(
        const json::object& answer, std::string_view list, std::string_view member
    ) {
        std::vector<std::string> found;
        for (const json::value& one : answer.at(list).as_array()) {
            found.emplace_back(one.at(member).as_string());
        }
        return found;
    }
    std::vector<std::string> events(const std::string& query = "") {
        return texts(object(call(Method::get, "/v1/admin/events?" + query)), "events", "kind");
    }
    static std::string path_of(const identity::Account& account) {
        return "/v1/admin/accounts/" + base64url(account.id.view());
    }
    void add_shop() {
        login::Client shop;
        shop.id = "shop";
        shop.name = "The shop";
        shop.created_at = noon;
        await(database.clients().add_client(shop)).value();
    }

    FreshDirectory directory;
    store::Database database{directory.path()};
    identity::Sessions sessions{database.sessions(), crypto::system_random};
    Time now = noon;
    AdminRoutes routes{
        {sessions,
         database.accounts(),
         database.clients(),
         database.overview(),
         database.audit(),
         [] { return LiveFigures{.watching = 7, .begun = 12}; },
         [this] { return now; }}
    };
    net::Router router;
    std::string cookie;
};

const std::vector<std::pair<Method, std::string>>& every_call() {
    static const std::vector<std::pair<Method, std::string>> calls{
        {Method::get, "/v1/admin/glance"},
        {Method::get, "/v1/admin/accounts"},
        {Method::post, "/v1/admin/accounts/AgICAgICAgICAgICAgICAg"},
        {Method::get, "/v1/admin/accounts/AgICAgICAgICAgICAgICAg/sessions"},
        {Method::delete_, "/v1/admin/accounts/AgICAgICAgICAgICAgICAg/sessions/AAAA"},
        {Method::get, "/v1/admin/clients"},
        {Method::post, "/v1/admin/clients/shop"},
        {Method::get, "/v1/admin/events"},
    };
    return calls;
}

TEST_F(AdminCalls, AreRefusedToAllButAdministratorsWithAFreshPasskey) {
    add_shop();
    const std::string fresh = cookie;
    const auto refusals = [&](const std::string& of, std::string_view expected) {
        cookie = of;
        for (const auto& [method, path] : every_call()) {
            EXPECT_EQ(
                problem(call(method, path, {{"disabled", true}, {"stopped", true}})), expected
            ) << path;
        }
    };
    refusals("", "401 not-signed-in");
    refusals(signed_in(ben, SessionKind::passkey), "403 admins-only");
    for (const auto kind : {SessionKind::password, SessionKind::scan, SessionKind::setup}) {
        refusals(signed_in(ada, kind), "403 step-up");
    }
    now += admin_session_max;
    refusals(fresh, "403 step-up");

    EXPECT_FALSE(await(database.accounts().account(ben.id)).value()->disabled);
    EXPECT_FALSE(await(database.clients().clients()).value().front().stopped);
    now -= milliseconds(1);
    EXPECT_EQ(call(Method::get, "/v1/admin/glance").status, 200U);
}

TEST_F(AdminCalls, TellHowManyThereAreOfEverything) {
    add_shop();
    await(database.logins().update(
              login_id(noon, 1),
              [](const auto&) { return Result<login::Login>(scanned_login(1)); },
              {noon, ""}
          ))
        .value();

    const json::object glance = object(call(Method::get, "/v1/admin/glance"));

    EXPECT_EQ(glance.at("logins").at("watching"), 7);
    EXPECT_EQ(glance.at("logins").at("scanned"), 1);
    EXPECT_EQ(glance.at("funnel").at("shown"), 12);
    EXPECT_EQ(glance.at("funnel").at("scanned"), 1);
    EXPECT_EQ(glance.at("funnel").at("scanned_to_approved_ms"), nullptr);
    EXPECT_EQ(glance.at("counts").at("accounts"), 2);
    EXPECT_EQ(glance.at("counts").at("sessions"), 1);
    EXPECT_EQ(glance.at("counts").at("clients"), 1);
}

TEST_F(AdminCalls, FindAccountsByAPartOfTheirName) {
    const auto found = [this](const std::string& query) {
        const auto answer = object(call(Method::get, "/v1/admin/accounts?" + query));
        return texts(answer, "accounts", "name");
    };
    EXPECT_THAT(found(""), ElementsAre("Ada", "Ben"));
    EXPECT_THAT(found("text=EN"), ElementsAre("Ben"));
    EXPECT_THAT(found("after=ada"), ElementsAre("Ben"));
    EXPECT_THAT(found("text=%25"), ElementsAre());

    const auto first = object(call(Method::get, "/v1/admin/accounts")).at("accounts").at(0);
    EXPECT_EQ(first.at("role"), "admin");
    EXPECT_EQ(first.at("sessions"), 1);
    EXPECT_THAT(json::serialize(first), Not(HasSubstr("hash")));
}

TEST_F(AdminCalls, PutAnAccountOutAtOnceAndTellWhoDidIt) {
    const std::string bens = signed_in(ben, SessionKind::password);
    ASSERT_TRUE(await(sessions.authenticate(bens, now)).value());

    EXPECT_EQ(call(Method::post, path_of(ben), {{"disabled", true}}).status, 204U);

    EXPECT_FALSE(await(sessions.authenticate(bens, now)).value()) << "also the cache forgot it";
    EXPECT_THAT(events("kind=admin."), ElementsAre("admin.acted"));
    EXPECT_EQ(call(Method::post, path_of(ben), {{"disabled", false}}).status, 204U);
    EXPECT_FALSE(await(database.accounts().account(ben.id)).value()->disabled);
    EXPECT_EQ(problem(call(Method::post, path_of(ada), {{"disabled", true}})), "409 own-account");
    EXPECT_EQ(
        problem(call(Method::post, "/v1/admin/accounts/x", {{"disabled", true}})),
        "404 account-unknown"
    );
    EXPECT_EQ(call(Method::post, path_of(ben), {{"disabled", "yes"}}).status, 400U);
}

TEST_F(AdminCalls, EndOneSessionOfAnybody) {
    const std::string bens = signed_in(ben, SessionKind::password);
    const auto answer = object(call(Method::get, path_of(ben) + "/sessions"));
    const auto ids = texts(answer, "sessions", "id");
    ASSERT_EQ(ids.size(), 1U);

    EXPECT_EQ(call(Method::delete_, path_of(ben) + "/sessions/" + ids.front()).status, 204U);

    EXPECT_FALSE(await(sessions.authenticate(bens, now)).value());
    EXPECT_EQ(
        problem(call(Method::delete_, path_of(ben) + "/sessions/" + ids.front())),
        "404 session-unknown"
    );
}

TEST_F(AdminCalls, StopAClientAndLetItGoOn) {
    add_shop();
    const auto stopped = [this] {
        return object(call(Method::get, "/v1/admin/clients")).at("clients").at(0).at("stopped");
    };
    EXPECT_EQ(call(Method::post, "/v1/admin/clients/shop", {{"stopped", true}}).status, 204U);
    EXPECT_EQ(stopped(), true);
    EXPECT_EQ(call(Method::post, "/v1/admin/clients/shop", {{"stopped", false}}).status, 204U);
    EXPECT_EQ(stopped(), false);
    EXPECT_EQ(
        problem(call(Method::post, "/v1/admin/clients/none", {{"stopped", true}})),
        "404 client-unknown"
    );
    EXPECT_THAT(
        events("kind=client."), ElementsAre("client.resumed", "client.stopped", "client.added")
    );
}

TEST_F(AdminCalls, SearchTheAuditLogTheNewestFirst) {
    signed_in(ben, SessionKind::password);

    EXPECT_THAT(
        events(), ElementsAre("session.began", "session.began", "account.added", "account.added")
    );
    EXPECT_THAT(events("account=ben"), ElementsAre("session.began", "account.added"));
    EXPECT_THAT(events("kind=account.&account=Ben"), ElementsAre("account.added"));
    EXPECT_THAT(events("text=nowhere"), ElementsAre());
    EXPECT_THAT(events("before=2"), ElementsAre("account.added"));
    EXPECT_EQ(problem(call(Method::get, "/v1/admin/events?account=nobody")), "404 account-unknown");
}

TEST_F(AdminCalls, GoOnWithASearchWhereItEnded) {
    for (int i = 0; i < 60; ++i) await(database.audit().append({.at = noon, .kind = "x"})).value();

    const json::object first = object(call(Method::get, "/v1/admin/events?kind=x"));
    const std::string next = std::to_string(first.at("next").as_int64());

    EXPECT_EQ(first.at("events").as_array().size(), 50U);
    EXPECT_EQ(events("kind=x&before=" + next).size(), 10U);
    EXPECT_EQ(object(call(Method::get, "/v1/admin/events?before=" + next)).at("next"), 0);
}

}  // namespace
}  // namespace latchkey
