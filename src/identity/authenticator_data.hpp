/// What an authenticator says of itself and of the person before it (Web Authentication Level 3
/// §6.1). Pure.
#pragma once

#include "base/bytes.hpp"
#include "crypto/digest.hpp"
#include "identity/cbor.hpp"

#include <cstdint>
#include <optional>

namespace latchkey::identity {

struct AaguidTag;
/// Which model of authenticator it says it is. Nobody vouches for it.
using Aaguid = Bytes<AaguidTag, 16>;

/// A credential as its authenticator announces it (§6.5.1). Its views are of the bytes that were
/// read: those must outlive it.
struct AttestedCredential {
    Aaguid aaguid;
    ByteView id;        ///< 0 to 65,535 bytes: §7.1 and §7.2 refuse those over 1023
    ByteView key;       ///< the COSE_Key as it was written
    CborItem key_item;  ///< the same, read
};

struct AuthenticatorData {
    crypto::Sha256 rp_id_hash;
    bool user_present = false;                       ///< UP
    bool user_verified = false;                      ///< UV
    bool backup_eligible = false;                    ///< BE
    bool backed_up = false;                          ///< BS
    std::uint32_t sign_count = 0;                    ///< 0 when the authenticator does not count
    std::optional<AttestedCredential> credential{};  ///< with AT
    std::optional<CborItem> extensions{};            ///< with ED: a map by their identifiers
};

/// Authenticator data of an assertion has 37 bytes and what extensions say.
inline constexpr std::size_t authenticator_data_bytes_max = 8192;

/// Reads the whole of it: parts follow one another as the flags say, and nothing follows those.
/// The two flags that are reserved may be anything. Nothing for whatever else is not of that form;
/// views in the answer are of `bytes`.
std::optional<AuthenticatorData> read_authenticator_data(ByteView bytes);

}  // namespace latchkey::identity
