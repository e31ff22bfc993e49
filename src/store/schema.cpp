#include "store/schema.hpp"

#include <array>
#include <string>

namespace latchkey::store {
namespace {

/// `LKEY`: says in the file's header whose it is.
constexpr std::int64_t application_id = 0x4c4b4559;

/// Step n brings version n - 1 to version n. A step that was released is never changed: add
/// another.
///
/// Sessions lie together by account, so that one list is one read, and a session is found by its
/// account and id; the one index is by the hash of the cookie. Logins lie in the order in which
/// they were scanned: those that are under way share a page, and each of their moves is written
/// with those of others. Their ids begin with a time, so old ones lie together in the index. Times
/// are milliseconds since 1970. What `audit_head` remembers of the audit log is its last number,
/// so that also a last row that went is missed.
constexpr std::array migrations = {
    R"sql(
    CREATE TABLE accounts (
        id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
        name          TEXT    NOT NULL,
        folded_name   TEXT    NOT NULL UNIQUE,
        password_hash TEXT    NOT NULL,
        disabled      INTEGER NOT NULL CHECK (disabled IN (0, 1)),
        created_at    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sessions (
        account     BLOB    NOT NULL REFERENCES accounts (id),
        id          BLOB    NOT NULL CHECK (length(id) = 16),
        token_hash  BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        kind        INTEGER NOT NULL,
        created_at  INTEGER NOT NULL,
        seen_at     INTEGER NOT NULL,
        expires_at  INTEGER NOT NULL,
        browser     TEXT    NOT NULL,
        system      TEXT    NOT NULL,
        address     TEXT    NOT NULL,
        approved_by BLOB,
        PRIMARY KEY (account, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE logins (
        id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 12),
        account    BLOB    NOT NULL,
        approver   BLOB    NOT NULL,
        scanned_at INTEGER NOT NULL,
        decided_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        state      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    )sql",
    R"sql(
    ALTER TABLE logins RENAME TO old_logins;
    CREATE TABLE logins (
        seq          INTEGER PRIMARY KEY,
        id           BLOB    NOT NULL UNIQUE CHECK (length(id) = 12),
        account      BLOB    NOT NULL,
        approver     BLOB    NOT NULL,
        scanned_at   INTEGER NOT NULL,
        decided_at   INTEGER NOT NULL,
        expires_at   INTEGER NOT NULL,
        state        INTEGER NOT NULL,
        client       INTEGER NOT NULL,
        confirm      INTEGER NOT NULL,
        number       INTEGER NOT NULL,
        reason       INTEGER NOT NULL,
        browser      TEXT    NOT NULL,
        system       TEXT    NOT NULL,
        address      TEXT    NOT NULL,
        browser_key  INTEGER NOT NULL,
        browser_tag  BLOB    CHECK (length(browser_tag) = 8),
        session      BLOB    CHECK (length(session) = 16),
        subject      TEXT    NOT NULL,
        subject_name TEXT    NOT NULL
    ) STRICT;
    INSERT INTO logins (id, account, approver, scanned_at, decided_at, expires_at, state, client,
                        confirm, number, reason, browser, system, address, browser_key, subject,
                        subject_name)
        SELECT id, account, approver, scanned_at, decided_at, expires_at, state,
               0, 1, 0, 0, '', '', '', 0, '', ''
        FROM old_logins ORDER BY scanned_at;
    DROP TABLE old_logins;

    ALTER TABLE sessions ADD COLUMN browser_mark BLOB CHECK (length(browser_mark) = 16);
    ALTER TABLE accounts ADD COLUMN denied_at    INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE accounts ADD COLUMN shown_as     INTEGER NOT NULL DEFAULT 1;

    CREATE TABLE browsers (
        account  BLOB    NOT NULL REFERENCES accounts (id),
        mark     BLOB    NOT NULL CHECK (length(mark) = 16),
        first_at INTEGER NOT NULL,
        last_at  INTEGER NOT NULL,
        PRIMARY KEY (account, mark)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE clients (
        number                  INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 16777215),
        id                      TEXT    NOT NULL UNIQUE,
        name                    TEXT    NOT NULL,
        key_hash                BLOB    NOT NULL CHECK (length(key_hash) = 32),
        redirects               TEXT    NOT NULL,
        confirm                 INTEGER NOT NULL,
        browsers                INTEGER NOT NULL,
        network                 INTEGER NOT NULL,
        phone_session_age_min_s INTEGER NOT NULL,
        classic                 INTEGER NOT NULL CHECK (classic IN (0, 1)),
        created_at              INTEGER NOT NULL,
        removed_at              INTEGER
    ) STRICT;

    CREATE TABLE tickets (
        hash        BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
        client      INTEGER NOT NULL,
        login       BLOB    NOT NULL CHECK (length(login) = 12),
        account     BLOB    NOT NULL CHECK (length(account) = 16),
        user_id     TEXT    NOT NULL,
        user_name   TEXT    NOT NULL,
        browser     TEXT    NOT NULL,
        system      TEXT    NOT NULL,
        address     TEXT    NOT NULL,
        approved_at INTEGER NOT NULL,
        expires_at  INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit (
        seq     INTEGER PRIMARY KEY,
        at      INTEGER NOT NULL,
        kind    TEXT    NOT NULL,
        account BLOB    CHECK (length(account) = 16),
        login   BLOB    CHECK (length(login) = 12),
        session BLOB    CHECK (length(session) = 16),
        client  INTEGER NOT NULL CHECK (client BETWEEN 0 AND 16777215),
        address TEXT    NOT NULL,
        detail  TEXT    NOT NULL,
        hash    BLOB    NOT NULL CHECK (length(hash) = 32)
    ) STRICT;

    CREATE TABLE audit_head (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        seq  INTEGER NOT NULL
    ) STRICT;
    INSERT INTO audit_head (only, seq) VALUES (1, 0);
    )sql",
    R"sql(
    CREATE TABLE passkeys (
        id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 1023),
        account         BLOB    NOT NULL REFERENCES accounts (id),
        public_key      BLOB    NOT NULL,
        sign_count      INTEGER NOT NULL,
        user_verified   INTEGER NOT NULL CHECK (user_verified IN (0, 1)),
        backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
        backed_up       INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
        aaguid          BLOB    NOT NULL CHECK (length(aaguid) = 16),
        attestation     INTEGER NOT NULL,
        transports      TEXT    NOT NULL,
        name            TEXT    NOT NULL,
        created_at      INTEGER NOT NULL,
        used_at         INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX passkeys_by_account ON passkeys (account, created_at);

    CREATE TABLE spent_challenges (
        hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    )sql",
    R"sql(
    ALTER TABLE clients ADD COLUMN stopped_at INTEGER;

    ALTER TABLE accounts ADD COLUMN role INTEGER NOT NULL DEFAULT 1;
    UPDATE accounts SET role = 2
        WHERE id = (SELECT id FROM accounts WHERE disabled = 0 ORDER BY created_at, id LIMIT 1);

    ALTER TABLE logins ADD COLUMN nonce BLOB CHECK (length(nonce) = 16);
    CREATE TABLE audit_evidence (
        seq                INTEGER PRIMARY KEY REFERENCES audit (seq),
        statement          TEXT    NOT NULL,
        credential         BLOB    NOT NULL,
        public_key         BLOB    NOT NULL,
        client_data        BLOB    NOT NULL,
        authenticator_data BLOB    NOT NULL,
        signature          BLOB    NOT NULL
    ) STRICT;
    )sql",
    R"sql(
    CREATE TABLE invitations (
        hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
        role       INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE recovery_codes (
        account    BLOB    NOT NULL REFERENCES accounts (id),
        hash       BLOB    NOT NULL CHECK (length(hash) = 32),
        created_at INTEGER NOT NULL,
        PRIMARY KEY (account, hash)
    ) STRICT, WITHOUT ROWID;
    )sql",
    R"sql(
    CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    CREATE TRIGGER evidence_not_changed BEFORE UPDATE ON audit_evidence
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    CREATE TRIGGER evidence_not_removed BEFORE DELETE ON audit_evidence
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    )sql",
};

void check_owner(Connection& connection) {
    const std::int64_t owner = connection.number("PRAGMA application_id");
    const bool fresh = owner == 0 && connection.number("SELECT count(*) FROM sqlite_schema") == 0;
    if (owner != application_id && !fresh) {
        throw std::runtime_error("it is a database of another program");
    }
}

void refuse_newer(std::int64_t version) {
    if (version <= schema_version()) return;
    throw std::runtime_error(
        "its schema is version " + std::to_string(version) +
        ", written by a newer Latchkey; this one knows versions up to " +
        std::to_string(schema_version()) +
        ". Run the newer program, or restore the backup made before it first ran"
    );
}

/// One step, if it is still to be done: another process may have been quicker.
void step(Connection& connection, std::int64_t to) {
    connection.execute("BEGIN IMMEDIATE");
    try {
        if (connection.number("PRAGMA user_version") == to - 1) {
            connection.execute(migrations[static_cast<std::size_t>(to - 1)]);
            connection.execute(("PRAGMA user_version = " + std::to_string(to)).c_str());
            connection.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str()
            );
        }
        connection.execute("COMMIT");
    } catch (...) {
        if (connection.in_transaction()) connection.execute("ROLLBACK");
        throw;
    }
}

}  // namespace

std::int64_t schema_version() {
    return static_cast<std::int64_t>(migrations.size());
}

void migrate(Connection& connection) {
    check_owner(connection);
    std::int64_t version = connection.number("PRAGMA user_version");
    while (version < schema_version()) {
        step(connection, version + 1);
        version = connection.number("PRAGMA user_version");
    }
    refuse_newer(version);
}

}  // namespace latchkey::store
