#include "login/values.hpp"

#include "base/encoding.hpp"
#include "login/purposes.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchkey::login {
namespace {

crypto::Mac derived_for(const SealingKey& key, std::string_view purpose) {
    return crypto::hmac(key.view(), {bytes_of(purpose)});
}

crypto::Hmac hmac_for(const SealingKey& key, std::string_view purpose) {
    return crypto::Hmac(crypto::MacKey{derived_for(key, purpose).data});
}

/// Together they last to the end of the longest life, with a node whose clock is behind.
static_assert(values_life_max >= token_life + 2 * clock_skew_max);
static_assert(values_life_max >= handle_life + 2 * clock_skew_max);
/// Every step of a login is one that moves.
static_assert(login_life / code_step <= moving_step_max);
/// A page without script has a code for every moment of its login.
static_assert(
    (login_life - seconds(1)) / scriptless_shown_max <= scriptless_step - scriptless_step_last
);

}  // namespace

SealingKeys::Purposes::Purposes(const SealingKey& key)
    : code(hmac_for(key, "latchkey/1/code")),
      fixed_code(hmac_for(key, "latchkey/1/fixed-code")),
      token(hmac_for(key, "latchkey/1/token")),
      browser(hmac_for(key, "latchkey/1/browser")),
      user_code(hmac_for(key, "latchkey/1/user-code")),
      session(hmac_for(key, "latchkey/1/session")),
      challenge(hmac_for(key, "latchkey/1/challenge")),
      handle{derived_for(key, "latchkey/1/handle").data} {}

SealingKeys::Derived::Derived(const KeyRing& ring) {
    if (ring.empty()) throw std::invalid_argument("a ring has at least one sealing key");
    current = ring.front().id;
    for (const RingKey& key : ring) {
        if (key.id >= key_ids_max || by_id[key.id] != nullptr)
            throw std::invalid_argument("a ring has each id of a sealing key once");
        by_id[key.id] = std::make_unique<const Purposes>(key.key);
    }
}

SealingKeys::SealingKeys(const KeyRing& ring) {
    replace(ring);
}

SealingKeys::SealingKeys(const SealingKey& only) : SealingKeys(KeyRing{{0, only}}) {}

SealingKeys::~SealingKeys() = default;

void SealingKeys::replace(const KeyRing& ring) {
    auto derived = std::make_unique<const Derived>(ring);
    const std::scoped_lock lock(replacing_);
    rings_.push_back(std::move(derived));
    now_.store(rings_.back().get(), std::memory_order_release);
}

KeyId SealingKeys::current() const {
    return derived().current;
}

std::optional<crypto::Mac> SealingKeys::challenge_mac(KeyId id, ByteView text) const {
    const Purposes* const sealing = key(id);
    if (sealing == nullptr) return std::nullopt;
    return sealing->challenge({text});
}

const SealingKeys::Purposes* SealingKeys::key(KeyId id) const {
    return id < key_ids_max ? derived().by_id[id].get() : nullptr;
}

UserCode SealingKeys::user_code(const LoginId& login) const {
    const auto mac = derived().of_current().user_code({login.view()});
    return {get_big_endian<std::uint64_t>(std::span(mac.data).first<8>()) % user_code_count};
}

Result<SessionSecret> SealingKeys::session_secret(
    const BrowserToken& token, const BrowserCookie& cookie, std::string_view idempotency_key
) const {
    const Purposes* sealed_it = key(token.key_id);
    if (sealed_it == nullptr) return Errc::token_invalid;
    const auto mac =
        sealed_it->session({token.login.view(), cookie.view(), bytes_of(idempotency_key)});
    return SessionSecret{mac.data};
}

std::string to_text(const BrowserCookie& cookie) {
    return base64url(cookie.view());
}

std::optional<BrowserCookie> parse_cookie(std::string_view text) {
    if (text.size() != cookie_characters) return std::nullopt;
    return bytes_from<BrowserCookie>(text, from_base64url);
}

}  // namespace latchkey::login
