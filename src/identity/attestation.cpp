#include "identity/attestation.hpp"

#include "identity/cose_key.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace latchkey::identity {
namespace {

using Kind = CborItem::Kind;

/// Those of §8 whose statements are maps, except the two that are looked into.
constexpr std::array<std::string_view, 5> unchecked_formats = {
    "tpm", "android-key", "android-safetynet", "fido-u2f", "apple"
};

bool is_map_by_texts(const CborItem& item) {
    if (!item.is(Kind::map)) return false;
    for (std::size_t i = 0; i < item.items.size(); i += 2) {
        if (!item.items[i].is(Kind::text)) return false;
    }
    return true;
}

/// One certificate or more, each in bytes.
bool is_certificate_chain(const CborItem& item) {
    return item.is(Kind::array) && !item.items.empty() &&
           std::ranges::all_of(item.items, [](const CborItem& one) { return one.is(Kind::bytes); });
}

/// §8.2, "Verification procedure".
Result<Attestation> check_packed(
    const AttestationObject& object,
    const AttestedCredential& credential,
    const crypto::PublicKey& key,
    const crypto::Sha256& client_data_hash
) {
    const CborItem& statement = object.statement;
    const CborItem* algorithm = statement.at("alg");
    const CborItem* signature = statement.at("sig");
    const CborItem* certificates = statement.at("x5c");
    const bool is_whole = algorithm != nullptr && algorithm->is(Kind::integer) &&
                          signature != nullptr && signature->is(Kind::bytes);
    const std::size_t members = certificates == nullptr ? 2 : 3;
    if (!is_whole || statement.items.size() != 2 * members) return WebauthnErrc::attestation_wrong;
    if (certificates != nullptr) {
        if (!is_certificate_chain(*certificates)) return WebauthnErrc::attestation_wrong;
        return Attestation::unchecked;
    }
    if (cose_algorithm(credential.key_item) != algorithm->integer) {
        return WebauthnErrc::attestation_wrong;
    }
    const auto message = signed_message(object.authenticator_data, client_data_hash);
    if (!key.verify(message, signature->string)) return WebauthnErrc::attestation_wrong;
    return Attestation::self;
}

}  // namespace

std::optional<AttestationObject> read_attestation_object(ByteView bytes) {
    if (bytes.size() > attestation_object_bytes_max) return std::nullopt;
    auto object = read_cbor(bytes);
    if (!object || object->items.size() != 6) return std::nullopt;
    const CborItem* format = object->at("fmt");
    const CborItem* statement = object->at("attStmt");
    const CborItem* data = object->at("authData");
    if (format == nullptr || statement == nullptr || data == nullptr) return std::nullopt;
    if (!format->is(Kind::text) || !data->is(Kind::bytes)) return std::nullopt;
    if (!is_map_by_texts(*statement) && !statement->is(Kind::array)) return std::nullopt;
    return AttestationObject{
        .format = text_of(format->string),
        .statement = *statement,
        .authenticator_data = data->string,
    };
}

Result<Attestation> check_attestation(
    const AttestationObject& object,
    const AttestedCredential& credential,
    const crypto::PublicKey& key,
    const crypto::Sha256& client_data_hash
) {
    const CborItem& statement = object.statement;
    if (object.format == "compound") {  // §8.9
        const bool fits = statement.is(Kind::array) && statement.items.size() >= 2;
        if (!fits) return WebauthnErrc::attestation_wrong;
        return Attestation::unchecked;
    }
    const bool looked_into = object.format == "none" || object.format == "packed";
    if (!looked_into &&
        std::ranges::find(unchecked_formats, object.format) == unchecked_formats.end()) {
        return WebauthnErrc::attestation_format_unknown;
    }
    if (!statement.is(Kind::map)) return WebauthnErrc::attestation_wrong;
    if (object.format == "packed") {
        return check_packed(object, credential, key, client_data_hash);
    }
    if (object.format == "none") {  // §8.7
        if (!statement.items.empty()) return WebauthnErrc::attestation_wrong;
        return Attestation::none;
    }
    return Attestation::unchecked;
}

std::vector<std::byte> signed_message(
    ByteView authenticator_data, const crypto::Sha256& client_data_hash
) {
    std::vector<std::byte> message;
    message.reserve(authenticator_data.size() + crypto::Sha256::size);
    message.insert(message.end(), authenticator_data.begin(), authenticator_data.end());
    message.insert(message.end(), client_data_hash.data.begin(), client_data_hash.data.end());
    return message;
}

}  // namespace latchkey::identity
