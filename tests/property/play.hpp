/// Plays steps against a whole server, and holds each answer, each frame and each row against what
/// is promised.
#pragma once

#include "base/encoding.hpp"
#include "property/attempt.hpp"
#include "property/installation.hpp"
#include "property/promise.hpp"
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

 public:
    /// Which browser has which login.
    explicit Play(const std::vector<std::size_t>& browsers) : cookies_(2) {
        for (const std::size_t browser : browsers) attempts_.push_back({.browser = browser});
        for (std::size_t i = 0; i < cookies_.size(); ++i) meet(i);
        for (Attempt& attempt : attempts_) create(attempt);
    }

    void take(const Step& step) {
        Attempt& attempt = attempts_.at(step.login);
        act(attempt, step);
        for (const Attempt& each : attempts_) compare(each);
        compare_sessions();
    }

    void finish() const {
        const auto verdict = await(place_.house().database.audit().verify());
        RC_ASSERT(verdict.has_value());
        RC_ASSERT(!verdict->fault);
    }

 private:
    Time now() const { return place_.now(); }

    void act(Attempt& attempt, const Step& step) {
        const Phone& phone = place_.phones.at(step.phone);
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
                return collect(attempt, "aaaaaaaaaaaaaaaaaaaaaa");
            case Act::collect_under_b:
                return collect(attempt, "bbbbbbbbbbbbbbbbbbbbbb");
            case Act::collect_by_stranger:
                return collect_by_stranger(attempt);
            case Act::pass:
                return place_.pass(milliseconds(step.time_ms));
            case Act::crash:
                return crash();
        }
    }

    Visitor browser(std::size_t number) const {
        Visitor visitor(place_.house().port());
        visitor.cookies = cookies_.at(number);
        return visitor;
    }
    Reply by_phone(const Phone& phone, const std::string& target, const std::string& body) const {
        Visitor visitor(place_.house().port());
        visitor.host = phone.host;
        visitor.cookies["latchkey_session"] = phone.cookie;
        return visitor.post_json(target, body);
    }
    Reply decide(
        const Attempt& attempt,
        const Phone& phone,
        const std::string& what,
        const std::string& body = "{}"
    ) const {
        return by_phone(phone, "/v1/scans/" + base64url(attempt.id.view()) + "/" + what, body);
    }
    static Visitor::Fields bearer(const Attempt& attempt) {
        return {{"Authorization", "Bearer " + attempt.token}};
    }

    void meet(std::size_t number) {
        Visitor visitor = browser(number);
        visitor.post_json("/v1/logins", "{}");
        cookies_.at(number) = visitor.cookies;
    }

    void create(Attempt& attempt) {
        attempt.drop();
        const Reply reply = browser(attempt.browser).post_json("/v1/logins", "{}");
        RC_ASSERT(reply.status == 201U);
        attempt.token = reply.text("token");
        attempt.id = place_.keys.open_token(attempt.token, now()).value().login;
        attempt.promise = Promise::made_at(now());
    }

    /// A page that comes, or comes back, is first told how things stand; only then goes the old
    /// one.
    void watch(Attempt& attempt, bool by_socket) {
        Attempt fresh{.browser = attempt.browser};
        const Visitor visitor = browser(attempt.browser);
        if (by_socket) {
            fresh.page = std::make_unique<Page>(visitor, "latchkey.v1");
            RC_ASSERT(type_of(fresh.hear()) == "hello");
            fresh.page->say(R"({"type":"watch","token":")" + attempt.token + R"("})");
        } else {
            fresh.stream =
                std::make_unique<Stream>(visitor, "/v1/logins/current/events", bearer(attempt));
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
            browser(attempt.browser), "/v1/logins/current?wait_ms=20000", bearer(attempt)
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

    std::optional<login::Login> stored(const Attempt& attempt) const {
        return await(place_.house().database.logins().find(attempt.id)).value();
    }

    void scan(Attempt& attempt, const Phone& phone) {
        Promise& promise = *attempt.promise;
        const auto step = (now() - promise.created) / seconds(10);
        const std::string code =
            place_.keys.seal_code(attempt.id, static_cast<std::uint16_t>(step));
        const Word expected = promise.scan(phone.account, !attempt.last_told.empty(), now());
        const Reply reply = by_phone(phone, "/v1/scans", R"({"code":")" + code + R"("})");
        RC_ASSERT(word_of(reply) == expected);
        if (expected != "ok" || promise.state != Promise::State::waiting) return;

        promise.state = Promise::State::scanned;
        promise.account = phone.account;
        const auto row = stored(attempt);
        RC_ASSERT(row.has_value());
        const bool number = reply.text("confirm") == "number";
        RC_ASSERT(number == (row->confirm == login::Confirm::number));
        if (number) promise.number = row->number;
        hear_of_change(attempt, "scanned");
    }

    void approve(Attempt& attempt, const Phone& phone, Act how) {
        Promise& promise = *attempt.promise;
        const std::uint8_t number = promise.number.value_or(7);
        std::optional<std::uint8_t> typed;
        if (how == Act::approve) typed = number;
        if (how == Act::approve_wrong) typed = static_cast<std::uint8_t>((number + 1) % 100);
        const std::string body =
            typed ? R"({"number":")" + login::number_text(*typed) + R"("})" : "{}";
        const Word expected = promise.approve(phone.account, typed, now());
        RC_ASSERT(word_of(decide(attempt, phone, "approve", body)) == expected);
        if (expected == "ok") hear_of_change(attempt, "approved");
        if (expected == "wrong-number") hear_of_change(attempt, "denied");
    }

    void deny(Attempt& attempt, const Phone& phone) {
        const Word expected = attempt.promise->deny(phone.account, now());
        RC_ASSERT(word_of(decide(attempt, phone, "deny")) == expected);
        if (expected == "ok") hear_of_change(attempt, "denied");
    }

    /// A report ends all that the browser has of the account; the other, what came of the login.
    void end(Attempt& attempt, const Phone& phone, bool report) {
        const auto before = attempt.promise->state;
        const Word expected = report ? attempt.promise->report(phone.account, now())
                                     : attempt.promise->take_back(phone.account, now());
        const Reply reply = decide(attempt, phone, report ? "report" : "end");
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
        Visitor visitor = browser(own_cookie ? attempt.browser : 1 - attempt.browser);
        const Reply reply = visitor.send("DELETE", "/v1/logins/current", {}, bearer(attempt));
        RC_ASSERT(word_of(reply) == expected);
        if (expected != "ok") return;
        // One that waits is stored nowhere: its page is told, and nothing else becomes of it.
        hear_of_change(attempt, "denied");
        if (waits) RC_ASSERT(!stored(attempt));
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
        Visitor visitor = browser(attempt.browser);
        Visitor::Fields fields = bearer(attempt);
        if (!key.empty()) fields.emplace_back("Idempotency-Key", key);
        const Reply reply =
            visitor.send("POST", "/v1/logins/current/collect", {}, std::move(fields));
        RC_ASSERT(word_of(reply) == expected);
        RC_ASSERT(reply.cookie("latchkey_session").has_value() == (expected == "ok"));
        if (expected != "ok") return;
        const std::string cookie = *reply.cookie("latchkey_session");
        if (again) {
            RC_ASSERT(cookie == had->cookie);
        } else {
            RC_ASSERT(had == nullptr);
            const std::string replaced = cookies_.at(attempt.browser)["latchkey_session"];
            for (Session& session : sessions_) {
                if (session.cookie == replaced) session.lives = false;
            }
            sessions_.push_back({attempt.browser, *attempt.promise->account, attempt.id, cookie});
            hear_of_change(attempt, "");
        }
        cookies_.at(attempt.browser) = visitor.cookies;
    }

    void collect_by_stranger(const Attempt& attempt) {
        const Word expected =
            attempt.promise->token_is_old(now()) ? "token-invalid" : "wrong-browser";
        Visitor stranger = browser(1 - attempt.browser);
        Visitor nobody(place_.house().port());
        for (Visitor* visitor : {&stranger, &nobody}) {
            const Reply reply =
                visitor->send("POST", "/v1/logins/current/collect", {}, bearer(attempt));
            RC_ASSERT(word_of(reply) == expected);
            RC_ASSERT(!reply.cookie("latchkey_session"));
        }
        const Reply bare = browser(attempt.browser).send("POST", "/v1/logins/current/collect");
        RC_ASSERT(word_of(bare) == "token-invalid");
    }

    void crash() {
        for (Attempt& attempt : attempts_) attempt.drop();
        place_.crash();
    }

    void compare(const Attempt& attempt) const {
        const auto row = stored(attempt);
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
            const AccountId account = place_.phones.at(phone).account;
            auto all = await(place_.house().database.sessions().sessions_of(account, now()));
            std::erase_if(all.value(), [](const identity::Session& session) {
                return session.kind != identity::SessionKind::scan;
            });
            RC_ASSERT(all->size() == living[account]);
        }
    }

    Installation place_;
    std::vector<std::map<std::string, std::string>> cookies_;  ///< of each browser
    std::vector<Attempt> attempts_;
    std::vector<Session> sessions_;
};

}  // namespace latchkey::test
