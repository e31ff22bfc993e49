/// Randomness, as an argument of the logic.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace latchkey {

/// Fills the bytes with randomness. Thread-safe. `crypto::system_random` is the real one; tests
/// bring their own.
using Random = std::function<void(std::span<std::byte>)>;

/// A random value of a `Bytes` type.
template <class T>
T random_bytes(const Random& random) {
    T value;
    random(value.span());
    return value;
}

}  // namespace latchkey
