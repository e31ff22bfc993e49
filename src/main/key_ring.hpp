/// The ring of sealing keys as it is stored: pure texts and moves, without a file.
#pragma once

#include "login/values.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// One sealing key, and since when it is there (in whole seconds).
struct StoredKey {
    login::KeyId id = 0;
    login::SealingKey key;
    Time made_at;
    friend bool operator==(const StoredKey&, const StoredKey&) = default;
};

/// The current key first. Never empty; each id once.
using StoredKeys = std::vector<StoredKey>;

login::KeyRing ring_of(const StoredKeys& keys);

/// What a list of keys begins with.
inline constexpr std::string_view key_list_head = "latchkey-keys 1\n";
/// Longer lists are none of ours.
inline constexpr std::size_t key_list_bytes_max = 4096;

/// `latchkey-keys 1` and a line for each key: id, the key in hex, when it was made in seconds since
/// 1970.
std::string to_text(const StoredKeys& keys);
/// Reads what `to_text` writes and nothing else; what is wrong otherwise, naming the line.
struct ReadKeys {
    StoredKeys keys;
    std::string fault;  ///< empty: there is none
};
ReadKeys read_keys(std::string_view text);

/// The ring with a new key in front that seals from now on. Those go that were replaced more than
/// `login::values_life_max` ago: whatever they sealed is dead. Nothing when the next id is taken by
/// a key that must still stay, which takes sixteen rotations within that time.
std::optional<StoredKeys> rotated(StoredKeys keys, const login::SealingKey& fresh, Time now);

}  // namespace latchkey
