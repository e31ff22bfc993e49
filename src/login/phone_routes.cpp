#include "base/encoding.hpp"
#include "login/routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace latchkey::login {
namespace {

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

/// What `{"number":"07","assertion":{…}}` confirms with. `is_good` is false for a body that this
/// call does not take.
struct Confirming {
    bool is_good = false;
    std::optional<std::uint8_t> number{};
    std::optional<boost::json::value> assertion{};
};
Confirming confirming_in(const net::Request& request) {
    if (request.body.empty()) return {true};
    auto body = request.json_object();
    if (!body) return {};
    Confirming found{true};
    if (auto* const assertion = body->if_contains("assertion")) {
        if (!assertion->is_object()) return {};
        found.assertion = std::move(*assertion);
    }
    const auto* const number = body->if_contains("number");
    if (number == nullptr) return found;
    if (!number->is_string()) return {};
    const auto& text = number->get_string();
    found.number = parse_number({text.data(), text.size()});
    found.is_good = found.number.has_value();
    return found;
}

/// Most logins have nothing to `sign` (null).
net::Response scan_answer(
    const Logins::Scan& scan,
    const Phone& phone,
    std::string_view own_name,
    const boost::json::value& sign,
    Time now
) {
    const Login& login = scan.login;
    const auto age = std::max(milliseconds(0), now - created_at(login.id));
    const auto left = std::max(milliseconds(0), login.expires_at - now);
    const std::string_view client = scan.client_name.empty() ? own_name : scan.client_name;
    return net::json_of(
        {
            {"id", base64url(login.id.view())},
            {"client", {{"id", scan.client_id}, {"name", client}}},
            {"browser", login.shown.browser},
            {"system", login.shown.system},
            {"address", login.shown.address},
            {"network", to_string(scan.network)},
            {"known_browser", scan.browser_known},
            {"age_ms", age.count()},
            {"confirm", to_string(login.confirm)},
            {"sign", sign},
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
        net::Deferred decide = [this, given](Request request) {
            return answer(std::move(request), given);
        };
        router.on(Method::post, pattern, std::move(decide), net::Spends::finish);
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
    const PasskeyServer here = parts_.passkey_server(request);
    const auto scan =
        co_await parts_.logins.scan(std::move(*pointer), **phone, request.peer.address, now, here);
    if (!scan) co_return refusal(parts_, request, scan.error());

    boost::json::value sign;
    if (wants_passkey(scan->login.confirm)) {
        auto found = co_await to_sign(*scan, here);
        if (!found) co_return problem_of(found.error());
        sign = std::move(*found);
    }
    net::Response response = scan_answer(*scan, **phone, parts_.client_name, sign, now);
    response.no_store();
    co_return response;
}

/// What the page needs to make the statement and to ask for a passkey. Awaited at once.
Async<Result<boost::json::object>> PhoneRoutes::to_sign(
    const Logins::Scan& scan, const PasskeyServer& here
) const {
    // Another address than the one that it was scanned at first.
    if (here.id.empty()) co_return Errc::passkey_elsewhere;
    auto passkeys = co_await parts_.passkeys(scan.login.account);
    if (!passkeys) co_return passkeys.error();
    co_return boost::json::object{
        {"rp_id", here.id},
        {"nonce", base64url(scan.login.nonce->view())},
        {"scanned_at", to_unix_ms(scan.login.scanned_at)},
        {"passkeys", std::move(*passkeys)},
    };
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

/// A number and a signature may be tried so often; those that were right cost nothing.
Async<Result<net::Response>> PhoneRoutes::approved(
    const net::Request& request, LoginId id, Phone phone
) const {
    const Confirming with = confirming_in(request);
    const AccountId account = phone.account;
    std::optional<CheckStatement> check;
    if (with.assertion) {
        check = parts_.checker(request, *with.assertion, account);
        if (!check) co_return bad_body();
    }
    const bool is_try = with.number || check;
    if (is_try) {
        const milliseconds wait = parts_.budgets.try_number(account);
        if (wait.count() > 0) co_return too_many(wait);
    }
    Asked asked = asked_by(parts_, request);
    Logins& logins = parts_.logins;
    Result<Login> login = Errc::unavailable;
    if (check) {
        Logins::Signing signing{
            .number = with.number,
            .server = parts_.passkey_server(request).id,
            .own_name = parts_.client_name,
            .check = std::move(*check),
        };
        login = co_await logins.approve_signed(
            id, std::move(phone), std::move(signing), std::move(asked)
        );
    } else {
        login = co_await logins.approve(id, std::move(phone), with.number, std::move(asked));
    }
    const bool was_wrong = login.has_error() && (login.error() == Errc::wrong_number ||
                                                 login.error() == Errc::passkey_refused);
    if (is_try && !was_wrong) parts_.budgets.give_number_back(account);
    if (!login) co_return login.error();
    co_return state_answer(R"({"state":"approved"})");
}

Async<Result<net::Response>> PhoneRoutes::decided(
    const net::Request& request, Answer answer, LoginId id, Phone phone
) const {
    if (!confirming_in(request).is_good) co_return bad_body();
    if (answer == Answer::approve) co_return co_await approved(request, id, std::move(phone));
    const AccountId account = phone.account;
    Asked asked = asked_by(parts_, request);
    Logins& logins = parts_.logins;
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
