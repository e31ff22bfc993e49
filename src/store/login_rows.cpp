#include "store/login_rows.hpp"

#include <algorithm>

namespace latchkey::store {
namespace {

/// The greatest id that a login created before its whole life ago can have.
LoginId last_id_before(Time created) {
    LoginId id;
    id.data.fill(std::byte{0xff});
    const auto since_1970 = std::chrono::floor<seconds>(created).time_since_epoch().count();
    const auto created_s =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(since_1970 - 1, 0, UINT32_MAX));
    put_big_endian<std::uint32_t>(id.span().first<sizeof created_s>(), created_s);
    return id;
}

/// A number that is stored, of an enumeration whose last value is `last`. Throws `SqliteError` for
/// any other.
template <class T>
T named(std::int64_t value, T last) {
    if (value < 0 || value > static_cast<std::int64_t>(last)) {
        throw SqliteError(0, "a stored login has a value that is none");
    }
    return static_cast<T>(value);
}

}  // namespace

LoginRows::LoginRows(Connection& connection)
    : connection_(connection),
      find_(
          connection,
          "SELECT account, approver, scanned_at, decided_at, expires_at, state, client, confirm, "
          "number, reason, browser, system, address, browser_key, browser_tag, session, subject, "
          "subject_name, nonce FROM logins WHERE id = ?1"
      ),
      add_(
          connection,
          "INSERT INTO logins (id, account, approver, scanned_at, decided_at, expires_at, state, "
          "client, confirm, number, reason, browser, system, address, browser_key, browser_tag, "
          "session, subject, subject_name, nonce) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
          "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)"
      ),
      move_(
          connection,
          "UPDATE logins SET approver = ?2, decided_at = ?3, expires_at = ?4, state = ?5, "
          "reason = ?6, session = ?7, browser_key = ?8, browser_tag = ?9 WHERE id = ?1"
      ),
      forget_account_(
          connection,
          "UPDATE logins SET account = zeroblob(16), approver = zeroblob(16), browser = '', "
          "system = '', address = '', browser_tag = NULL, session = NULL, subject = '', "
          "subject_name = '', state = CASE WHEN state IN (?2, ?3) THEN ?4 ELSE state END "
          "WHERE account = ?1"
      ),
      sweep_(
          connection,
          "DELETE FROM logins WHERE id IN "
          "(SELECT id FROM logins WHERE id <= ?1 AND expires_at <= ?2 ORDER BY id LIMIT ?3)"
      ) {}

std::optional<login::Login> LoginRows::find(const LoginId& id) {
    Query query = find_(id);
    if (!query.next()) return std::nullopt;
    login::Login login{
        .id = id,
        .client = static_cast<login::ClientNumber>(query.number(6)),
        .account = query.bytes<AccountId>(0),
        .approver = query.bytes<SessionId>(1),
        .scanned_at = query.time(2),
        .decided_at = query.time(3),
        .expires_at = query.time(4),
        .state = named(query.number(5), login::State::reported),
        .confirm = named(query.number(7), login::Confirm::passkey_and_number),
        .number = static_cast<std::uint8_t>(query.number(8)),
        .denial = named(query.number(9), login::Denial::wrong_number),
        .shown = {.browser = query.text(10), .system = query.text(11), .address = query.text(12)},
        .subject = {query.text(16), query.text(17)},
    };
    login.shown.key_id = static_cast<login::KeyId>(query.number(13));
    if (!query.is_null(14)) login.shown.tag = query.bytes<login::BrowserTag>(14);
    if (!query.is_null(15)) login.session = query.bytes<SessionId>(15);
    if (!query.is_null(18)) login.nonce = query.bytes<login::ApprovalNonce>(18);
    return login;
}

void LoginRows::add(const login::Login& login) {
    add_.run(
        login.id,
        login.account,
        login.approver,
        login.scanned_at,
        login.decided_at,
        login.expires_at,
        static_cast<std::int64_t>(login.state),
        std::int64_t{login.client},
        static_cast<std::int64_t>(login.confirm),
        std::int64_t{login.number},
        static_cast<std::int64_t>(login.denial),
        login.shown.browser,
        login.shown.system,
        login.shown.address,
        std::int64_t{login.shown.key_id},
        login.shown.tag,
        login.session,
        login.subject.id,
        login.subject.name,
        login.nonce
    );
}

void LoginRows::move(const login::Login& login) {
    move_.run(
        login.id,
        login.approver,
        login.decided_at,
        login.expires_at,
        static_cast<std::int64_t>(login.state),
        static_cast<std::int64_t>(login.denial),
        login.session,
        std::int64_t{login.shown.key_id},
        login.shown.tag
    );
}

void LoginRows::each_id(const std::function<void(const LoginId&)>& act) {
    Statement ids(connection_, "SELECT id FROM logins");
    Query query = ids();
    while (query.next()) act(query.bytes<LoginId>(0));
}

void LoginRows::forget_account(const AccountId& account) {
    const auto number = [](login::State state) { return static_cast<std::int64_t>(state); };
    using login::State;
    forget_account_.run(
        account, number(State::scanned), number(State::approved), number(State::denied)
    );
}

/// A row that went could be scanned anew, were its code still good. So only ids older than a login
/// lives are looked at: those can start nothing, whatever their row says.
std::int64_t LoginRows::sweep(Time now, std::int64_t rows_max) {
    sweep_.run(last_id_before(now - login::login_life), now, rows_max);
    return connection_.changes();
}

}  // namespace latchkey::store
