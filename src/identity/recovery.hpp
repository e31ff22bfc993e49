/// Recovery codes: what a person keeps on paper for the day when every passkey is lost.
#pragma once

#include "base/random.hpp"
#include "identity/ports.hpp"
#include "identity/sessions.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::identity {

inline constexpr std::size_t recovery_codes_made = 10;

struct RecoveryCodeTag;
/// 80 random bits: nobody guesses one, so a plain hash of it at rest will do.
using RecoveryCode = Bytes<RecoveryCodeTag, 10>;

/// Four groups of four, as `ABCD-EFGH-IJKL-MNOP` (base32).
std::string to_string(const RecoveryCode& code);
/// As a person types it: in any case, with any blanks and dashes, `0` for `O` and `8` for `B`.
/// Nothing for what is no code.
std::optional<RecoveryCode> parse_recovery_code(std::string_view typed);
/// What is kept of it: equal codes of two accounts do not show.
crypto::Sha256 recovery_hash(const AccountId& account, const RecoveryCode& code);

/// Thread-safe. Everything may answer `unavailable`.
class Recovery {
 public:
    /// All must outlive it.
    Recovery(AccountStore& accounts, RecoveryStore& store, Sessions& sessions, Random random)
        : accounts_(accounts), store_(store), sessions_(sessions), random_(std::move(random)) {}

    /// New ones, in place of those that the account had. They are known to whoever gets them, and
    /// to nobody else. Errors: `account_unknown`.
    Async<Result<std::vector<std::string>>> renew(Actor actor, Time now);
    Async<Result<RecoveryCodes>> of(AccountId account) { return store_.codes_of(account); }

    struct SignIn {
        AccountId account;
        std::string account_name;
        Minted minted;
    };
    /// Uses the code up. `replaces` is the session that this browser had. Errors:
    /// `recovery_refused`.
    Async<Result<SignIn>> sign_in(
        std::string name,
        std::string code,
        Device device,
        std::optional<crypto::Sha256> replaces,
        Time now
    );

 private:
    AccountStore& accounts_;
    RecoveryStore& store_;
    Sessions& sessions_;
    const Random random_;
};

}  // namespace latchkey::identity
