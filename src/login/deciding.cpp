/// What a phone says of a login that it has scanned.
#include "login/logins.hpp"
#include "login/statement.hpp"

#include <utility>

namespace latchkey::login {

Async<Result<Login>> Logins::approve(
    LoginId login, Phone by, std::optional<std::uint8_t> number, Asked asked
) {
    LoginStore::Change move = [by = approver(by), number, now = asked.at](const auto& seen) {
        return approved(seen, by, {number}, now);
    };
    auto decided = co_await change(login, std::move(move), std::move(asked), by.shown);
    if (decided && decided->state == State::denied) co_return Errc::wrong_number;
    co_return decided;
}

/// What is stored of a login says what its phone was shown, and does not change until it is
/// decided.
Async<Result<Login>> Logins::approve_signed(LoginId id, Phone by, Signing with, Asked asked) {
    const Time now = asked.at;
    const auto seen = co_await parts_.store.find(id);
    if (!seen) co_return seen.error();
    const auto wanted = approved(*seen, approver(by), {with.number, true}, now);
    if (!wanted) co_return wanted.error();
    // A wrong number denies it, whatever was signed; and what wants no passkey needs none.
    const Login& shown = **seen;
    if (wanted->state == State::denied || !wants_passkey(shown.confirm)) {
        co_return co_await approve(id, std::move(by), with.number, std::move(asked));
    }
    Statement more{
        .server = with.server,
        .client_id = {},
        .client_name = with.own_name,
        .account_name = by.name,
    };
    Clients::Found client;
    if (shown.client != own_client) {
        const auto found = co_await parts_.clients.by_number(shown.client, now);
        if (!found) co_return found.error();
        if (!*found) co_return Errc::client_unknown;
        client = *found;
        more.client_id = client->id;
        more.client_name = client->name;
    }
    auto signature = co_await with.check(statement_of(shown, more));
    if (!signature) co_return signature.error();
    LoginStore::Change move = [by = approver(by), number = with.number, shown, now](
                                  const std::optional<Login>& seen
                              ) { return approved(seen, by, {number, seen == shown}, now); };
    auto login =
        co_await parts_.store.approve(id, std::move(move), std::move(*signature), std::move(asked));
    if (login) parts_.bell.ring(*login, by.shown);
    co_return login;
}

Async<Result<Login>> Logins::deny(LoginId login, Phone by, Asked asked) {
    LoginStore::Change move = [by = approver(by), now = asked.at](const auto& seen) {
        return denied(seen, by, now);
    };
    co_return co_await change(login, std::move(move), std::move(asked), by.shown);
}

Async<Result<Ended>> Logins::end(LoginId id, LoginStore::Change move, Ending ending, Asked asked) {
    LoginStore::IsOf is_of = [&keys = parts_.keys](const Login& login, const BrowserMark& mark) {
        return keys.is_of(login.id, login.shown.key_id, login.shown.tag, mark);
    };
    auto ended =
        co_await parts_.store.end(id, std::move(move), ending, std::move(is_of), std::move(asked));
    if (ended) parts_.bell.ring(ended->login, {});
    co_return ended;
}

Async<Result<Ended>> Logins::report(LoginId login, Phone by, Asked asked) {
    LoginStore::Change move = [by = approver(by), now = asked.at](const auto& seen) {
        return reported(seen, by, now);
    };
    return end(login, std::move(move), Ending::browser, std::move(asked));
}

Async<Result<Ended>> Logins::take_back(LoginId login, Phone by, Asked asked) {
    LoginStore::Change move = [by = approver(by), now = asked.at](const auto& seen) {
        return taken_back(seen, by, now);
    };
    return end(login, std::move(move), Ending::session, std::move(asked));
}

}  // namespace latchkey::login
