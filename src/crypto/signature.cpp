#include "crypto/signature.hpp"

#include "crypto/evp.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include <bit>
#include <new>
#include <sodium.h>
#include <utility>
#include <vector>

namespace latchkey::crypto {
namespace {

constexpr std::size_t p256_coordinate_bytes = 32;
constexpr std::size_t ed25519_key_bytes = 32;

template <class T>
Evp<T> made(T* thing) {
    if (thing == nullptr) throw std::bad_alloc();
    return Evp<T>(thing);
}

/// What OpenSSL says of a wrong key or signature is no news to the next who asks this thread.
template <class T>
T without_errors(T result) {
    ERR_clear_error();
    return result;
}

/// The key that those parameters are; nothing when OpenSSL finds fault with it, such as a point
/// that is not on its curve.
Evp<EVP_PKEY> key_of(const char* kind, OSSL_PARAM* parameters) {
    const auto context = made(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    const bool fine = EVP_PKEY_fromdata_init(context.get()) == 1 &&
                      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1;
    Evp<EVP_PKEY> owned(key);
    return without_errors(fine ? std::move(owned) : nullptr);
}

bool is_odd_without_zeros_in_front(ByteView number) {
    return !number.empty() && number.front() != std::byte{0} &&
           (number.back() & std::byte{1}) == std::byte{1};
}

/// Of a number without zeros in front.
std::size_t bits_of(ByteView number) {
    return number.size() * 8 -
           static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(number.front())));
}

bool is_sane_exponent(ByteView exponent) {
    if (!is_odd_without_zeros_in_front(exponent)) return false;
    if (exponent.size() > rsa_exponent_bytes_max) return false;
    std::uint64_t value = 0;
    for (const std::byte byte : exponent) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value >= rsa_exponent_min;
}

Evp<BIGNUM> number_of(ByteView bytes) {
    return made(BN_bin2bn(readable(bytes), static_cast<int>(bytes.size()), nullptr));
}

}  // namespace

struct PublicKey::Key {
    Evp<EVP_PKEY> evp;
};

PublicKey::PublicKey(SignatureAlgorithm algorithm, std::shared_ptr<const Key> key)
    : algorithm_(algorithm), key_(std::move(key)) {}

std::optional<PublicKey> PublicKey::p256(ByteView x, ByteView y) {
    if (x.size() != p256_coordinate_bytes || y.size() != p256_coordinate_bytes) return std::nullopt;
    std::vector<std::byte> point{std::byte{0x04}};  // not compressed (SEC 1 §2.3.3)
    point.insert(point.end(), x.begin(), x.end());
    point.insert(point.end(), y.begin(), y.end());
    char group[] = "P-256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end()
    };
    // The curve's order is prime, so a point that is on it needs no other check.
    auto key = key_of("EC", parameters);
    if (!key) return std::nullopt;
    return PublicKey(SignatureAlgorithm::es256, std::make_shared<const Key>(std::move(key)));
}

std::optional<PublicKey> PublicKey::ed25519(ByteView point) {
    // OpenSSL 3.0 takes any 32 bytes for a key.
    const bool valid = point.size() == ed25519_key_bytes &&
                       crypto_core_ed25519_is_valid_point(readable(point)) == 1;
    if (!valid) return std::nullopt;
    Evp<EVP_PKEY> key(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, readable(point), point.size())
    );
    if (!key) return without_errors(std::nullopt);
    return PublicKey(SignatureAlgorithm::eddsa, std::make_shared<const Key>(std::move(key)));
}

std::optional<PublicKey> PublicKey::rsa(ByteView modulus, ByteView exponent) {
    if (!is_odd_without_zeros_in_front(modulus) || !is_sane_exponent(exponent)) return std::nullopt;
    const std::size_t bits = bits_of(modulus);
    if (bits < rsa_bits_min || bits > rsa_bits_max) return std::nullopt;

    const auto builder = made(OSSL_PARAM_BLD_new());
    const auto n = number_of(modulus);
    const auto e = number_of(exponent);
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    const auto parameters = made(OSSL_PARAM_BLD_to_param(builder.get()));
    auto key = key_of("RSA", parameters.get());
    if (!key) return std::nullopt;
    return PublicKey(SignatureAlgorithm::rs256, std::make_shared<const Key>(std::move(key)));
}

bool PublicKey::verify(ByteView message, ByteView signature) const {
    const auto context = made(EVP_MD_CTX_new());
    const char* digest = algorithm_ == SignatureAlgorithm::eddsa ? nullptr : "SHA256";
    // RSA's padding is that of PKCS #1 v1.5 unless another is asked for.
    const bool fits =
        EVP_DigestVerifyInit_ex(
            context.get(), nullptr, digest, nullptr, nullptr, key_->evp.get(), nullptr
        ) == 1 &&
        EVP_DigestVerify(
            context.get(), readable(signature), signature.size(), readable(message), message.size()
        ) == 1;
    return without_errors(fits);
}

}  // namespace latchkey::crypto
