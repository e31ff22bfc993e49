/// What an authenticator makes and says for itself: attestation objects (Web Authentication Level 3
/// §6.5.4). Pure.
///
/// We ask for attestation `none`, and the policy is that a passkey needs none: no authenticator is
/// trusted more than another. So there are three ways to take a statement:
/// - `none` (§8.7) must be empty, and `packed` without certificates (§8.2, self attestation) must
///   be right, since a client may pass that on even when none was asked for (§5.1.3).
/// - The other formats that the specification defines would need the certificates of makers, which
///   we do not have. Their statement is read as CBOR and dropped: the credential is as one without
///   attestation, as §7.1 lets the relying party decide at the end of its steps. That costs no
///   safety, since whoever could forge such a statement could send `none` instead.
/// - A format that the specification does not define is refused (§7.1 step 21).
#pragma once

#include "base/bytes.hpp"
#include "crypto/digest.hpp"
#include "crypto/signature.hpp"
#include "identity/authenticator_data.hpp"
#include "identity/webauthn_errors.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace latchkey::identity {

/// A chain of some certificates and what they sign.
inline constexpr std::size_t attestation_object_bytes_max = std::size_t{16} * 1024;

/// What a credential's attestation was. None of these makes a credential better than another. The
/// values are stored: they never change.
enum class Attestation : std::uint8_t {
    none = 1,
    self,       ///< the credential's key signed its own registration
    unchecked,  ///< there was one that was not looked into
};

/// Its views are of the bytes that were read: those must outlive it.
struct AttestationObject {
    std::string_view format;
    CborItem statement;
    ByteView authenticator_data;
};

/// Reads the whole of it, up to `attestation_object_bytes_max`: a map of `fmt`, `attStmt` and
/// `authData`, and no more.
std::optional<AttestationObject> read_attestation_object(ByteView bytes);

/// Steps 21 and 22 of §7.1: by its format, whether the statement is right. `credential` is that of
/// the object's authenticator data, `key` the credential's, `client_data_hash` the SHA-256 of the
/// client data. Errors: `attestation_format_unknown`, `attestation_wrong`.
Result<Attestation> check_attestation(
    const AttestationObject& object,
    const AttestedCredential& credential,
    const crypto::PublicKey& key,
    const crypto::Sha256& client_data_hash
);

/// What authenticators sign (§6.3.3): their data, and behind it the hash of the client's.
std::vector<std::byte> signed_message(
    ByteView authenticator_data, const crypto::Sha256& client_data_hash
);

}  // namespace latchkey::identity
