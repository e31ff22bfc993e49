#include "login/logins.hpp"

#include "base/encoding.hpp"
#include "login/events.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace latchkey::login {
namespace {

std::string text_of(const IpAddress& address) {
    return address.is_unspecified() ? std::string() : to_string(address);
}

Shown shown_by(const std::optional<Presence>& presence) {
    if (!presence) return {};
    return {
        .browser = std::string(presence->agent.browser),
        .system = std::string(presence->agent.system),
        .address = text_of(presence->address),
        .key_id = presence->key_id,
        .tag = presence->tag,
    };
}

/// A page that nobody saw at the scan is known when it collects, so that a report finds what its
/// browser has.
void name_browser(Shown& shown, const BrowserToken& token) {
    if (shown.tag != BrowserTag{}) return;
    shown.key_id = token.key_id;
    shown.tag = token.tag;
}

/// A scan. An old code is good for the account that has scanned it, and for nobody else.
Result<Login> scanned_with(
    bool is_old,
    const std::optional<Login>& seen,
    const Scanning& scan,
    const Approver& by,
    Time now
) {
    const bool own = seen && seen->account == by.account;
    if (is_old && !own) return Errc::code_expired;
    return scanned(seen, scan, by, now);
}

HasPasskey passkey_of(const History& history, const PasskeyServer& here) {
    if (!history.has_passkey) return HasPasskey::no;
    if (!here.id.empty()) return HasPasskey::yes;
    return here.is_elsewhere ? HasPasskey::elsewhere : HasPasskey::nowhere;
}

/// What a login has as its session when it was collected as a ticket.
SessionId id_of(const TicketGrant& ticket) {
    SessionId id;
    std::copy_n(ticket.hash.data.begin(), SessionId::size, id.data.begin());
    return id;
}

/// Stands for a client's user where an account would stand: no account has it, since those are
/// random, and one user of one client always gets the same.
AccountId stand_in(ClientNumber client, std::string_view user_id) {
    std::string named = "latchkey/1/client-user/" + std::to_string(client) + '/';
    named += user_id;
    const auto hash = crypto::sha256(bytes_of(named));
    AccountId id;
    std::copy_n(hash.data.begin(), AccountId::size, id.data.begin());
    return id;
}

}  // namespace

Logins::Fresh Logins::begin(const BrowserCookie& browser, ClientNumber client, Time now) const {
    begun_.count(now);
    const LoginId id = new_login_id(now, parts_.random);
    return {parts_.keys.seal_token(id, client, browser), parts_.keys.rotation(id)};
}

Logins::Still Logins::begin_still(const BrowserCookie& browser, std::uint16_t step, Time now)
    const {
    begun_.count(now);
    const LoginId id = new_login_id(now, parts_.random);
    return {parts_.keys.seal_token(id, own_client, browser), parts_.keys.seal_code(id, step)};
}

Result<std::string> Logins::handle(
    std::string_view code, const std::optional<AccountId>& account, Time now
) const {
    const auto opened = parts_.keys.open_code(code, now);
    if (!opened) return opened.error();
    if (opened->is_old) return Errc::code_expired;
    const ScanHandle handle{opened->login, opened->kind, account};
    return parts_.keys.seal_handle(handle, now, parts_.random);
}

/// Moves the row and, once that is durable, wakes those who watch it.
Async<Result<Login>> Logins::change(
    LoginId id, LoginStore::Change move, Asked asked, std::string name
) {
    auto login = co_await parts_.store.update(id, std::move(move), std::move(asked));
    if (login) parts_.bell.ring(*login, name);
    co_return login;
}

Result<Logins::Target> Logins::opened(
    const Pointer& what, const std::optional<AccountId>& account, Time now
) const {
    if (what.kind == Pointer::Kind::handle) {
        const auto handle = parts_.keys.open_handle(what.text, now);
        if (!handle) return handle.error();
        if (handle->account && handle->account != account) return Errc::not_yours;
        return Target{.login = handle->login, .needs_page = handle->kind != CodeKind::scriptless};
    }
    const auto code = parts_.keys.open_code(what.text, now);
    if (!code) return code.error();
    return Target{
        .login = code->login,
        .is_old = code->is_old,
        .needs_page = code->kind != CodeKind::scriptless,
    };
}

/// The login that is meant, and the page that shows it, if any does.
Async<Result<Logins::Target>> Logins::find(
    Pointer what, std::optional<AccountId> account, Time now
) {
    if (what.kind == Pointer::Kind::user_code) {
        const auto code = read_user_code(what.text);
        if (!code) co_return Errc::code_unknown;
        const auto shown = co_await parts_.presences.showing(*code);
        if (!shown) co_return Errc::code_unknown;
        co_return Target{.login = shown->login, .typed = true, .shown = shown};
    }
    auto target = opened(what, account, now);
    if (target && target->needs_page) {
        target->shown = co_await parts_.presences.shown(target->login);
    }
    co_return target;
}

