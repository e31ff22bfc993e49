/// What tests of sealed values do to them.
#pragma once

#include "base/encoding.hpp"
#include "login/values.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace latchkey::login::test {

/// A code as a page makes it, which has a `Rotation` and no sealing key (docs/protocol.md).
inline std::string code_made_of(const LoginId& login, int field, const RotationKey& key) {
    std::vector<std::byte> code(login.data.begin(), login.data.end());
    code.push_back(static_cast<std::byte>(field >> 8));
    code.push_back(static_cast<std::byte>(field & 0xff));
    const auto mac = crypto::hmac(key.view(), {code});
    code.insert(code.end(), mac.data.begin(), mac.data.begin() + 8);
    return base32(code);
}

/// `act` gets the value with one bit changed, for each of its bits, and that bit's number.
template <class Act>
void for_each_flipped_bit(const std::vector<std::byte>& value, Act act) {
    for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
        auto forged = value;
        forged[bit / 8] ^= std::byte{1} << (bit % 8);
        act(forged, bit);
    }
}

}  // namespace latchkey::login::test
