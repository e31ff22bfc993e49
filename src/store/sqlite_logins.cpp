#include "store/sqlite_logins.hpp"

#include "base/encoding.hpp"
#include "login/events.hpp"
#include "store/audit_events.hpp"
#include "store/evidence.hpp"

#include <algorithm>
#include <utility>

namespace latchkey::store {
namespace {

using login::Asked;
using login::Login;

/// A change of a login: what was there, and what is to be there.
struct Change {
    std::optional<Login> before;
    Login after;
    bool is_one() const { return before != after; }
};

/// When only this thread stores logins, what it does not know need not be looked for, and what it
/// has just written not be read.
std::optional<Login> stored(Rows& rows, const KnownLogins* known, const LoginId& id) {
    if (known == nullptr) return rows.logins.find(id);
    if (known->surely_absent(id)) return std::nullopt;
    if (const Login* kept = rows.kept_logins.find(id)) return *kept;
    return rows.logins.find(id);
}

/// Writes nothing yet.
Result<Change> asked_for(
    Rows& rows, const KnownLogins* known, const LoginId& id, const login::LoginStore::Change& change
) {
    std::optional<Login> seen = stored(rows, known, id);
    Result<Login> wanted = change(seen);
    if (!wanted) return wanted.error();
    return Change{std::move(seen), std::move(*wanted)};
}

/// The one place where a login is written, with its event and what the account is told to remember.
/// `known` hears of it before anybody can see the row.
void save(
    Rows& rows,
    KnownLogins* known,
    const Change& change,
    const Asked& asked,
    const login::ApprovalSignature* signature = nullptr
) {
    if (!change.is_one()) return;
    if (known != nullptr) known->add(change.after.id);
    change.before ? rows.logins.move(change.after) : rows.logins.add(change.after);
    if (known != nullptr) rows.kept_logins.keep(change.after);
    if (login::is_denial(change.before, change.after)) {
        rows.accounts.set_denied_at(change.after.account, asked.at);
    }
    if (signature == nullptr) {
        rows.audit.append(login::event_of(change.before, change.after, asked));
        return;
    }
    const std::string evidence = base64url(evidence_hash(*signature).view());
    const auto number =
        rows.audit.append(login::event_of(change.before, change.after, asked, evidence));
    rows.evidence.add(number, *signature);
}

/// The passkey of that signature, as it is from now on.
identity::Credential credential_of(
    const AccountId& account, const login::ApprovalSignature& signature
) {
    identity::Credential credential;
    credential.id = signature.credential_id;
    credential.account = account;
    credential.sign_count = signature.sign_count;
    credential.user_verified = signature.user_verified;
    credential.backed_up = signature.backed_up;
    return credential;
}

identity::Session session_of(
    const Login& login, const login::SessionGrant& grant, const BrowserMark& browser
) {
    identity::Session session{
        .id = grant.id,
        .account = login.account,
        .token_hash = {},
        .kind = identity::SessionKind::scan,
        .created_at = grant.created_at,
        .seen_at = grant.created_at,
        .expires_at = grant.expires_at,
        .browser = grant.browser,
        .system = grant.system,
        .address = grant.address,
        .approved_by = login.approver,
        .browser_mark = browser,
    };
    session.token_hash.data = grant.token_hash.data;
    return session;
}

login::Ticket ticket_of(
    const Login& login, const login::TicketGrant& grant, std::string account_name
) {
    const bool vouched = !login.subject.id.empty();
    if (vouched) account_name = login.subject.name;
    return {
        .hash = grant.hash,
        .client = login.client,
        .login = login.id,
        .account = vouched ? AccountId{} : login.account,
        .user_id = vouched ? login.subject.id : base64url(login.account.view()),
        .user_name = std::move(account_name),
        .browser = login.shown.browser,
        .system = login.shown.system,
        .address = login.shown.address,
        .approved_at = login.decided_at,
        .expires_at = grant.expires_at,
    };
}

/// Begins the session or makes the ticket of an approved login, as the first thing that is written.
/// False, and nothing written, when whoever approved may not any more.
bool hand_out(Rows& rows, const Login& login, const login::Collection& what) {
    if (!login.subject.id.empty()) {
        if (what.ticket) rows.tickets.add(ticket_of(login, *what.ticket, {}));
        return what.ticket.has_value();
    }
    if (!rows.sessions.exists({login.account, login.approver})) return false;
    if (what.session) return rows.sessions.add(session_of(login, *what.session, what.browser));
    auto account = rows.accounts.find(login.account);
    if (!account || account->disabled) return false;
    rows.tickets.add(ticket_of(login, *what.ticket, std::move(account->name)));
    return true;
}

/// What else comes of a collection by a person of ours.
void remember(Rows& rows, const Login& login, const login::Collection& what) {
    if (!login.subject.id.empty()) return;
    rows.browsers.add(login.account, what.browser, what.asked.at);
    if (!what.session || !what.session->replaces) return;
    crypto::Sha256 old;
    old.data = what.session->replaces->data;
    const auto ended = rows.sessions.end_by_hash(old);
    if (ended) rows.audit.append(session_ended(*ended, SessionEnd::replaced, what.asked.at));
}

/// Whether that account is there and not disabled; or it is none, since a client vouches.
bool may_sign_in(Rows& rows, const AccountId& id) {
    if (id == AccountId{}) return true;
    const auto account = rows.accounts.find(id);
    return account && !account->disabled;
}

/// What an end took away: the sessions are counted for whoever asked.
struct Undone {
    std::int64_t sessions = 0;
    bool anything = false;
};

Undone end_sessions(
    Rows& rows, const Login& login, login::Ending ending, const login::LoginStore::IsOf& is_of
) {
    Undone undone;
    if (ending == login::Ending::session) {
        const bool ended = login.session && rows.sessions.end({login.account, *login.session});
        if (!ended) return {};
        undone.sessions = 1;
    } else {
        for (const BrowserMark& mark : rows.sessions.marks_of(login.account)) {
            if (is_of(login, mark))
                undone.sessions += rows.sessions.end_of_browser(login.account, mark);
        }
    }
    undone.anything = undone.sessions > 0;
    for (const BrowserMark& mark : rows.browsers.known_marks(login.account)) {
        if (is_of(login, mark)) undone.anything |= rows.browsers.forget(login.account, mark);
    }
    return undone;
}

/// A report of a login that stays as it is. Told once, and again when it undid something: whoever
/// repeats it fills no log. That it is the first shows in that the account has said no to nothing
/// since the login was decided.
void note_report(Rows& rows, const Login& login, const Undone& undone, const Asked& asked) {
    const Time decided_at = std::max(login.scanned_at, login.decided_at);
    const bool is_reported = login.state == login::State::reported;
    const bool told = is_reported || rows.accounts.denied_at(login.account) > decided_at;
    if (!is_reported) rows.accounts.set_denied_at(login.account, asked.at);
    if (undone.anything || !told) rows.audit.append(login::event_of(login, login, asked));
}

}  // namespace

Async<Result<Login>> SqliteLogins::update(LoginId id, Change change, Asked asked) {
    return writer_.write<Login>(
        Writes::at_the_end,
        login::Errc::unavailable,
        [id, change = std::move(change), asked = std::move(asked), known = known_](Rows& rows
        ) -> Result<Login> {
            auto wanted = asked_for(rows, known, id, change);
            if (!wanted) return wanted.error();
            save(rows, known, *wanted, asked);
            return std::move(wanted->after);
        }
    );
}

Async<Result<Login>> SqliteLogins::scan(LoginId id, AccountId by, ScanChange change, Asked asked) {
    return writer_.write<Login>(
        Writes::at_the_end,
        login::Errc::unavailable,
        [id, by, change = std::move(change), asked = std::move(asked), known = known_](Rows& rows
        ) -> Result<Login> {
            const auto [denied_at, has_passkey] = rows.accounts.scanning(by);
            const login::History history{rows.browsers.known_marks(by), denied_at, has_passkey};
            auto wanted = asked_for(rows, known, id, [&](const std::optional<Login>& seen) {
                return change(seen, history);
            });
            if (!wanted) return wanted.error();
            save(rows, known, *wanted, asked);
            return std::move(wanted->after);
        }
    );
}

Async<Result<Login>> SqliteLogins::approve(
    LoginId id, Change change, login::ApprovalSignature signature, Asked asked
) {
    return writer_.write<Login>(
        Writes::as_it_goes,
        login::Errc::unavailable,
        [id,
         change = std::move(change),
         signature = std::move(signature),
         asked = std::move(asked),
         known = known_](Rows& rows) -> Result<Login> {
            auto wanted = asked_for(rows, known, id, change);
            if (!wanted) return wanted.error();
            const Login& login = wanted->after;
            const auto credential = credential_of(login.account, signature);
            if (!rows.passkeys.used(credential, asked.at)) return login::Errc::passkey_refused;
            save(rows, known, *wanted, asked, &signature);
            if (signature.counter_went_back) {
                rows.audit.append(
                    passkey_counter(credential, login.approver, asked.at, asked.address)
                );
            }
            return std::move(wanted->after);
        }
    );
}

Async<Result<Login>> SqliteLogins::collect(LoginId id, Change change, login::Collection what) {
    return writer_.write<Login>(
        Writes::at_the_end,
        login::Errc::unavailable,
        [id, change = std::move(change), what = std::move(what), known = known_](Rows& rows
        ) -> Result<Login> {
            auto wanted = asked_for(rows, known, id, change);
            if (!wanted) return wanted.error();
            if (!hand_out(rows, wanted->after, what)) return login::Errc::approval_withdrawn;
            save(rows, known, *wanted, what.asked);
            remember(rows, wanted->after, what);
            return std::move(wanted->after);
        }
    );
}

Async<Result<login::Ended>> SqliteLogins::end(
    LoginId id, Change change, login::Ending ending, IsOf is_of, Asked asked
) {
    return writer_.write<login::Ended>(
        Writes::at_the_end,
        login::Errc::unavailable,
        [id,
         change = std::move(change),
         ending,
         is_of = std::move(is_of),
         asked = std::move(asked),
         known = known_](Rows& rows) -> Result<login::Ended> {
            auto wanted = asked_for(rows, known, id, change);
            if (!wanted) return wanted.error();
            save(rows, known, *wanted, asked);
            const Login& login = wanted->after;
            Undone undone = end_sessions(rows, login, ending, is_of);
            undone.anything |= rows.tickets.end_of(login.id);
            if (!wanted->is_one() && ending == login::Ending::browser) {
                note_report(rows, login, undone, asked);
            }
            if (ending == login::Ending::session && undone.sessions > 0) {
                rows.audit.append(login::signed_out(login, asked));
            }
            return login::Ended{
                std::move(wanted->after), static_cast<std::size_t>(undone.sessions)
            };
        }
    );
}

Async<Result<std::optional<Login>>> SqliteLogins::find(LoginId id) {
    return readers_.read<std::optional<Login>>(
        login::Errc::unavailable,
        [id](Rows& rows) -> Result<std::optional<Login>> { return rows.logins.find(id); }
    );
}

Async<Result<login::Ticket>> SqliteLogins::redeem(
    crypto::Sha256 hash, login::ClientNumber client, Asked asked
) {
    return writer_.write<login::Ticket>(
        Writes::as_it_goes,
        login::Errc::unavailable,
        [hash, client, asked = std::move(asked)](Rows& rows) -> Result<login::Ticket> {
            auto ticket = rows.tickets.redeem(hash, client, asked.at);
            if (!ticket || !may_sign_in(rows, ticket->account)) return login::Errc::ticket_unknown;
            rows.audit.append(login::redeemed(*ticket, asked));
            return std::move(*ticket);
        }
    );
}

Async<Result<void>> SqliteLogins::note(ops::AuditEvent event) {
    return writer_.write<void>(
        Writes::at_the_end,
        login::Errc::unavailable,
        [event = std::move(event)](Rows& rows) -> Result<void> {
            rows.audit.append(event);
            return {};
        }
    );
}

bool SqliteLogins::surely_absent(const LoginId& id) const noexcept {
    return known_ != nullptr && known_->surely_absent(id);
}

}  // namespace latchkey::store