/// A page that is gone because its login is over had better be told from one that never was there.
Async<ErrorCode> Logins::why_not_shown(Target target, Approver by, Time now) {
    const auto stored = co_await parts_.store.find(target.login);
    if (!stored) co_return stored.error();
    const auto again = scanned_with(target.is_old, *stored, {.id = target.login}, by, now);
    if (!again) co_return again.error();
    co_return Errc::not_on_screen;
}

/// Why a scan was refused; that another account had been first is written down, as `second`.
Async<ErrorCode> Logins::noted(ErrorCode why, ops::AuditEvent second) {
    if (why != Errc::already_scanned) co_return why;
    const auto written = co_await parts_.store.note(std::move(second));
    co_return written ? why : written.error();
}

Signals Logins::signals_of(
    const Target& target,
    const Phone& by,
    const IpAddress& from,
    const PasskeyServer& here,
    const History& history,
    Time now
) const {
    Signals signals;
    if (target.shown) {
        const Presence& shown = *target.shown;
        signals.network = network_of(shown.address, from, parts_.same_network);
        signals.browser_known = std::ranges::any_of(history.browsers, [&](const BrowserMark& mark) {
            return parts_.keys.is_of(shown.login, shown.key_id, shown.tag, mark);
        });
    }
    signals.phone_session_age = std::chrono::floor<seconds>(now - by.since);
    signals.denied_recently = now < history.denied_at + denial_remembered;
    signals.typed = target.typed;
    signals.passkey = passkey_of(history, here);
    signals.seen = target.shown.has_value();
    return signals;
}

Async<Result<Logins::Scan>> Logins::scan(
    Pointer what, Phone by, IpAddress from, Time now, PasskeyServer here
) {
    const auto target = co_await find(std::move(what), by.account, now);
    if (!target) co_return target.error();
    const Asked asked{now, text_of(from)};
    if (!target->shown && target->needs_page) {
        const auto why = co_await why_not_shown(*target, approver(by), now);
        co_return co_await noted(why, second_scan(target->login, approver(by), asked));
    }
    const auto scan = std::make_shared<Scan>();
    ClientPolicy policy;
    const ClientNumber number = target->shown ? target->shown->client : own_client;
    if (number != own_client) {
        const auto client = co_await parts_.clients.by_number(number, now);
        if (!client) co_return client.error();
        if (!*client) co_return Errc::client_unknown;
        policy = (*client)->policy;
        scan->client_id = (*client)->id;
        scan->client_name = (*client)->name;
    }
    Scanning scanning{.id = target->login, .client = number, .shown = shown_by(target->shown)};
    scanning.number = random_number(parts_.random);
    scanning.nonce = random_bytes<ApprovalNonce>(parts_.random);
    LoginStore::ScanChange move =
        [this, target = *target, scanning, policy, by, from, here = std::move(here), now, scan](
            const auto& seen, const History& history
        ) mutable -> Result<Login> {
        const Signals signals = signals_of(target, by, from, here, history, now);
        scan->network = signals.network;
        scan->browser_known = signals.browser_known;
        const auto confirm = required(signals, policy);
        if (!confirm) return confirm.error();
        scanning.confirm = *confirm;
        return scanned_with(target.is_old, seen, scanning, approver(by), now);
    };
    auto login = co_await parts_.store.scan(target->login, by.account, std::move(move), asked);
    if (!login) {
        co_return co_await noted(login.error(), second_scan(target->login, approver(by), asked));
    }
    parts_.bell.ring(*login, by.shown);
    scan->login = std::move(*login);
    co_return std::move(*scan);
}

Async<Result<Login>> Logins::allow(std::string code, Phone by, Asked asked) {
    const auto opened = parts_.keys.open_code(code, asked.at);
    if (!opened) co_return opened.error();
    // A login of another wire wants its page and its rules.
    if (opened->kind != CodeKind::fixed) co_return Errc::code_unknown;
    if (opened->is_old) co_return Errc::code_expired;

    LoginStore::Change move = [id = opened->login, by = approver(by), now = asked.at](
                                  const auto& seen
                              ) { return allowed(seen, {.id = id}, by, now); };
    auto second = second_scan(opened->login, approver(by), asked);
    const auto login = co_await change(opened->login, std::move(move), std::move(asked), by.shown);
    if (!login) co_return co_await noted(login.error(), std::move(second));
    co_return login;
}

