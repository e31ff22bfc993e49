/// Values that the tests of this room speak of.
#pragma once

#include "login/login.hpp"
#include "login/values.hpp"

#include <cstdint>

namespace latchkey::login::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <class T>
T bytes_full_of(std::uint8_t value) {
    T bytes;
    bytes.data.fill(std::byte{value});
    return bytes;
}

inline constexpr Time noon{seconds(1'700'000'000)};

inline const Approver alice{bytes_full_of<AccountId>(0xa1), bytes_full_of<SessionId>(0xa2)};
inline const Approver alice_on_her_tablet{alice.account, bytes_full_of<SessionId>(0xa3)};
inline const Approver bob{bytes_full_of<AccountId>(0xb1), bytes_full_of<SessionId>(0xb2)};

/// A login that was created at `at`; `number` tells it from others of that second.
inline LoginId login_made_at(Time at, std::uint8_t number = 1) {
    return new_login_id(at, [number](std::span<std::byte> bytes) {
        for (std::byte& byte : bytes) byte = std::byte{number};
    });
}

inline SealingKey sealing_key(std::uint8_t number) {
    return bytes_full_of<SealingKey>(number);
}

}  // namespace latchkey::login::test
