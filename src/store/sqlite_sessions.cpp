#include "store/sqlite_sessions.hpp"

#include "store/audit_events.hpp"
#include "store/put_out.hpp"

namespace latchkey::store {
namespace {

using identity::EndedFrom;
using identity::Errc;
using identity::Session;
using identity::SignedIn;

}  // namespace

Async<Result<void>> SqliteSessions::add_session(identity::NewSession wanted) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [wanted = std::move(wanted)](Rows& rows) -> Result<void> {
            std::optional<SessionKey> ended;
            if (wanted.replaces) ended = rows.sessions.end_by_hash(*wanted.replaces);
            if (!rows.sessions.add(wanted.session, wanted.proven_hash))
                return Errc::wrong_credentials;
            const Time now = wanted.session.created_at;
            if (ended) rows.audit.append(session_ended(*ended, SessionEnd::replaced, now));
            rows.audit.append(session_began(wanted.session));
            return {};
        }
    );
}

Async<Result<std::optional<SignedIn>>> SqliteSessions::session_by_hash(
    crypto::Sha256 token_hash, Time now
) {
    return readers_.read<std::optional<SignedIn>>(
        Errc::unavailable,
        [token_hash, now](Rows& rows) -> Result<std::optional<SignedIn>> {
            return rows.sessions.signed_in(token_hash, now);
        }
    );
}

Async<Result<std::optional<Session>>> SqliteSessions::session(AccountId account, SessionId id) {
    return readers_.read<std::optional<Session>>(
        Errc::unavailable,
        [account, id](Rows& rows) -> Result<std::optional<Session>> {
            return rows.sessions.find({account, id});
        }
    );
}

Async<Result<std::vector<Session>>> SqliteSessions::sessions_of(AccountId account, Time now) {
    return readers_.read<std::vector<Session>>(
        Errc::unavailable,
        [account, now](Rows& rows) -> Result<std::vector<Session>> {
            return rows.sessions.of(account, now);
        }
    );
}

Async<Result<void>> SqliteSessions::end_session(
    AccountId account, SessionId id, EndedFrom from, Time now
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [account, id, from, now](Rows& rows) -> Result<void> {
            const auto session = rows.sessions.find({account, id});
            if (!session) return Errc::session_unknown;
            rows.sessions.end({account, id});
            if (from == EndedFrom::elsewhere && session->browser_mark) {
                rows.browsers.forget(account, *session->browser_mark);
            }
            rows.audit.append(session_ended({account, id}, SessionEnd::asked, now));
            return {};
        }
    );
}

Async<Result<std::int64_t>> SqliteSessions::end_sessions(
    AccountId account, std::optional<SessionId> but, Time now
) {
    return writer_.write<std::int64_t>(
        Writes::as_it_goes,
        Errc::unavailable,
        [account, but, now](Rows& rows) -> Result<std::int64_t> {
            const std::int64_t ended = put_out_all(rows, account, but);
            if (ended > 0) rows.audit.append(sessions_ended(account, but, ended, now));
            return ended;
        }
    );
}

Async<Result<void>> SqliteSessions::touch_session(AccountId account, SessionId id, Time seen_at) {
    return writer_.write<void>(
        Writes::at_the_end,
        Errc::unavailable,
        [account, id, seen_at](Rows& rows) -> Result<void> {
            rows.sessions.touch({account, id}, seen_at);
            return {};
        }
    );
}

}  // namespace latchkey::store
