/// The table of passkeys, and that of spent challenges.
#pragma once

#include "identity/passkey.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class PasskeyRows {
 public:
    explicit PasskeyRows(Connection& connection);

    /// False, and nothing written, when that id is stored already.
    bool add(const identity::Passkey& passkey);
    std::optional<identity::Passkey> find(ByteView id);
    /// The newest first.
    std::vector<identity::Passkey> of(const AccountId& account);
    std::size_t count(const AccountId& account);
    /// These are false when the account has no such passkey.
    bool rename(const AccountId& account, ByteView id, std::string_view name);
    bool remove(const AccountId& account, ByteView id);
    void remove_all_of(const AccountId& account);
    /// What a sign-in changes.
    bool used(const identity::Credential& credential, Time now);

    /// False when it was spent before.
    bool spend(const identity::SpentChallenge& challenge);
    /// How many challenges went that nobody could use any more.
    std::int64_t sweep(Time now, std::int64_t rows_max);

 private:
    Connection& connection_;
    Statement add_;
    Statement find_;
    Statement of_;
    Statement count_;
    Statement rename_;
    Statement remove_;
    Statement remove_all_of_;
    Statement used_;
    Statement spend_;
    Statement sweep_;
};

}  // namespace latchkey::store
