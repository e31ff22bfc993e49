/// Byte strings of a fixed size, each with a type of its own, so that one is never taken for
/// another.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>

namespace latchkey {

using ByteView = std::span<const std::byte>;

/// The bytes of a text.
inline ByteView bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// The text of some bytes (no copy).
inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// `N` bytes named by `Tag`. A plain value. Not for secrets at rest in memory: see `Secret`.
template <class Tag, std::size_t N>
struct Bytes {
    static constexpr std::size_t size = N;
    std::array<std::byte, N> data{};

    ByteView view() const { return data; }
    std::span<std::byte, N> span() { return data; }
    friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

/// Big-endian integers in byte strings, as every sealed value has them.
template <class Integer>
void put_big_endian(std::span<std::byte, sizeof(Integer)> to, Integer value) {
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
        to[i] = static_cast<std::byte>(
            static_cast<std::uint64_t>(value) >> (8 * (sizeof(Integer) - 1 - i))
        );
    }
}

template <class Integer>
Integer get_big_endian(std::span<const std::byte, sizeof(Integer)> from) {
    std::uint64_t value = 0;
    for (const std::byte byte : from) value = value << 8 | static_cast<std::uint8_t>(byte);
    return static_cast<Integer>(value);
}

}  // namespace latchkey

/// Hashing for containers. Only for values that a stranger cannot choose (our own random ids).
template <class Tag, std::size_t N>
struct std::hash<latchkey::Bytes<Tag, N>> {
    std::size_t operator()(const latchkey::Bytes<Tag, N>& bytes) const noexcept {
        static_assert(N >= sizeof(std::size_t));
        std::size_t tail = 0;
        std::memcpy(&tail, bytes.data.data() + N - sizeof tail, sizeof tail);
        return tail;
    }
};
