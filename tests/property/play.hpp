/// Plays steps against a whole server, and holds each answer, each frame and each row against what
/// is promised.
#pragma once

#include "property/attempt.hpp"
#include "property/promise.hpp"
#include "property/scene.hpp"
#include "property/steps.hpp"

#include <boost/json/parse.hpp>

#include <map>
#include <memory>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::test {

/// Plays the steps against the server and against what is promised, and compares.
class Play {
    using Page = login::test::Page;
    using Reply = login::test::Reply;
    using Stream = login::test::Stream;
    using Visitor = login::test::Visitor;

    static constexpr const char* key_a = "aaaaaaaaaaaaaaaaaaaaaa";
    static constexpr const char* key_b = "bbbbbbbbbbbbbbbbbbbbbb";

 public:
    /// Which browser has which login.
    explicit Play(const std::vector<std::size_t>& browsers) {
        for (const std::size_t browser : browsers) attempts_.push_back({.browser = browser});
        for (std::size_t i = 0; i < scene_.cookies.size(); ++i) scene_.meet(i);
        for (Attempt& attempt : attempts_) create(attempt);
    }

    void take(const Step& step) {
        Attempt& attempt = attempts_.at(step.login);
        act(attempt, step);
        for (const Attempt& each : attempts_) compare(each);
        compare_sessions();
    }

    void finish() const {
        const auto verdict = await(scene_.place.house().database.audit().verify());
        RC_ASSERT(verdict.has_value());
        RC_ASSERT(!verdict->fault);
    }

 private:
    Time now() const { return scene_.now(); }

    void act(Attempt& attempt, const Step& step) {
        const Phone& phone = scene_.place.phones.at(step.phone);
        switch (step.act) {
            case Act::create:
                return create(attempt);
            case Act::watch_socket:
            case Act::watch_stream:
                return watch(attempt, step.act == Act::watch_socket);
            case Act::poll:
                return poll(attempt);
            case Act::scan:
                return scan(attempt, phone);
            case Act::approve:
            case Act::approve_wrong:
            case Act::approve_bare:
                return approve(attempt, phone, step.act);
            case Act::deny:
                return deny(attempt, phone);
            case Act::report:
            case Act::end:
                return end(attempt, phone, step.act == Act::report);
            case Act::cancel:
            case Act::cancel_by_stranger:
                return cancel(attempt, step.act == Act::cancel);
            case Act::collect:
                return collect(attempt, {});
            case Act::collect_under_a:
                return collect(attempt, key_a);
            case Act::collect_under_b:
                return collect(attempt, key_b);
            case Act::collect_by_stranger:
                return collect_by_stranger(attempt);
            case Act::pass:
                return scene_.place.pass(milliseconds(step.time_ms));
            case Act::crash:
                return crash(scene_.place.disk());
            case Act::crash_amid:
                return crash_amid(attempt, phone, step.time_ms);
        }
    }

    void create(Attempt& attempt) {
        attempt.drop();
        const Reply reply = scene_.browser(attempt.browser).post_json("/v1/logins", "{}");
        RC_ASSERT(reply.status == 201U);
        attempt.token = reply.text("token");
        attempt.id = scene_.place.keys.open_token(attempt.token, now()).value().login;
        attempt.promise = Promise::made_at(now());
    }

