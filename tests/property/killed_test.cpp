#include "base/encoding.hpp"
#include "contract/await.hpp"
#include "crypto/digest.hpp"
#include "login/client.hpp"
#include "login/values.hpp"
#include "main/serving.hpp"
#include "store/database.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::test {
namespace {

using login::test::Asking;
using login::test::Page;
using login::test::Reply;
using login::test::Visitor;

constexpr int rounds = 20;
constexpr int visitors = 3;
constexpr int requests_max = 40;  ///< until the kill

/// A browser's login as far as was heard of it before the server died.
struct Told {
    std::map<std::string, std::string> cookies{};
    std::string token{};
    std::string id{};
    std::size_t owner = 0;   ///< the phone whose scan was answered, once there is an id
    std::string session{};   ///< the cookie, once the answer came
    bool approved = false;   ///< answered with 200
    bool collects = false;   ///< the browser has asked for its session
    bool ends = false;       ///< the phone has asked for the end
    bool has_ended = false;  ///< and was answered with 200
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

/// What a page that comes (back) is told first; empty when the server is gone or sends it away.
std::string first_told(Page& page, const std::string& token) {
    if (page.hear().empty()) return {};
    page.say(R"({"type":"watch","token":")" + token + R"("})");
    const std::string frame = page.hear();
    return frame.empty() ? frame : std::string(boost::json::parse(frame).at("type").as_string());
}

/// Cookies of the phones of two accounts.
using Phones = std::array<std::string, 2>;

/// One login from its code on, as far as the server lives, with two phones that both want it.
/// Throws when the server cannot be reached.
class Visit {
 public:
    Visit(std::uint16_t port, const Phones& phones, Fuse& fuse, Told& told)
        : fuse_(fuse), told_(told), browser_(port), phones_{Visitor(port), Visitor(port)} {
        for (std::size_t i = 0; i < phones.size(); ++i) {
            phones_.at(i).cookies["latchkey_session"] = phones.at(i);
        }
    }

    void go(unsigned how) {
        fuse_.burn();
        const Reply created = browser_.post_json("/v1/logins", "{}");
        if (created.status != 201) return;
        told_.cookies = browser_.cookies;
        told_.token = created.text("token");
        page_.emplace(browser_, "latchkey.v1");
        if (first_told(*page_, told_.token).empty()) return;
        if (!scan(R"({"code":")" + code_in(created) + R"("})", how % 2)) return;
        decide(how / 2 % 8);
    }

 private:
    void decide(unsigned how) {
        if (how < 2) return end(how == 0 ? "deny" : "report");
        told_.approved = say("approve", confirmation_) == 200;
        if (!told_.approved || how == 2) return;
        if (how == 3) return end("report");
        if (how == 4) come_back();
        fuse_.burn();
        told_.collects = true;
        told_.session = collect(browser_, told_).cookie("latchkey_session").value_or("");
        if (how == 5 && !told_.session.empty()) end("report");
    }

    Asking ask(std::size_t phone, const std::string& target, const std::string& body) const {
        return phones_.at(phone).ask("POST", target, body, {{"Content-Type", "application/json"}});
    }

    /// Both at once: at most one has it.
    bool scan(const std::string& code, std::size_t first) {
        fuse_.burn();
        const Asking one = ask(first, "/v1/scans", code);
        const Asking other = ask(1 - first, "/v1/scans", code);
        for (const auto& [asking, phone] : {std::pair(&one, first), std::pair(&other, 1 - first)}) {
            const Reply reply = phones_.at(phone).answer(*asking);
            if (reply.status != 201) {
                EXPECT_TRUE(reply.status == 0U || reply.status == 409U) << reply.body;
                continue;
            }
            EXPECT_TRUE(told_.id.empty()) << "two phones have one login";
            told_.id = reply.text("id");
            told_.owner = phone;
            if (reply.text("confirm") == "number") number_is_wanted();
        }
        return !told_.id.empty();
    }

    void number_is_wanted() {
        const std::string frame = page_->hear();
        if (frame.empty()) return;
        const auto number = std::string(boost::json::parse(frame).at("number").as_string());
        confirmation_ = R"({"number":")" + number + R"("})";
    }

    /// Its phone says it, and at the same moment the other, which may not.
    unsigned say(const std::string& what, const std::string& body) {
        fuse_.burn();
        const std::string target = "/v1/scans/" + told_.id + "/" + what;
        const Asking theirs = ask(1 - told_.owner, target, body);
        const unsigned status = phones_.at(told_.owner).post_json(target, body).status;
        const Reply refused = phones_.at(1 - told_.owner).answer(theirs);
        EXPECT_TRUE(refused.status == 0U || refused.status == 403U) << refused.body;
        return status;
    }

