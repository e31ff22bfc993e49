#include "identity/cose_key.hpp"

namespace latchkey::identity {
namespace {

using Kind = CborItem::Kind;

// RFC 9052 §7.1: parameters of every key.
constexpr std::int64_t key_type = 1;
constexpr std::int64_t key_algorithm = 3;

// RFC 9053 §7 and RFC 8230 §4: kinds, and the parameters of each.
constexpr std::int64_t type_octet_key_pair = 1;
constexpr std::int64_t type_two_coordinates = 2;
constexpr std::int64_t type_rsa = 3;
constexpr std::int64_t curve = -1;
constexpr std::int64_t curve_x = -2;
constexpr std::int64_t curve_y = -3;
constexpr std::int64_t rsa_modulus = -1;
constexpr std::int64_t rsa_exponent = -2;
constexpr std::int64_t curve_p256 = 1;
constexpr std::int64_t curve_ed25519 = 6;

bool has(const CborItem& key, std::int64_t parameter, std::int64_t value) {
    const CborItem* found = key.at(parameter);
    return found != nullptr && found->is(Kind::integer) && found->integer == value;
}

/// Whether the key has so many parameters.
bool has_size(const CborItem& key, std::size_t parameters) {
    return key.items.size() == 2 * parameters;
}

/// Empty when there are none, which no parameter may be.
ByteView bytes_at(const CborItem& key, std::int64_t parameter) {
    const CborItem* found = key.at(parameter);
    return found != nullptr && found->is(Kind::bytes) ? found->string : ByteView();
}

}  // namespace

std::optional<std::int64_t> cose_algorithm(const CborItem& key) {
    const CborItem* algorithm = key.at(key_algorithm);
    if (algorithm == nullptr || !algorithm->is(Kind::integer)) return std::nullopt;
    return algorithm->integer;
}

std::optional<crypto::PublicKey> read_cose_key(const CborItem& key) {
    const auto algorithm = cose_algorithm(key);
    if (algorithm == static_cast<std::int64_t>(CoseAlgorithm::es256)) {
        const bool fits = has(key, key_type, type_two_coordinates) && has(key, curve, curve_p256);
        if (!fits || !has_size(key, 5)) return std::nullopt;
        return crypto::PublicKey::p256(bytes_at(key, curve_x), bytes_at(key, curve_y));
    }
    if (algorithm == static_cast<std::int64_t>(CoseAlgorithm::eddsa)) {
        const bool fits = has(key, key_type, type_octet_key_pair) && has(key, curve, curve_ed25519);
        if (!fits || !has_size(key, 4)) return std::nullopt;
        return crypto::PublicKey::ed25519(bytes_at(key, curve_x));
    }
    if (algorithm == static_cast<std::int64_t>(CoseAlgorithm::rs256)) {
        if (!has(key, key_type, type_rsa) || !has_size(key, 4)) return std::nullopt;
        return crypto::PublicKey::rsa(bytes_at(key, rsa_modulus), bytes_at(key, rsa_exponent));
    }
    return std::nullopt;
}

}  // namespace latchkey::identity
