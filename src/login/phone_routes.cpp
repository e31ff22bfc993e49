#include "base/encoding.hpp"
#include "login/routes.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace latchkey::login {
namespace {

constexpr std::size_t login_id_characters = 16;

/// What `{"handle"}`, `{"code"}` or `{"user_code"}` names; nothing for any other body.
std::optional<Pointer> pointer_in(const net::Request& request) {
    const auto body = request.json_object();
    if (!body) return std::nullopt;
    using Kind = Pointer::Kind;
    constexpr std::array names{
        std::pair("handle", Kind::handle),
        std::pair("code", Kind::code),
        std::pair("user_code", Kind::user_code)
    };
    std::optional<Pointer> pointer;
    for (const auto& [name, kind] : names) {
        const auto* const found = body->if_contains(name);
        if (found == nullptr) continue;
        if (pointer || !found->is_string()) return std::nullopt;
        pointer = Pointer{kind, std::string(found->get_string())};
    }
    return pointer;
}

/// The number of `{"number":"07"}`. `is_good` is false for a body that this call does not take.
struct Number {
    bool is_good = false;
    std::optional<std::uint8_t> value{};
};
Number number_in(const net::Request& request) {
    if (request.body.empty()) return {true};
    const auto body = request.json_object();
    if (!body) return {};
    const auto* const found = body->if_contains("number");
    if (found == nullptr) return {true};
    if (!found->is_string()) return {};
    const auto& text = found->get_string();
    const auto number = parse_number({text.data(), text.size()});
    return {number.has_value(), number};
}

net::Response scan_answer(
    const Logins::Scan& scan, const Phone& phone, std::string_view own_name, Time now
) {
    const Login& login = scan.login;
    const auto age = std::max(milliseconds(0), now - created_at(login.id));
    const auto left = std::max(milliseconds(0), login.expires_at - now);
    const std::string_view client = scan.client_name.empty() ? own_name : scan.client_name;
    return net::json_of(
        {
            {"id", base64url(login.id.view())},
            {"client", {{"name", client}}},
            {"browser", login.shown.browser},
            {"system", login.shown.system},
            {"address", login.shown.address},
            {"network", to_string(scan.network)},
            {"known_browser", scan.browser_known},
            {"age_ms", age.count()},
            {"confirm", to_string(login.confirm)},
            {"account", {{"id", base64url(phone.account.view())}, {"name", phone.name}}},
            {"ttl_ms", left.count()},
        },
        201
    );
}

net::Response state_answer(std::string_view literal) {
    net::Response response;
    response.content_type = "application/json";
    response.static_body = literal;
    response.no_store();
    return response;
}

net::Response ended_answer(const Ended& ended) {
    net::Response response =
        net::json({{"state", to_string(ended.login.state)}, {"sessions_ended", ended.sessions}});
    response.no_store();
    return response;
}

}  // namespace

void PhoneRoutes::mount(net::Router& router) {
    using net::Method;
    using net::Request;
    router.on(Method::post, "/v1/scans", net::Deferred([this](Request request) {
                  return scan(std::move(request));
              }));
    constexpr std::array answers{
        std::pair("/v1/scans/{}/approve", Answer::approve),
        std::pair("/v1/scans/{}/deny", Answer::deny),
        std::pair("/v1/scans/{}/report", Answer::report),
        std::pair("/v1/scans/{}/end", Answer::take_back),
    };
    for (const auto& [pattern, given] : answers) {
        router.on(Method::post, pattern, net::Deferred([this, given](Request request) {
                      return answer(std::move(request), given);
                  }));
    }
}

Async<net::Response> PhoneRoutes::scan(net::Request request) const {
    const auto phone = co_await parts_.authenticate(request);
    if (!phone) co_return problem_of(phone.error());
    if (!*phone) co_return not_signed_in();
    auto pointer = pointer_in(request);
    if (!pointer) co_return bad_body();
    const milliseconds wait = parts_.budgets.scan((*phone)->account);
    if (wait.count() > 0) co_return too_many(wait);

    const Time now = parts_.clock();
    const auto scan =
        co_await parts_.logins.scan(std::move(*pointer), **phone, request.peer.address, now);
    if (!scan) co_return refusal(parts_, request, scan.error());

    net::Response response = scan_answer(*scan, **phone, parts_.client_name, now);
    response.no_store();
    co_return response;
}

Async<net::Response> PhoneRoutes::answer(net::Request request, Answer answer) const {
    auto phone = co_await parts_.authenticate(request);
    if (!phone) co_return problem_of(phone.error());
    if (!*phone) co_return not_signed_in();
    const std::string_view text = request.parameter(0);
    const auto id = text.size() == login_id_characters ? bytes_from<LoginId>(text, from_base64url)
                                                       : std::nullopt;
    if (!id) co_return problem_of(Errc::login_unknown);
    auto response = co_await decided(request, answer, *id, std::move(**phone));
    if (!response) co_return problem_of(response.error());
    co_return std::move(*response);
}

Async<Result<net::Response>> PhoneRoutes::decided(
    const net::Request& request, Answer answer, LoginId id, Phone phone
) const {
    const Number number = number_in(request);
    if (!number.is_good) co_return bad_body();
    const AccountId account = phone.account;
    Asked asked = asked_by(parts_, request);
    Logins& logins = parts_.logins;
    if (answer == Answer::approve) {
        if (number.value) {
            const milliseconds wait = parts_.budgets.try_number(account);
            if (wait.count() > 0) co_return too_many(wait);
        }
        const auto login =
            co_await logins.approve(id, std::move(phone), number.value, std::move(asked));
        const bool was_wrong = login.has_error() && login.error() == Errc::wrong_number;
        if (number.value && !was_wrong) parts_.budgets.give_number_back(account);
        if (!login) co_return login.error();
        co_return state_answer(R"({"state":"approved"})");
    }
    if (answer == Answer::deny) {
        const auto login = co_await logins.deny(id, std::move(phone), std::move(asked));
        if (!login) co_return login.error();
        co_return state_answer(R"({"state":"denied"})");
    }
    const auto ended = answer == Answer::report
                           ? co_await logins.report(id, std::move(phone), std::move(asked))
                           : co_await logins.take_back(id, std::move(phone), std::move(asked));
    if (!ended) co_return ended.error();
    if (ended->sessions > 0) parts_.forget_sessions(account);
    co_return ended_answer(*ended);
}

}  // namespace latchkey::login
