/// The order of a login's moves and what is told of them, without a server.
#include "login/logins.hpp"

#include "contract/await.hpp"
#include "crypto/random.hpp"
#include "login/examples.hpp"
#include "login/house.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

/// Hears what is rung, and looks at once whether it is stored.
class BellThatLooks final : public Bell {
 public:
    explicit BellThatLooks(const MemoryStore& store) : store_(store) {}
    void ring(const Login& login, std::string_view) noexcept override {
        rung.push_back(login.state);
        EXPECT_EQ(store_.stored(login.id), login) << "rung before it is stored";
    }
    void ring_cancelled(const LoginId&) noexcept override { ++cancelled; }

    std::vector<State> rung;
    int cancelled = 0;

 private:
    const MemoryStore& store_;
};

class EveryLoginIsShown final : public Presences {
 public:
    Async<std::optional<Presence>> shown(LoginId login) override {
        Presence page;
        page.login = login;
        page.address = parse_ip("127.0.0.1").value();
        co_return page;
    }
    Async<std::optional<Presence>> showing(UserCode) override {
        co_return std::optional<Presence>();
    }
};

class LoginsAlone : public testing::Test {
 protected:
    Result<Login> scan(const LoginId& login) {
        const auto scan = await(logins_.scan(
            {Pointer::Kind::code, keys_.seal_code(login, 0)},
            phone_,
            parse_ip("127.0.0.1").value(),
            noon
        ));
        if (!scan) return scan.error();
        return scan->login;
    }
    Collection as_session() const {
        Collection what{.asked = asked_};
        what.session.emplace().created_at = noon;
        return what;
    }

    const LoginId id_ = login_made_at(noon);
    const BrowserCookie cookie_ = bytes_full_of<BrowserCookie>(0x11);
    const Phone phone_{alice.account, alice.session, "Ada", noon, "Ada"};
    const Asked asked_{noon, "127.0.0.1"};
    SealingKeys keys_{sealing_key(1)};
    MemoryStore store_;
    BellThatLooks bell_{store_};
    EveryLoginIsShown presences_;
    MemoryClients client_store_;
    Clients clients_{client_store_};
    Logins logins_{{keys_, store_, bell_, presences_, clients_, crypto::system_random}};
};

TEST_F(LoginsAlone, RingWhatIsStoredAndNeverBefore) {
    scan(id_).value();
    await(logins_.approve(id_, phone_, std::nullopt, asked_)).value();
    const auto token = keys_.open_token(keys_.seal_token(id_, own_client, cookie_), noon).value();
    await(logins_.collect({token, cookie_}, as_session())).value();
    await(logins_.report(id_, phone_, asked_)).value();
    const LoginId other = login_made_at(noon, 2);
    scan(other).value();
    await(logins_.deny(other, phone_, asked_)).value();
    const LoginId classic = login_made_at(noon, 3);
    await(logins_.allow(keys_.seal_code(classic), phone_, asked_)).value();

    const std::vector expected{
        State::scanned,
        State::approved,
        State::collected,
        State::collected,
        State::scanned,
        State::denied,
        State::approved,
    };
    EXPECT_EQ(bell_.rung, expected);
}

TEST_F(LoginsAlone, RingNothingThatCouldNotBeStored) {
    scan(id_).value();
    bell_.rung.clear();
    store_.broken = true;

    EXPECT_EQ(await(logins_.approve(id_, phone_, std::nullopt, asked_)).error(), Errc::unavailable);
    EXPECT_EQ(await(logins_.deny(id_, phone_, asked_)).error(), Errc::unavailable);
    EXPECT_TRUE(bell_.rung.empty());
}

}  // namespace
}  // namespace latchkey::login