    /// A page that comes, or comes back, is first told how things stand; only then goes the old
    /// one.
    void watch(Attempt& attempt, bool by_socket) {
        Attempt fresh{.browser = attempt.browser};
        const Visitor visitor = scene_.browser(attempt.browser);
        if (by_socket) {
            fresh.page = std::make_unique<Page>(visitor, "latchkey.v1");
            RC_ASSERT(type_of(fresh.hear()) == "hello");
            fresh.page->say(R"({"type":"watch","token":")" + attempt.token + R"("})");
        } else {
            fresh.stream = std::make_unique<Stream>(
                visitor, "/v1/logins/current/events", Scene::bearer(attempt)
            );
            const bool old = attempt.promise->token_is_old(now());
            RC_ASSERT(fresh.stream->reply().status == (old ? 401U : 200U));
            if (!old) RC_ASSERT(type_of(fresh.hear()) == "hello");
        }
        const bool away = attempt.promise->token_is_old(now());
        const std::string frame = away && !by_socket ? std::string() : fresh.hear();
        RC_ASSERT(type_of(frame) == (away ? "" : attempt.promise->frame(now())));
        check_number(attempt, frame);
        attempt.page = std::move(fresh.page);
        attempt.stream = std::move(fresh.stream);
        attempt.last_told = type_of(frame);
        if (attempt.last_told == "denied" || attempt.last_told == "expired" ||
            attempt.last_told.empty()) {
            attempt.drop();
        }
    }

    void poll(const Attempt& attempt) {
        Stream answer(
            scene_.browser(attempt.browser),
            "/v1/logins/current?wait_ms=20000",
            Scene::bearer(attempt)
        );
        if (attempt.promise->token_is_old(now())) {
            RC_ASSERT(answer.reply().status == 401U);
            return;
        }
        const std::string expected = attempt.promise->frame(now());
        if (expected.empty()) return;
        RC_ASSERT(answer.reply().status == 200U);
        RC_ASSERT(type_of(answer.body()) == expected);
    }

    static void check_number(const Attempt& attempt, const std::string& frame) {
        if (type_of(frame) != "scanned") return;
        const auto value = boost::json::parse(frame);
        const auto* const shown = value.as_object().if_contains("number");
        RC_ASSERT((shown != nullptr) == attempt.promise->number.has_value());
        if (shown == nullptr) return;
        const std::string number = login::number_text(*attempt.promise->number);
        RC_ASSERT(std::string(shown->as_string()) == number);
    }

    /// What changed is told to the page that shows it.
    static void hear_of_change(Attempt& attempt, const std::string& expected) {
        if (attempt.last_told.empty()) return;
        const std::string frame = attempt.hear();
        RC_ASSERT(type_of(frame) == expected);
        check_number(attempt, frame);
        attempt.last_told = expected;
        if (expected == "denied" || expected.empty()) attempt.drop();
    }

    void scan(Attempt& attempt, const Phone& phone) {
        Promise& promise = *attempt.promise;
        const Word expected = promise.scan(phone.account, !attempt.last_told.empty(), now());
        const Reply reply = scene_.scan(attempt, phone).send();
        RC_ASSERT(word_of(reply) == expected);
        if (expected != "ok" || promise.state != Promise::State::waiting) return;

        scanned(attempt, phone);
        RC_ASSERT((reply.text("confirm") == "number") == promise.number.has_value());
        hear_of_change(attempt, "scanned");
    }
    /// How it must be confirmed is the server's to say.
    void scanned(Attempt& attempt, const Phone& phone) const {
        attempt.promise->state = Promise::State::scanned;
        attempt.promise->account = phone.account;
        const auto row = scene_.stored(attempt);
        RC_ASSERT(row.has_value());
        if (row->confirm == login::Confirm::number) attempt.promise->number = row->number;
    }

    void approve(Attempt& attempt, const Phone& phone, Act how) {
        Promise& promise = *attempt.promise;
        const std::uint8_t number = promise.number.value_or(7);
        std::optional<std::uint8_t> typed;
        if (how == Act::approve) typed = number;
        if (how == Act::approve_wrong) typed = static_cast<std::uint8_t>((number + 1) % 100);
        const Word expected = promise.approve(phone.account, typed, now());
        RC_ASSERT(word_of(scene_.approve(attempt, phone, typed).send()) == expected);
        if (expected == "ok") hear_of_change(attempt, "approved");
        if (expected == "wrong-number") hear_of_change(attempt, "denied");
    }

