#include "base/encoding.hpp"
#include "contract/await.hpp"
#include "crypto/digest.hpp"
#include "login/client.hpp"
#include "login/values.hpp"
#include "main/serving.hpp"
#include "store/database.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace latchkey::test {
namespace {

using login::test::Page;
using login::test::Reply;
using login::test::Visitor;

constexpr int rounds = 12;
constexpr int visitors = 3;
constexpr int requests_max = 40;  ///< until the kill

/// A browser's login as far as it heard of it before the server died.
struct Told {
    std::map<std::string, std::string> cookies{};
    std::string token{};
    std::string id{};
    std::string session{};  ///< the cookie, once the answer came
    bool approved = false;  ///< answered with 200
    bool denied = false;    ///< answered with 200
};

/// The server goes at the request that is due, before that is sent; others may be under way.
class Fuse {
 public:
    Fuse(const Process& server, int requests) : server_(server), left_(requests) {}
    void burn() {
        if (--left_ == 0) server_.signal(SIGKILL);
    }

 private:
    const Process& server_;
    std::atomic<int> left_;
};

/// What the page makes of its rotation: the code of the first step.
std::string code_in(const Reply& created) {
    const auto body = boost::json::parse(created.body);
    const auto& rotation = body.at("rotation");
    const auto text = [&](const char* name) { return std::string(rotation.at(name).as_string()); };
    const auto id = bytes_from<LoginId>(text("login"), from_base64url).value();
    const auto key = bytes_from<login::RotationKey>(text("key"), from_base64url).value();
    Bytes<struct ShownTag, 22> code;
    std::ranges::copy(id.data, code.data.begin());
    const auto field = static_cast<std::uint16_t>(rotation.at("field").as_int64());
    put_big_endian(code.span().subspan<12, 2>(), field);
    const auto mac = crypto::hmac(key.view(), {code.view().first(14)});
    std::copy_n(mac.data.begin(), 8, code.data.begin() + 14);
    return base32(code.view());
}

Reply collect(Visitor& browser, const Told& told) {
    return browser.send(
        "POST",
        "/v1/logins/current/collect",
        {},
        {{"Authorization", "Bearer " + told.token}, {"Idempotency-Key", "the-same-key-each-time"}}
    );
}

/// One login from its code on, as far as the server lives. Throws when it cannot be reached.
void sign_in_once(
    std::uint16_t port, const std::string& phone_cookie, int how, Fuse& fuse, Told& told
) {
    Visitor browser(port);
    fuse.burn();
    const Reply created = browser.post_json("/v1/logins", "{}");
    if (created.status != 201) return;
    told.cookies = browser.cookies;
    told.token = created.text("token");
    Page page(browser, "latchkey.v1");
    page.hear();
    page.say(R"({"type":"watch","token":")" + told.token + R"("})");
    if (page.hear().empty()) return;

    Visitor phone(port);
    phone.cookies["latchkey_session"] = phone_cookie;
    fuse.burn();
    const Reply scan = phone.post_json("/v1/scans", R"({"code":")" + code_in(created) + R"("})");
    if (scan.status != 201) return;
    told.id = scan.text("id");
    fuse.burn();
    if (how == 0) {
        told.denied = phone.post_json("/v1/scans/" + told.id + "/deny", "{}").status == 200;
        return;
    }
    const std::string number = scan.text("confirm") == "number" ? page.hear() : std::string();
    const std::string body =
        number.empty()
            ? "{}"
            : R"({"number":")" + std::string(boost::json::parse(number).at("number").as_string()) +
                  R"("})";
    told.approved = phone.post_json("/v1/scans/" + told.id + "/approve", body).status == 200;
    if (!told.approved || how == 1) return;
    fuse.burn();
    told.session = collect(browser, told).cookie("latchkey_session").value_or("");
}

class Killed : public Serving {
 protected:
    static std::uint16_t started(Process& server) {
        return static_cast<std::uint16_t>(port_of(server.error_line()));
    }

    /// Many logins at once until the server is dead.
    std::vector<Told> until_killed(const Process& server, std::uint16_t port, unsigned seed) const {
        std::minstd_rand random(seed);
        Fuse fuse(server, 1 + static_cast<int>(random() % requests_max));
        std::vector<Told> all;
        std::mutex mutex;
        std::vector<std::thread> threads;
        for (int i = 0; i < visitors; ++i) {
            threads.emplace_back([&, own = std::minstd_rand(random())]() mutable {
                for (bool lives = true; lives;) {
                    Told told;
                    try {
                        sign_in_once(port, phone_, static_cast<int>(own() % 6), fuse, told);
                    } catch (const std::exception&) {
                        lives = false;  // nobody listens any more
                    }
                    const std::lock_guard lock(mutex);
                    all.push_back(std::move(told));
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        return all;
    }

    /// What the server said before it died is so after it.
    void expect_kept(std::uint16_t port, const std::vector<Told>& all) {
        for (const Told& told : all) {
            if (told.token.empty()) continue;
            Visitor browser(port);
            browser.cookies = told.cookies;
            const Reply reply = collect(browser, told);
            const auto session = reply.cookie("latchkey_session");
            if (told.approved) {
                EXPECT_EQ(reply.status, 200U) << reply.body;
            }
            if (told.denied) {
                EXPECT_EQ(reply.status, 409U) << reply.body;
            }
            if (!told.session.empty()) {
                EXPECT_EQ(session, told.session);
            }
            EXPECT_EQ(session.has_value(), reply.status == 200U);
            if (!session) continue;
            EXPECT_TRUE(collected_.insert(*session).second) << "two logins, one session";
            EXPECT_EQ(collect(browser, told).cookie("latchkey_session"), session);
        }
    }

    /// One session for each login that was collected, and no other.
    void expect_one_session_each() const {
        store::Database database(data());
        const auto accounts = await(database.accounts().accounts()).value();
        const Time now{std::chrono::floor<milliseconds>(std::chrono::system_clock::now())};
        auto sessions = await(database.sessions().sessions_of(accounts.at(0).id, now)).value();
        std::erase_if(sessions, [](const identity::Session& session) {
            return session.kind != identity::SessionKind::scan;
        });
        EXPECT_EQ(sessions.size(), collected_.size());
    }

    std::string phone_;  ///< the cookie of Ada's phone

 private:
    std::set<std::string> collected_;  ///< the cookies of all sessions
};

TEST_F(Killed, WhatWasAnsweredIsSoAfterAKillAtAnyInstant) {
    add_ada();
    const unsigned seed = std::random_device{}();
    std::size_t approved = 0;
    for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
        std::vector<Told> all;
        {
            Process server(arguments({"--no-rate-limits"}));
            const std::uint16_t port = started(server);
            if (phone_.empty()) {
                const std::string answer = sign_in(port, "Ada", "correct horse");
                const std::size_t at = answer.find("latchkey_session=") + 17;
                phone_ = answer.substr(at, answer.find(';', at) - at);
            }
            all = until_killed(server, port, seed + round);
            ASSERT_EQ(server.wait().status, -SIGKILL);
        }
        {
            Process server(arguments({"--no-rate-limits"}));
            expect_kept(started(server), all);
        }
        for (const Told& told : all) approved += told.approved ? 1 : 0;
    }
    EXPECT_GT(approved, 0U);
    expect_one_session_each();
    const auto verified = run({"audit", "verify", "--data", data().string()});
    EXPECT_EQ(verified.status, 0) << verified.out << verified.error;
}

}  // namespace
}  // namespace latchkey::test
