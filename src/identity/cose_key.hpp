/// Public keys as authenticators write them: COSE_Key (RFC 9052 §7). Pure.
#pragma once

#include "crypto/signature.hpp"
#include "identity/cbor.hpp"

#include <cstdint>
#include <optional>

namespace latchkey::identity {

/// What a passkey may sign with, by the numbers of IANA's registry "COSE Algorithms". ES256 means
/// P-256 and EdDSA means Ed25519 here (Web Authentication Level 3 §5.8.5).
enum class CoseAlgorithm : std::int16_t {
    es256 = -7,    ///< RFC 9053 §2.1
    eddsa = -8,    ///< RFC 9053 §2.2
    rs256 = -257,  ///< RFC 8812 §2
};

/// The number of the algorithm that the key is for, whether or not it is one of ours; nothing when
/// it names none, as a credential's key must (Web Authentication Level 3 §6.5.1).
std::optional<std::int64_t> cose_algorithm(const CborItem& key);

/// The key, when it is one of the three kinds above: with its `alg`, and with the parameters of its
/// kind (RFC 9053 §7, RFC 8230 §4) and no others, as §6.5.1 wants it. Nothing for any other, and
/// for a key that its kind and algorithm do not fit or that `crypto::PublicKey` refuses.
std::optional<crypto::PublicKey> read_cose_key(const CborItem& key);

}  // namespace latchkey::identity