Async<Result<Login>> Logins::vouch(Client by, Pointer what, Subject subject, Asked asked) {
    Target target;
    bool of_classic_wire = false;
    if (what.kind == Pointer::Kind::handle) {
        const auto id = what.text.size() == login_id_characters
                            ? bytes_from<LoginId>(what.text, from_base64url)
                            : std::nullopt;
        if (!id) co_return Errc::login_unknown;
        target.login = *id;
        target.shown = co_await parts_.presences.shown(*id);
    } else {
        const auto code = parts_.keys.open_code(what.text, asked.at);
        if (!code) co_return code.error();
        if (code->is_old) co_return Errc::code_expired;
        of_classic_wire = code->kind == CodeKind::fixed;
        target.login = code->login;
        target.shown = co_await parts_.presences.shown(code->login);
    }
    if (of_classic_wire) {
        if (!by.classic) co_return Errc::not_yours;
    } else {
        if (!target.shown) co_return Errc::not_on_screen;
        if (target.shown->client != by.number) co_return Errc::not_yours;
    }
    const Approver who{stand_in(by.number, subject.id), {}};
    std::string name = subject.name;
    Scanning scanning{
        .id = target.login,
        .client = by.number,
        .shown = shown_by(target.shown),
        .subject = std::move(subject),
    };
    LoginStore::Change move = [scanning = std::move(scanning), who, now = asked.at](const auto& seen
                              ) { return allowed(seen, scanning, who, now); };
    co_return co_await change(target.login, std::move(move), std::move(asked), std::move(name));
}

Async<Result<std::optional<Login>>> Logins::stored(LoginId login) {
    if (parts_.store.surely_absent(login)) co_return std::optional<Login>();
    co_return co_await parts_.store.find(login);
}

Async<Result<ClientNumber>> Logins::client_of(BrowserToken token) {
    if (token.client != own_client) co_return token.client;
    const auto login = co_await stored(token.login);
    if (!login) co_return login.error();
    co_return *login ? (*login)->client : own_client;
}

Async<Result<Standing>> Logins::look(std::string token, Time now) {
    const auto opened = parts_.keys.open_token(token, now);
    if (!opened) co_return opened.error();
    const auto login = co_await stored(opened->login);
    if (!login) co_return login.error();
    co_return standing(*login, opened->login, now);
}

Result<Owner> Logins::open(const Credentials& browser, Time now) const {
    const auto token = parts_.keys.open_token(browser.token, now);
    if (!token) return token.error();
    if (!browser.cookie || !parts_.keys.made_by(*token, *browser.cookie)) {
        return Errc::wrong_browser;
    }
    return Owner{*token, *browser.cookie};
}

Async<Result<Login>> Logins::collect(Owner browser, Collection what) {
    const Time now = what.asked.at;
    what.browser = mark_of(browser.cookie);
    const bool as_session = what.session.has_value();
    const SessionId as = as_session ? what.session->id : id_of(*what.ticket);

    LoginStore::Change move = [token = browser.token, as, as_session, now](
                                  const std::optional<Login>& seen
                              ) -> Result<Login> {
        if (standing(seen, token.login, now) == Standing::expired) return Errc::login_expired;
        const bool vouched = seen && !seen->subject.id.empty();
        if (vouched && as_session) return Errc::ticket_only;
        if (seen && seen->client == own_client && !as_session) return Errc::ticket_needs_client;
        auto login = collected(seen, as, now);
        if (login) name_browser(login->shown, token);
        return login;
    };
    auto login =
        co_await parts_.store.collect(browser.token.login, std::move(move), std::move(what));
    if (login) parts_.bell.ring(*login, {});
    co_return login;
}

Async<Result<void>> Logins::was_collected_as(LoginId login, TicketGrant ticket, Time now) {
    const auto stored = co_await parts_.store.find(login);
    if (!stored) co_return stored.error();
    const bool same = *stored && (*stored)->session == id_of(ticket);
    // It was good for a minute from its collection; whoever asks later is told so when it is
    // redeemed.
    if (!same || now >= (*stored)->decided_at + login_life) co_return Errc::already_collected;
    co_return Result<void>{};
}

Async<Result<void>> Logins::cancel(Credentials browser, Asked asked) {
    const auto owner = open(browser, asked.at);
    if (!owner) co_return owner.error();
    const LoginId id = owner->token.login;
    if (parts_.store.surely_absent(id)) {
        parts_.bell.ring_cancelled(id);
        co_return Result<void>{};
    }
    LoginStore::Change move = [now = asked.at](const auto& seen) { return cancelled(seen, now); };
    const auto login = co_await change(id, std::move(move), std::move(asked), {});
    if (login) co_return Result<void>{};
    if (login.error() != Errc::login_unknown) co_return login.error();
    parts_.bell.ring_cancelled(id);
    co_return Result<void>{};
}

}  // namespace latchkey::login
