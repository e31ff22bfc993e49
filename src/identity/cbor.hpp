/// CBOR (RFC 8949) as authenticators write it: one value, one form. Pure.
///
/// Read is the CTAP2 canonical form alone, which Web Authentication Level 3 §2.4 demands of all
/// that encode for it and asks decoders to insist on: lengths are definite, heads as short as can
/// be, the keys of a map in their order (so that none is there twice), and there are no tags.
/// Beyond that texts are UTF-8, integers fit 64 bits with their sign, and depth and number of items
/// have limits.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace latchkey::identity {

/// How deep arrays and maps may be nested: a compound attestation (§8.9) has 5 of them.
inline constexpr std::size_t cbor_depth_max = 6;
/// Of the items in one value.
inline constexpr std::size_t cbor_items_max = 512;

/// One data item. Strings are views of the bytes that were read: those must outlive it.
struct CborItem {
    enum class Kind : std::uint8_t { integer, bytes, text, array, map, simple, floating };

    Kind kind = Kind::simple;
    std::int64_t integer = 0;       ///< an integer's value; the number of a simple value
    ByteView string{};              ///< of `bytes` and `text`
    std::vector<CborItem> items{};  ///< of an array; of a map key, value, key, value, …

    bool is(Kind wanted) const { return kind == wanted; }
    bool is_text(std::string_view wanted) const {
        return kind == Kind::text && text_of(string) == wanted;
    }
    /// The value of that key in a map; null when it has no such key or this is no map.
    const CborItem* at(std::int64_t key) const;
    const CborItem* at(std::string_view key) const;
};

/// The item that the bytes begin with, and how many of them it has. Nothing when they begin with
/// none in the form above.
struct CborPrefix {
    CborItem item;
    std::size_t size = 0;
};
std::optional<CborPrefix> read_cbor_prefix(ByteView bytes);

/// The same, and nothing after it.
std::optional<CborItem> read_cbor(ByteView bytes);

}  // namespace latchkey::identity