    void deny(Attempt& attempt, const Phone& phone) {
        const Word expected = attempt.promise->deny(phone.account, now());
        RC_ASSERT(word_of(scene_.decide(attempt, phone, "deny").send()) == expected);
        if (expected == "ok") hear_of_change(attempt, "denied");
    }

    /// A report ends all that the browser has of the account; the other, what came of the login.
    void end(Attempt& attempt, const Phone& phone, bool report) {
        const auto before = attempt.promise->state;
        const Word expected = report ? attempt.promise->report(phone.account, now())
                                     : attempt.promise->take_back(phone.account, now());
        const Reply reply = scene_.decide(attempt, phone, report ? "report" : "end").send();
        RC_ASSERT(word_of(reply) == expected);
        if (expected != "ok") return;
        std::int64_t ended = 0;
        for (Session& session : sessions_) {
            const bool meant =
                report ? session.browser == attempt.browser && session.account == phone.account
                       : session.login == attempt.id;
            if (meant && session.lives) ++ended;
            if (meant) session.lives = false;
        }
        RC_ASSERT(boost::json::parse(reply.body).at("sessions_ended").as_int64() == ended);
        if (attempt.promise->state != before) hear_of_change(attempt, "denied");
    }

    void cancel(Attempt& attempt, bool own_cookie) {
        const bool waits = attempt.promise->state == Promise::State::waiting;
        const Word expected = attempt.promise->cancel(own_cookie, now());
        Visitor visitor = scene_.browser(own_cookie ? attempt.browser : 1 - attempt.browser);
        const Reply reply =
            visitor.send("DELETE", "/v1/logins/current", {}, Scene::bearer(attempt));
        RC_ASSERT(word_of(reply) == expected);
        if (expected != "ok") return;
        // One that waits is stored nowhere: its page is told, and nothing else becomes of it.
        hear_of_change(attempt, "denied");
        if (waits) RC_ASSERT(!scene_.stored(attempt));
    }

    Session* session_of(const Attempt& attempt) {
        for (Session& session : sessions_) {
            if (session.login == attempt.id) return &session;
        }
        return nullptr;
    }

    void collect(Attempt& attempt, const std::string& key) {
        const bool again = attempt.promise->state == Promise::State::collected;
        const Session* const had = session_of(attempt);
        const Word expected = attempt.promise->collect(key, had != nullptr && had->lives, now());
        Message message = scene_.collect(attempt, key);
        const Reply reply = message.send();
        RC_ASSERT(word_of(reply) == expected);
        RC_ASSERT(reply.cookie("latchkey_session").has_value() == (expected == "ok"));
        if (expected != "ok") return;
        const std::string cookie = *reply.cookie("latchkey_session");
        if (again) {
            RC_ASSERT(cookie == had->cookie);
        } else {
            RC_ASSERT(had == nullptr);
            collected(attempt, cookie);
            hear_of_change(attempt, "");
        }
        scene_.cookies.at(attempt.browser) = message.from.cookies;
    }
    /// The session that the browser had goes with it.
    void collected(const Attempt& attempt, const std::string& cookie) {
        const std::string replaced = scene_.cookies.at(attempt.browser)["latchkey_session"];
        for (Session& session : sessions_) {
            if (session.cookie == replaced) session.lives = false;
        }
        sessions_.push_back({attempt.browser, *attempt.promise->account, attempt.id, cookie});
    }

    void collect_by_stranger(const Attempt& attempt) {
        const Word expected =
            attempt.promise->token_is_old(now()) ? "token-invalid" : "wrong-browser";
        Visitor stranger = scene_.browser(1 - attempt.browser);
        Visitor nobody(scene_.place.house().port());
        for (Visitor* visitor : {&stranger, &nobody}) {
            const Reply reply =
                visitor->send("POST", "/v1/logins/current/collect", {}, Scene::bearer(attempt));
            RC_ASSERT(word_of(reply) == expected);
            RC_ASSERT(!reply.cookie("latchkey_session"));
        }
        const Reply bare =
            scene_.browser(attempt.browser).send("POST", "/v1/logins/current/collect");
        RC_ASSERT(word_of(bare) == "token-invalid");
    }

