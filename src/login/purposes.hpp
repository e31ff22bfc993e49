/// The keys of each purpose, worked out from the ring. Only the sealed values' own sources include
/// this.
#pragma once

#include "login/values.hpp"

#include <algorithm>

namespace latchkey::login {

/// What one sealing key is used for, one key each.
struct SealingKeys::Purposes {
    explicit Purposes(const SealingKey& key);
    crypto::Hmac code;
    crypto::Hmac fixed_code;
    crypto::Hmac token;
    crypto::Hmac browser;
    crypto::Hmac user_code;
    crypto::Hmac session;
    crypto::Hmac challenge;
    crypto::AeadKey handle;
};

/// A ring, ready for use. Immutable.
struct SealingKeys::Derived {
    explicit Derived(const KeyRing& ring);
    const Purposes& of_current() const { return *by_id[current]; }

    KeyId current = 0;
    std::array<std::unique_ptr<const Purposes>, key_ids_max> by_id;  ///< none: not in the ring
};

/// The first bytes of a MAC, as a value of their own.
template <class Part>
Part beginning_of(const crypto::Mac& mac) {
    static_assert(Part::size <= crypto::Mac::size);
    Part part;
    std::copy_n(mac.data.begin(), Part::size, part.data.begin());
    return part;
}

/// The login at the beginning of a sealed value.
inline LoginId login_in(ByteView value) {
    LoginId login;
    std::copy_n(value.begin(), LoginId::size, login.data.begin());
    return login;
}

/// Whether a value made at `made` that lives for `life` is of use now.
inline bool is_young(Time made, seconds life, Time now) {
    return now + clock_skew_max >= made && now < made + life;
}

}  // namespace latchkey::login
