/// Encryption that also shows whether anybody changed what it holds.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <vector>

namespace latchkey::crypto {

struct AeadKeyTag;
struct AeadNonceTag;

using AeadKey = Bytes<AeadKeyTag, 32>;
/// So long that random ones never meet.
using AeadNonce = Bytes<AeadNonceTag, 24>;

/// How much longer a box is than what is in it.
inline constexpr std::size_t aead_tag_bytes = 16;

/// XChaCha20-Poly1305 (RFC 8439 with the longer nonce of draft-irtf-cfrg-xchacha). `beside` is not
/// in the box, which opens only with the same again. A nonce must be used once under one key.
/// Thread-safe.
std::vector<std::byte> aead_seal(
    const AeadKey& key, const AeadNonce& nonce, ByteView plain, ByteView beside
);
/// What was sealed; nothing when key, nonce, `beside` or a bit of the box is another, in a time
/// that depends on the lengths alone.
std::optional<std::vector<std::byte>> aead_open(
    const AeadKey& key, const AeadNonce& nonce, ByteView box, ByteView beside
);

}  // namespace latchkey::crypto
