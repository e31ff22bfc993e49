/// Signing in with passkeys, and the passkeys of an account.
#pragma once

#include "identity/challenges.hpp"
#include "identity/ports.hpp"
#include "identity/sessions.hpp"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::identity {

/// What a browser sent of `navigator.credentials.create()`.
struct SentRegistration {
    Octets client_data;
    Octets attestation_object;
    std::string transports;  ///< as `Passkey::transports`
};

/// What a browser sent of `navigator.credentials.get()`.
struct SentAssertion {
    CredentialId id;
    Octets client_data;
    Octets authenticator_data;
    Octets signature;
    std::optional<Octets> user_handle{};
};

/// Thread-safe. Everything may answer `unavailable`. Why a ceremony was refused goes to the log and
/// not to whoever asks.
class Passkeys {
 public:
    /// All must outlive it.
    Passkeys(PasskeyStore& store, Sessions& sessions, ChallengeKeys keys, const Random& random)
        : store_(store), sessions_(sessions), challenges_(std::move(keys), random) {}

    struct SignIn {
        AccountId account;
        std::string account_name;
        Minted minted;
    };
    /// What a browser signs to sign in.
    Octets challenge(Time now) const;
    /// Begins a session. `replaces` is the one that this browser had. Errors: `challenge_expired`,
    /// `passkey_unknown`, `passkey_refused` (also for a disabled account).
    Async<Result<SignIn>> sign_in(
        SentAssertion sent,
        RelyingParty relying_party,
        Device device,
        std::optional<crypto::Sha256> replaces,
        Time now
    );

    /// What a browser signs to add a passkey in that session. Errors: `sign_in_again`.
    Result<Octets> challenge_to_add(const Session& session, Time now) const;
    /// Errors: `sign_in_again`, `challenge_expired`, `invalid_passkey_name`, `passkey_refused`,
    /// `passkey_known`, `too_many_passkeys`.
    Async<Result<Passkey>> add(
        SentRegistration sent,
        std::string name,
        RelyingParty relying_party,
        Session session,
        std::string address,
        Time now
    );

    /// What a browser signs to make the first passkey of an account that is to be.
    Octets challenge_to_join(
        const AccountId& account, const std::optional<crypto::Sha256>& invitation, Time now
    ) const;
    /// A passkey that is not stored yet, and the challenge to be spent with it.
    struct Made {
        Passkey passkey;
        SpentChallenge challenge;
    };
    /// Errors: `challenge_expired`, `invalid_passkey_name`, `passkey_refused`.
    Result<Made> make_to_join(
        SentRegistration sent,
        std::string_view name,
        const RelyingParty& relying_party,
        const AccountId& account,
        const std::optional<crypto::Sha256>& invitation,
        Time now
    ) const;

    /// Checks what somebody has signed for another purpose than to sign in or to add a passkey, who
    /// keeps the promises of `webauthn.hpp`. Changes nothing. Errors: `passkey_refused`.
    Async<Result<Assertion>> check(
        SentAssertion sent, RelyingParty relying_party, AccountId account, Octets challenge
    );

    /// The newest first.
    Async<Result<std::vector<Passkey>>> of(AccountId account);
    /// Errors: `invalid_passkey_name`, `passkey_unknown`.
    Async<Result<Passkey>> rename(AccountId account, CredentialId id, std::string name, Time now);
    /// Errors: `passkey_unknown`, `last_way_in` (less than `left` would be), `not_signed_in`.
    Async<Result<void>> remove(Actor actor, CredentialId id, WaysLeft left, Time now);

 private:
    Result<Made> made(
        SentRegistration sent,
        std::string_view name,
        const RelyingParty& relying_party,
        const ChallengeFor& purpose,
        Time now
    ) const;

    PasskeyStore& store_;
    Sessions& sessions_;
    Challenges challenges_;
};

}  // namespace latchkey::identity
