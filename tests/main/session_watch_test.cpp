/// Pages that wait for the end of their session, against a server and a database.
#include "identity/session_watch.hpp"

#include "channels/hub.hpp"
#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "crypto/random.hpp"
#include "login/client.hpp"
#include "net/server.hpp"
#include "store/database.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace latchkey::identity {
namespace {

using login::test::Stream;
using login::test::Visitor;

class WatchedSession : public testing::Test {
 protected:
    WatchedSession() {
        await(database_.accounts().add_account(ada)).value();
        await(database_.accounts().add_account(ben)).value();
        sessions_.tell({
            [this](const AccountId& account) { hub_.publish(account_topic(account), "look"); },
            [this](const crypto::Sha256& hash) { hub_.publish(session_topic(hash), "look"); },
        });
        hub_.mount(router_, "/v1/me/events", watch_, net::Wire::events);
        net::ServerOptions options;
        options.listen = {{"127.0.0.1:0"}};
        options.threads = 2;
        options.random = crypto::system_random;
        server_ = std::make_unique<net::Server>(std::move(options), router_);
        hub_.attach(*server_);
        server_->start();
    }
    ~WatchedSession() override {
        server_->stop();
        database_.stop();
    }

    Minted sign_in(const Account& account, std::optional<crypto::Sha256> replaces = {}) {
        Minted minted = sessions_.mint(account.id, SessionKind::password, {}, noon);
        await(sessions_.begin({minted.session, account.password_hash, replaces})).value();
        return minted;
    }
    std::unique_ptr<Stream> page_of(const std::string& cookie) const {
        const std::string& url = server_->bound().front();
        Visitor visitor(static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1))));
        visitor.cookies["latchkey_session"] = cookie;
        return std::make_unique<Stream>(visitor, "/v1/me/events", Visitor::Fields{});
    }
    /// It waits, and will hear of what happens from now on.
    std::unique_ptr<Stream> waiting(const Minted& session) const {
        auto page = page_of(session.cookie_value);
        EXPECT_EQ(page->hear(), R"({"type":"watching"})");
        return page;
    }
    static void expect_ended(Stream& page) {
        EXPECT_EQ(page.hear(), R"({"type":"ended"})");
        EXPECT_EQ(page.hear().find("{\"code\":1000"), 0U);
    }

    FreshDirectory directory_;
    store::Database database_{directory_.path()};
    Sessions sessions_{database_.sessions(), crypto::system_random};
    channels::Hub hub_{1};
    net::Router router_;
    std::unique_ptr<net::Server> server_;
    SessionWatch watch_{
        {sessions_,
         hub_.topics(),
         [] { return noon; },
         [this]() -> net::Server& { return *server_; }}
    };
};

TEST_F(WatchedSession, IsToldWhenItsOwnerEndsIt) {
    const Minted session = sign_in(ada);
    const auto page = waiting(session);

    await(sessions_.end(ada.id, session.session.id, identity::EndedFrom::elsewhere, noon)).value();

    expect_ended(*page);
}

TEST_F(WatchedSession, IsToldWhenAllOthersEndAndNotWhenItIsTheOneThatStays) {
    const Minted stays = sign_in(ada);
    const Minted goes = sign_in(ada);
    const auto staying = waiting(stays);
    const auto going = waiting(goes);

    await(sessions_.end_all(ada.id, stays.session.id, noon)).value();
    expect_ended(*going);

    await(sessions_.end_all(ada.id, std::nullopt, noon)).value();
    expect_ended(*staying);
}

TEST_F(WatchedSession, IsToldWhenAnotherTakesItsPlace) {
    const Minted session = sign_in(ada);
    const auto page = waiting(session);

    sign_in(ada, session.session.token_hash);

    expect_ended(*page);
}

TEST_F(WatchedSession, IsToldOfNobodyElsesEnd) {
    const Minted session = sign_in(ada);
    const Minted other = sign_in(ben);
    const auto page = waiting(session);

    await(sessions_.end_all(ben.id, std::nullopt, noon)).value();
    sessions_.forget(ada.id);
    await(sessions_.end(ada.id, session.session.id, identity::EndedFrom::elsewhere, noon)).value();

    expect_ended(*page);
}

TEST_F(WatchedSession, ThatIsNoneIsToldAtOnce) {
    const Minted session = sign_in(ada);
    await(sessions_.end(ada.id, session.session.id, identity::EndedFrom::elsewhere, noon)).value();

    const auto page = waiting(session);

    expect_ended(*page);
}

TEST_F(WatchedSession, WithoutACookieIsRefused) {
    EXPECT_EQ(page_of("")->reply().status, 401U);
    EXPECT_EQ(page_of("nonsense")->reply().status, 401U);
}

TEST_F(WatchedSession, LeavesNothingBehind) {
    const Minted session = sign_in(ada);
    const auto page = waiting(session);
    await(sessions_.end(ada.id, session.session.id, identity::EndedFrom::elsewhere, noon)).value();
    expect_ended(*page);
    server_->stop();

    EXPECT_EQ(hub_.topics().size(), 0U);
}

TEST_F(WatchedSession, IsNotSeenByThat) {
    const Minted session = sign_in(ada);
    const Time later = noon + seconds(3'600);

    EXPECT_TRUE(await(sessions_.still_there(session.session.token_hash, later)).value());

    const auto stored = await(sessions_.find(ada.id, session.session.id)).value();
    EXPECT_EQ(stored->seen_at, noon);
}

}  // namespace
}  // namespace latchkey::identity
