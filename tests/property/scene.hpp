/// Who is there, and what they say to the server.
#pragma once

#include "base/encoding.hpp"
#include "property/attempt.hpp"
#include "property/installation.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::test {

/// A request, and who sends it.
struct Message {
    using Visitor = login::test::Visitor;

    Visitor from;
    std::string method{};
    std::string target{};
    std::string body{};
    Visitor::Fields fields{};

    login::test::Reply send() { return from.send(method, target, body, fields); }
    login::test::Asking ask() const { return from.ask(method, target, body, fields); }
};

class Scene {
 public:
    using Visitor = login::test::Visitor;

    Time now() const { return place.now(); }

    Visitor browser(std::size_t number) const {
        Visitor visitor(place.house().port());
        visitor.cookies = cookies.at(number);
        return visitor;
    }
    static Visitor::Fields bearer(const Attempt& attempt) {
        return {{"Authorization", "Bearer " + attempt.token}};
    }
    void meet(std::size_t number) {
        Visitor visitor = browser(number);
        visitor.post_json("/v1/logins", "{}");
        cookies.at(number) = visitor.cookies;
    }

    Message by_phone(const Phone& phone, std::string target, std::string body) const {
        Visitor visitor(place.house().port());
        visitor.host = phone.host;
        visitor.cookies["latchkey_session"] = phone.cookie;
        const Visitor::Fields fields{{"Content-Type", "application/json"}};
        return {std::move(visitor), "POST", std::move(target), std::move(body), fields};
    }
    Message scan(const Attempt& attempt, const Phone& phone) const {
        const auto step = (now() - attempt.promise->created) / seconds(10);
        const std::string code = place.keys.seal_code(attempt.id, static_cast<std::uint16_t>(step));
        return by_phone(phone, "/v1/scans", R"({"code":")" + code + R"("})");
    }
    Message decide(
        const Attempt& attempt, const Phone& phone, const std::string& what, std::string body = "{}"
    ) const {
        const std::string target = "/v1/scans/" + base64url(attempt.id.view()) + "/" + what;
        return by_phone(phone, target, std::move(body));
    }
    Message approve(const Attempt& attempt, const Phone& phone, std::optional<std::uint8_t> typed)
        const {
        if (!typed) return decide(attempt, phone, "approve");
        const std::string number = login::number_text(*typed);
        return decide(attempt, phone, "approve", R"({"number":")" + number + R"("})");
    }
    Message collect(const Attempt& attempt, const std::string& key) const {
        Visitor::Fields fields = bearer(attempt);
        if (!key.empty()) fields.emplace_back("Idempotency-Key", key);
        return {browser(attempt.browser), "POST", "/v1/logins/current/collect", {}, fields};
    }

    std::optional<login::Login> stored(const Attempt& attempt) const {
        return await(place.house().database.logins().find(attempt.id)).value();
    }

    Installation place;
    std::vector<std::map<std::string, std::string>> cookies{2};  ///< of each browser
};

}  // namespace latchkey::test
