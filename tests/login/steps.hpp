/// The steps of a login, as the tests tell them.
#pragma once

#include "login/client.hpp"
#include "login/house.hpp"

#include <string>
#include <string_view>

namespace latchkey::login::test {

/// A browser that has begun a login.
struct Begun {
    Visitor browser;
    std::string token;
    std::string code;
};

/// The code that a page shows at its first step, or at a later one.
inline std::string code_of(const House& house, std::string_view token, std::uint16_t step = 0) {
    const auto opened = house.keys.open_token(token, house.now());
    return opened ? house.keys.seal_code(opened->login, step) : std::string();
}

inline Begun begin(const House& house, std::string_view body = {}) {
    Visitor browser = house.browser();
    const Reply reply = browser.post_json("/v1/logins", body);
    const std::string token = reply.text("token");
    return {browser, token, code_of(house, token)};
}

inline Begun begin_classic(const House& house) {
    Visitor browser = house.browser();
    const Reply reply = browser.send("POST", "/qrcode/");
    return {browser, reply.text("token"), reply.text("code")};
}

inline std::string token_message(std::string_view token) {
    return R"({"token":")" + std::string(token) + R"("})";
}

inline std::string watch_message(std::string_view token) {
    return R"({"type":"watch","token":")" + std::string(token) + R"("})";
}

/// A classic page that has said its token, up to and without the answer.
inline Page classic_page(const Begun& login) {
    Page page(login.browser);
    page.hear();
    page.say(token_message(login.token));
    return page;
}

/// A page of `latchkey.v1` that has said its token, up to and without the answer.
inline Page v1_page(const Begun& login) {
    Page page(login.browser, "latchkey.v1");
    page.hear();
    page.say(watch_message(login.token));
    return page;
}

inline Reply allow(const House& house, const std::string& who, std::string_view code) {
    return house.phone(who).post_form("/allow/", "code=" + std::string(code));
}

inline Reply scan(const House& house, const std::string& who, std::string_view code) {
    return house.phone(who).post_json("/v1/scans", R"({"code":")" + std::string(code) + R"("})");
}

/// `answer` is `approve`, `deny`, `report` or `end`.
inline Reply decide(
    const House& house,
    const std::string& who,
    const std::string& id,
    const std::string& answer,
    std::string_view body = {}
) {
    return house.phone(who).post_json("/v1/scans/" + id + "/" + answer, body);
}

/// Scans it while a page shows it for a moment, and says yes.
inline Reply approve(const House& house, const std::string& who, const Begun& login) {
    Page page = v1_page(login);
    page.hear();
    return decide(house, who, scan(house, who, login.code).text("id"), "approve");
}

inline Reply collect(Begun& login, const std::string& idempotency_key = {}) {
    Visitor::Fields fields{{"Authorization", "Bearer " + login.token}};
    if (!idempotency_key.empty()) fields.emplace_back("Idempotency-Key", idempotency_key);
    return login.browser.send("POST", "/v1/logins/current/collect", {}, std::move(fields));
}

/// Somebody of the visitors' own address guesses until it is told to wait.
inline void use_up_guesses(const House& house) {
    Visitor guesser = house.browser();
    while (guesser.send("GET", "/qrcode/?token=x").status != 429U) {
    }
}

/// A `Retry-After` that a guesser of 30 a minute gets: the next guess is free within two seconds.
inline bool is_a_short_wait(const std::string& retry_after) {
    return retry_after == "1" || retry_after == "2" || retry_after == "3";
}

}  // namespace latchkey::login::test
