#include "store/passkey_rows.hpp"

#include <limits>

namespace latchkey::store {
namespace {

using identity::Passkey;

/// SELECT of a passkey's columns, in the order in which `passkey_in` reads them, and what follows.
std::string select_passkeys(std::string_view rest) {
    return "SELECT id, account, public_key, sign_count, user_verified, backup_eligible, backed_up, "
           "aaguid, attestation, transports, name, created_at, used_at FROM passkeys " +
           std::string(rest);
}

/// Throws `SqliteError` for a number that is none of ours.
std::uint32_t count_in(std::int64_t stored) {
    if (stored < 0 || stored > std::numeric_limits<std::uint32_t>::max()) {
        throw SqliteError(0, "a stored passkey has a wrong counter");
    }
    return static_cast<std::uint32_t>(stored);
}

Passkey passkey_in(const Query& query) {
    Passkey passkey{
        .credential =
            {
                .id = query.octets(0),
                .account = query.bytes<AccountId>(1),
                .public_key = query.octets(2),
                .sign_count = count_in(query.number(3)),
                .user_verified = query.number(4) != 0,
                .backup_eligible = query.number(5) != 0,
                .backed_up = query.number(6) != 0,
                .aaguid = query.bytes<identity::Aaguid>(7),
                .attestation = static_cast<identity::Attestation>(query.number(8)),
            },
        .transports = query.text(9),
        .name = query.text(10),
        .created_at = query.time(11),
    };
    if (!query.is_null(12)) passkey.used_at = query.time(12);
    return passkey;
}

}  // namespace

PasskeyRows::PasskeyRows(Connection& connection)
    : connection_(connection),
      add_(
          connection,
          "INSERT INTO passkeys (id, account, public_key, sign_count, user_verified, "
          "backup_eligible, backed_up, aaguid, attestation, transports, name, created_at) VALUES "
          "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO NOTHING"
      ),
      find_(connection, select_passkeys("WHERE id = ?1")),
      of_(connection, select_passkeys("WHERE account = ?1 ORDER BY created_at DESC, id")),
      count_(connection, "SELECT count(*) FROM passkeys WHERE account = ?1"),
      rename_(connection, "UPDATE passkeys SET name = ?3 WHERE id = ?2 AND account = ?1"),
      remove_(connection, "DELETE FROM passkeys WHERE id = ?2 AND account = ?1"),
      remove_all_of_(connection, "DELETE FROM passkeys WHERE account = ?1"),
      used_(
          connection,
          "UPDATE passkeys SET sign_count = max(sign_count, ?3), user_verified = ?4, backed_up = "
          "?5, used_at = ?6 "
          "WHERE id = ?2 AND account = ?1"
      ),
      spend_(
          connection,
          "INSERT INTO spent_challenges (hash, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
      ),
      sweep_(
          connection,
          "DELETE FROM spent_challenges WHERE hash IN (SELECT hash FROM spent_challenges WHERE "
          "expires_at <= ?1 LIMIT ?2)"
      ) {}

bool PasskeyRows::add(const Passkey& passkey) {
    const identity::Credential& credential = passkey.credential;
    add_.run(
        ByteView(credential.id),
        credential.account,
        ByteView(credential.public_key),
        std::int64_t{credential.sign_count},
        credential.user_verified,
        credential.backup_eligible,
        credential.backed_up,
        credential.aaguid,
        static_cast<std::int64_t>(credential.attestation),
        passkey.transports,
        passkey.name,
        passkey.created_at
    );
    return connection_.changes() == 1;
}

std::optional<Passkey> PasskeyRows::find(ByteView id) {
    Query query = find_(id);
    if (!query.next()) return std::nullopt;
    return passkey_in(query);
}

std::vector<Passkey> PasskeyRows::of(const AccountId& account) {
    std::vector<Passkey> passkeys;
    Query query = of_(account);
    while (query.next()) passkeys.push_back(passkey_in(query));
    return passkeys;
}

std::size_t PasskeyRows::count(const AccountId& account) {
    Query query = count_(account);
    return query.next() ? static_cast<std::size_t>(query.number(0)) : 0;
}

bool PasskeyRows::rename(const AccountId& account, ByteView id, std::string_view name) {
    rename_.run(account, id, name);
    return connection_.changes() == 1;
}

bool PasskeyRows::remove(const AccountId& account, ByteView id) {
    remove_.run(account, id);
    return connection_.changes() == 1;
}

void PasskeyRows::remove_all_of(const AccountId& account) {
    remove_all_of_.run(account);
}

bool PasskeyRows::used(const identity::Credential& credential, Time now) {
    used_.run(
        credential.account,
        ByteView(credential.id),
        std::int64_t{credential.sign_count},
        credential.user_verified,
        credential.backed_up,
        now
    );
    return connection_.changes() == 1;
}

bool PasskeyRows::spend(const identity::SpentChallenge& challenge) {
    spend_.run(challenge.hash, challenge.expires_at);
    return connection_.changes() == 1;
}

std::int64_t PasskeyRows::sweep(Time now, std::int64_t rows_max) {
    sweep_.run(now, rows_max);
    return connection_.changes();
}

}  // namespace latchkey::store
