/// Passkeys: the two ceremonies of Web Authentication Level 3, as its §7 has relying parties check
/// them. Pure: no clock, no randomness, no database, no page.
///
/// Whoever calls these keeps the promises that a pure function cannot:
/// - A challenge is random, 16 bytes or more (§13.4.3), of this ceremony, and its answer is taken
///   once.
/// - A credential's id is stored once only, over all accounts (§7.1 step 26).
/// - What strangers may learn of a failure is the caller's to decide (§14.6.2): never which check
/// it
///   was.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "identity/attestation.hpp"
#include "identity/cose_key.hpp"
#include "identity/webauthn_errors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::identity {

/// §13.4.3. A shorter one is a bug of ours, for which the checks throw `std::invalid_argument`.
inline constexpr std::size_t challenge_bytes_min = 16;
/// §7.1 step 25.
inline constexpr std::size_t credential_id_bytes_max = 1023;

using Octets = std::vector<std::byte>;

/// What we are to browsers and authenticators.
struct RelyingParty {
    std::string id;                    ///< RP ID: a domain, as `example.org`
    std::vector<std::string> origins;  ///< of our pages, as browsers write them (§13.4.9)
    /// Whether our pages may ask for passkeys inside the page of another site, and of which. A
    /// browser that does not say which site that is gets by with `framed` alone.
    bool framed = false;
    std::vector<std::string> top_origins{};
};

/// A passkey, as it is stored: the specification's credential record (§4). The user handle is the
/// account's id. Holds no secret.
struct Credential {
    Octets id;  ///< 1 to `credential_id_bytes_max` bytes
    AccountId account;
    Octets public_key;  ///< the COSE_Key as its authenticator wrote it
    std::uint32_t sign_count = 0;
    bool user_verified = false;  ///< when it was made: `uvInitialized`
    bool backup_eligible = false;
    bool backed_up = false;
    Aaguid aaguid{};  ///< which model of authenticator it says it is; nobody vouches for it
    Attestation attestation = Attestation::none;

    friend bool operator==(const Credential&, const Credential&) = default;
};

/// What was asked of `navigator.credentials.create()`.
struct RegistrationRequest {
    Octets challenge;
    AccountId account;  ///< who gets the passkey: `user.id`
    std::vector<CoseAlgorithm> algorithms{
        CoseAlgorithm::es256, CoseAlgorithm::eddsa, CoseAlgorithm::rs256
    };
    bool user_verification = true;  ///< whether it is required
};

/// What came of it: the two members of AuthenticatorAttestationResponse that matter.
struct RegistrationResponse {
    ByteView client_data_json;
    ByteView attestation_object;
};

/// §7.1. The passkey that is to be stored, unless its id is already. Its id is the one that the
/// authenticator wrote, whatever the client calls it. Errors: of `WebauthnErrc` the first that a
/// step finds, in the specification's order.
Result<Credential> verify_registration(
    const RegistrationResponse& response,
    const RegistrationRequest& request,
    const RelyingParty& relying_party
);

/// What was asked of `navigator.credentials.get()`.
struct AssertionRequest {
    Octets challenge;
    std::optional<AccountId> account{};  ///< who it must be, if that was known before
    std::vector<Octets> allowed{};       ///< ids of credentials; empty for any
    bool user_verification = true;       ///< whether it is required
};

/// What came of it: AuthenticatorAssertionResponse, and the credential's `rawId`.
struct AssertionResponse {
    ByteView credential_id;
    ByteView client_data_json;
    ByteView authenticator_data;
    ByteView signature;
    std::optional<ByteView> user_handle{};
};

struct Assertion {
    /// What is to be stored of the passkey from now on (§7.2 step 24).
    Credential credential;
    /// The authenticator counts and did not count on: there may be a copy of it, or answers came in
    /// another order. A signal for the audit log and no more (§6.1.1).
    bool counter_went_back = false;
};

/// §7.2, with the passkey that the caller found by the response's credential id (step 6). Errors:
/// of `WebauthnErrc` the first that a step finds, in the specification's order.
Result<Assertion> verify_assertion(
    const AssertionResponse& response,
    const Credential& stored,
    const AssertionRequest& request,
    const RelyingParty& relying_party
);

}  // namespace latchkey::identity
