#include "base/encoding.hpp"
#include "login/purposes.hpp"
#include "login/values.hpp"

#include <algorithm>

namespace latchkey::login {
namespace {

struct TokenTag;
struct TokenMacTag;
using TokenBytes = Bytes<TokenTag, 40>;
using TokenMac = Bytes<TokenMacTag, 16>;

constexpr std::size_t key_id_at = LoginId::size;
constexpr std::size_t tag_at = key_id_at + 4;
constexpr std::size_t token_mac_at = tag_at + BrowserTag::size;
constexpr unsigned client_bits = 24;

/// The key's id and the client's number, which are one big-endian integer of four bytes.
std::uint32_t head_of(KeyId key, std::uint32_t client) {
    return std::uint32_t{key} << client_bits | (client & client_max);
}

}  // namespace

BrowserTag SealingKeys::tag_of(const Purposes& key, const LoginId& login, const BrowserMark& mark) {
    return beginning_of<BrowserTag>(key.browser({login.view(), mark.view()}));
}

std::string SealingKeys::seal_token(
    const LoginId& login, std::uint32_t client, const BrowserCookie& cookie
) const {
    const Derived& ring = derived();
    const Purposes& key = ring.of_current();
    TokenBytes token;
    std::ranges::copy(login.data, token.data.begin());
    put_big_endian(token.span().subspan<key_id_at, 4>(), head_of(ring.current, client));
    std::ranges::copy(tag_of(key, login, mark_of(cookie)).data, token.data.begin() + tag_at);
    const auto mac = key.token({token.view().first(token_mac_at)});
    std::copy_n(mac.data.begin(), TokenMac::size, token.data.begin() + token_mac_at);
    return base64url(token.view());
}

Result<BrowserToken> SealingKeys::open_token(std::string_view text, Time now) const {
    if (text.size() != token_characters) return Errc::token_invalid;
    const auto bytes = bytes_from<TokenBytes>(text, from_base64url);
    if (!bytes) return Errc::token_invalid;

    const auto head = get_big_endian<std::uint32_t>(std::span(bytes->data).subspan<key_id_at, 4>());
    BrowserToken token;
    token.login = login_in(bytes->view());
    token.key_id = static_cast<KeyId>(head >> client_bits);
    token.client = head & client_max;
    std::copy_n(bytes->data.begin() + tag_at, BrowserTag::size, token.tag.data.begin());

    const Purposes* sealed_it = key(token.key_id);
    if (sealed_it == nullptr) return Errc::token_invalid;
    const auto mac = sealed_it->token({bytes->view().first(token_mac_at)});
    if (!crypto::equal_in_constant_time(
            bytes->view().subspan(token_mac_at), beginning_of<TokenMac>(mac).view()
        )) {
        return Errc::token_invalid;
    }
    if (!is_young(created_at(token.login), token_life, now)) return Errc::token_invalid;
    return token;
}

bool SealingKeys::made_by(const BrowserToken& token, const BrowserCookie& cookie) const {
    return is_of(token.login, token.key_id, token.tag, mark_of(cookie));
}

bool SealingKeys::is_of(
    const LoginId& login, KeyId key_id, const BrowserTag& tag, const BrowserMark& mark
) const {
    const Purposes* sealed_it = key(key_id);
    if (sealed_it == nullptr) return false;
    return crypto::equal_in_constant_time(tag_of(*sealed_it, login, mark).view(), tag.view());
}

BrowserMark mark_of(const BrowserCookie& cookie) {
    constexpr std::string_view label = "latchkey/1/browser-mark";
    std::array<std::byte, label.size() + BrowserCookie::size> named{};
    std::ranges::copy(cookie.data, std::ranges::copy(bytes_of(label), named.begin()).out);
    const auto hash = crypto::sha256(named);
    BrowserMark mark;
    std::copy_n(hash.data.begin(), BrowserMark::size, mark.data.begin());
    return mark;
}

}  // namespace latchkey::login
