#include "identity/authenticator_data.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace latchkey::identity {
namespace {

// The bits of the flags (§6.1); those of 0x02 and 0x20 are reserved.
constexpr std::byte flag_user_present{0x01};
constexpr std::byte flag_user_verified{0x04};
constexpr std::byte flag_backup_eligible{0x08};
constexpr std::byte flag_backed_up{0x10};
constexpr std::byte flag_credential{0x40};
constexpr std::byte flag_extensions{0x80};

constexpr std::size_t fixed_bytes = crypto::Sha256::size + 1 + sizeof(std::uint32_t);

/// Takes what is in front. The caller has made sure that there is as much.
template <std::size_t N>
std::span<const std::byte, N> take(ByteView& rest) {
    const auto front = rest.first<N>();
    rest = rest.subspan(N);
    return front;
}

std::optional<AttestedCredential> take_credential(ByteView& rest) {
    AttestedCredential credential;
    if (rest.size() < Aaguid::size + sizeof(std::uint16_t)) return std::nullopt;
    std::ranges::copy(take<Aaguid::size>(rest), credential.aaguid.data.begin());
    const auto id_bytes = get_big_endian<std::uint16_t>(take<sizeof(std::uint16_t)>(rest));
    if (rest.size() < id_bytes) return std::nullopt;
    credential.id = rest.first(id_bytes);
    rest = rest.subspan(id_bytes);

    auto key = read_cbor_prefix(rest);
    if (!key || !key->item.is(CborItem::Kind::map)) return std::nullopt;
    credential.key = rest.first(key->size);
    credential.key_item = std::move(key->item);
    rest = rest.subspan(key->size);
    return credential;
}

/// Extensions are named by texts (§9.1).
std::optional<CborItem> take_extensions(ByteView& rest) {
    auto extensions = read_cbor_prefix(rest);
    if (!extensions || !extensions->item.is(CborItem::Kind::map)) return std::nullopt;
    for (std::size_t i = 0; i < extensions->item.items.size(); i += 2) {
        if (!extensions->item.items[i].is(CborItem::Kind::text)) return std::nullopt;
    }
    rest = rest.subspan(extensions->size);
    return std::move(extensions->item);
}

}  // namespace

std::optional<AuthenticatorData> read_authenticator_data(ByteView bytes) {
    if (bytes.size() < fixed_bytes) return std::nullopt;
    ByteView rest = bytes;
    AuthenticatorData data;
    std::ranges::copy(take<crypto::Sha256::size>(rest), data.rp_id_hash.data.begin());
    const std::byte flags = take<1>(rest).front();
    const auto is_set = [&](std::byte flag) { return (flags & flag) == flag; };
    data.user_present = is_set(flag_user_present);
    data.user_verified = is_set(flag_user_verified);
    data.backup_eligible = is_set(flag_backup_eligible);
    data.backed_up = is_set(flag_backed_up);
    data.sign_count = get_big_endian<std::uint32_t>(take<sizeof(std::uint32_t)>(rest));
    if (is_set(flag_credential)) {
        data.credential = take_credential(rest);
        if (!data.credential) return std::nullopt;
    }
    if (is_set(flag_extensions)) {
        data.extensions = take_extensions(rest);
        if (!data.extensions) return std::nullopt;
    }
    if (!rest.empty()) return std::nullopt;
    return data;
}

}  // namespace latchkey::identity