    void crash(std::unique_ptr<FreshDirectory> left) {
        for (Attempt& attempt : attempts_) attempt.drop();
        scene_.place.crash(std::move(left));
    }

    struct Underway {
        Message message;
        Word expected;
    };
    /// What is next for it is asked, and the promise is as if that were done.
    Underway begin(Attempt& attempt, const Phone& phone, bool kindly) {
        Promise& promise = *attempt.promise;
        if (promise.state == Promise::State::waiting) {
            const Word expected = promise.scan(phone.account, !attempt.last_told.empty(), now());
            if (expected == "ok") promise.state = Promise::State::scanned;
            return {scene_.scan(attempt, phone), expected};
        }
        if (promise.state == Promise::State::scanned && kindly) {
            const std::uint8_t number = promise.number.value_or(7);
            const Word expected = promise.approve(phone.account, number, now());
            return {scene_.approve(attempt, phone, number), expected};
        }
        if (promise.state == Promise::State::scanned) {
            const Word expected = promise.deny(phone.account, now());
            return {scene_.decide(attempt, phone, "deny"), expected};
        }
        const Session* const had = session_of(attempt);
        const Word expected = promise.collect(key_a, had != nullptr && had->lives, now());
        return {scene_.collect(attempt, key_a), expected};
    }

    /// What is under way when the server dies has been done or has not; what was answered, has.
    void crash_amid(Attempt& attempt, const Phone& phone, int what_and_when) {
        const Promise before = *attempt.promise;
        auto [message, expected] = begin(attempt, phone, what_and_when % 2 == 0);
        const Promise after = *attempt.promise;
        const auto asking = message.ask();
        bool heard = false;
        std::unique_ptr<FreshDirectory> left;
        for (int look = what_and_when / 2 % looks_max; look >= 0 && !heard; --look) {
            heard = asking.is_answered();
            left = scene_.place.disk();
        }
        // From here on nobody hears of it but this test, which asks what the answer is.
        const Reply reply = message.from.answer(asking);
        RC_ASSERT(word_of(reply) == expected);
        crash(std::move(left));

        const auto row = scene_.stored(attempt);
        const bool changes = after.state != before.state;
        const bool done = changes && row && row->state == after.stored();
        RC_ASSERT(done || !changes || !heard);
        if (!done) *attempt.promise = before;
        if (done && after.state == Promise::State::scanned) scanned(attempt, phone);
        const auto cookie = reply.cookie("latchkey_session");
        if (done && cookie) collected(attempt, *cookie);
        if (heard && cookie) scene_.cookies.at(attempt.browser) = message.from.cookies;
    }

    void compare(const Attempt& attempt) const {
        const auto row = scene_.stored(attempt);
        const Promise& promise = *attempt.promise;
        RC_ASSERT(row.has_value() == promise.stored().has_value());
        if (!row) return;
        RC_ASSERT(row->state == *promise.stored());
        RC_ASSERT(row->account == *promise.account);
        RC_ASSERT(row->expires_at == promise.expires_at);
    }

    /// No session lives but those that were collected and have not ended.
    void compare_sessions() const {
        std::map<AccountId, std::size_t> living;
        for (const Session& session : sessions_) living[session.account] += session.lives ? 1 : 0;
        for (const std::size_t phone : {0U, 2U}) {
            const AccountId account = scene_.place.phones.at(phone).account;
            auto all = await(scene_.place.house().database.sessions().sessions_of(account, now()));
            std::erase_if(all.value(), [](const identity::Session& session) {
                return session.kind != identity::SessionKind::scan;
            });
            RC_ASSERT(all->size() == living[account]);
        }
    }

    Scene scene_;
    std::vector<Attempt> attempts_;
    std::vector<Session> sessions_;
};

}  // namespace latchkey::test