    void end(const std::string& what) {
        told_.ends = true;
        told_.has_ended = say(what, "{}") == 200;
    }

    void come_back() {
        page_.emplace(browser_, "latchkey.v1");
        const std::string told = first_told(*page_, told_.token);
        EXPECT_TRUE(told.empty() || told == "approved") << told;
    }

    Fuse& fuse_;
    Told& told_;
    Visitor browser_;
    std::array<Visitor, 2> phones_;
    std::optional<Page> page_;
    std::string confirmation_ = "{}";
};

class Killed : public Serving {
 protected:
    void add_ben() const {
        const auto added =
            run({"user", "add", "Ben", "--password-stdin", "--data", data().string()},
                "correct horse\n");
        ASSERT_EQ(added.status, 0) << added.error;
    }
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
        threads.reserve(visitors);
        for (int i = 0; i < visitors; ++i) {
            threads.emplace_back([&, own = std::minstd_rand(random())]() mutable {
                for (bool lives = true; lives;) {
                    Told told;
                    try {
                        Visit(port, phones_, fuse, told).go(static_cast<unsigned>(own()));
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
            if (told.approved || told.has_ended) expect_told(browser, told);
            expect_nobody_else_may(port, told);
            const Reply reply = collect(browser, told);
            const auto session = reply.cookie("latchkey_session");
            EXPECT_EQ(session.has_value(), reply.status == 200U);
            if (told.has_ended) {
                EXPECT_EQ(reply.status, 409U) << reply.body;
            } else if (told.approved && !told.ends) {
                EXPECT_EQ(reply.status, 200U) << reply.body;
            }
            if (!session) continue;
            if (!told.session.empty()) {
                EXPECT_EQ(session, told.session);
            }
            EXPECT_TRUE(collected_.insert(*session).second) << "two logins, one session";
            ++living_.at(told.owner);
            EXPECT_EQ(collect(browser, told).cookie("latchkey_session"), session);
        }
    }

    /// The page that comes back is told what its phone was answered.
    static void expect_told(const Visitor& browser, const Told& told) {
        if (told.collects || (told.ends && !told.has_ended)) return;
        Page page(browser, "latchkey.v1");
        EXPECT_EQ(first_told(page, told.token), told.has_ended ? "denied" : "approved");
    }

    /// Neither a browser that has the token alone, nor the phone whose scan was too late.
    void expect_nobody_else_may(std::uint16_t port, const Told& told) const {
        Visitor stranger(port);
        EXPECT_EQ(collect(stranger, told).status, 403U);
        if (told.id.empty()) return;
        Visitor phone(port);
        phone.cookies["latchkey_session"] = phones_.at(1 - told.owner);
        EXPECT_EQ(phone.post_json("/v1/scans/" + told.id + "/approve", "{}").status, 403U);
    }

    /// One session for each login that was collected and not reported, and no other.
    void expect_one_session_each() const {
        store::Database database(data());
        const Time now{std::chrono::floor<milliseconds>(std::chrono::system_clock::now())};
        for (const auto& account : await(database.accounts().accounts()).value()) {
            auto sessions = await(database.sessions().sessions_of(account.id, now)).value();
            std::erase_if(sessions, [](const identity::Session& session) {
                return session.kind != identity::SessionKind::scan;
            });
            EXPECT_EQ(sessions.size(), living_.at(account.name == "Ada" ? 0 : 1)) << account.name;
        }
    }

    void sign_in_phones(std::uint16_t port) {
        for (std::size_t i = 0; i < phones_.size(); ++i) {
            const std::string answer = sign_in(port, i == 0 ? "Ada" : "Ben", "correct horse");
            const std::size_t at = answer.find("latchkey_session=") + 17;
            phones_.at(i) = answer.substr(at, answer.find(';', at) - at);
        }
    }

    Phones phones_;  ///< Ada's and Ben's

 private:
    std::set<std::string> collected_;      ///< the cookies of all sessions
    std::array<std::size_t, 2> living_{};  ///< sessions of each
};

TEST_F(Killed, WhatWasAnsweredIsSoAfterAKillAtAnyInstant) {
    add_ada();
    add_ben();
    const unsigned seed = std::random_device{}();
    std::size_t approved = 0;
    for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
        std::vector<Told> all;
        {
            Process server(arguments({"--no-rate-limits"}));
            const std::uint16_t port = started(server);
            if (phones_.front().empty()) sign_in_phones(port);
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
