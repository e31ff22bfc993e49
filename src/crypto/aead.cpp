#include "crypto/aead.hpp"

#include "crypto/evp.hpp"

#include <sodium.h>

namespace latchkey::crypto {
namespace {

static_assert(AeadKey::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(AeadNonce::size == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(aead_tag_bytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

}  // namespace

std::vector<std::byte> aead_seal(
    const AeadKey& key, const AeadNonce& nonce, ByteView plain, ByteView beside
) {
    std::vector<std::byte> box(plain.size() + aead_tag_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        writable(box),
        nullptr,
        readable(plain),
        plain.size(),
        readable(beside),
        beside.size(),
        nullptr,
        readable(nonce.view()),
        readable(key.view())
    );
    return box;
}

std::optional<std::vector<std::byte>> aead_open(
    const AeadKey& key, const AeadNonce& nonce, ByteView box, ByteView beside
) {
    if (box.size() < aead_tag_bytes) return std::nullopt;
    std::vector<std::byte> plain(box.size() - aead_tag_bytes);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        writable(plain),
        nullptr,
        nullptr,
        readable(box),
        box.size(),
        readable(beside),
        beside.size(),
        readable(nonce.view()),
        readable(key.view())
    );
    if (failed != 0) return std::nullopt;
    return plain;
}

}  // namespace latchkey::crypto
