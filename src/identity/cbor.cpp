#include "identity/cbor.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace latchkey::identity {
namespace {

using Kind = CborItem::Kind;

/// The first byte of an item and what belongs to it (RFC 8949 §3).
struct Head {
    unsigned major = 0;
    unsigned additional = 0;
    std::uint64_t argument = 0;
};

constexpr unsigned major_unsigned = 0;
constexpr unsigned major_negative = 1;
constexpr unsigned major_bytes = 2;
constexpr unsigned major_text = 3;
constexpr unsigned major_array = 4;
constexpr unsigned major_map = 5;
constexpr unsigned major_simple = 7;

class Reader {
 public:
    explicit Reader(ByteView bytes) : all_(bytes), rest_(bytes) {}

    std::size_t consumed() const { return all_.size() - rest_.size(); }

    bool read(CborItem& item, std::size_t depth) {
        if (++items_ > cbor_items_max) return false;
        Head head;
        if (!read_head(head)) return false;
        switch (head.major) {
            case major_unsigned:
            case major_negative:
                return read_integer(item, head);
            case major_bytes:
            case major_text:
                return read_string(item, head);
            case major_array:
            case major_map:
                return depth < cbor_depth_max && read_items(item, head, depth);
            case major_simple:
                return read_simple(item, head);
            default:
                return false;  // a tag
        }
    }

 private:
    bool read_head(Head& head) {
        if (rest_.empty()) return false;
        const auto first = static_cast<std::uint8_t>(rest_.front());
        rest_ = rest_.subspan(1);
        head.major = first >> 5U;
        head.additional = first & 0x1fU;
        if (head.additional < 24) {
            head.argument = head.additional;
            return true;
        }
        if (head.additional > 27) return false;  // not definite, or no form at all
        const std::size_t size = std::size_t{1} << (head.additional - 24);
        if (rest_.size() < size) return false;
        for (const std::byte byte : rest_.first(size)) {
            head.argument = head.argument << 8U | static_cast<std::uint8_t>(byte);
        }
        rest_ = rest_.subspan(size);
        return head.major == major_simple || is_shortest(head.argument, size);
    }

    static bool is_shortest(std::uint64_t argument, std::size_t size) {
        if (size == 1) return argument >= 24;
        return argument >> (size * 4) != 0;  // does not fit half of it
    }

    static bool read_integer(CborItem& item, const Head& head) {
        if (head.argument > std::numeric_limits<std::int64_t>::max()) return false;
        const auto value = static_cast<std::int64_t>(head.argument);
        item.kind = Kind::integer;
        item.integer = head.major == major_negative ? -1 - value : value;
        return true;
    }

    bool read_string(CborItem& item, const Head& head) {
        if (head.argument > rest_.size()) return false;
        item.kind = head.major == major_text ? Kind::text : Kind::bytes;
        item.string = rest_.first(head.argument);
        rest_ = rest_.subspan(head.argument);
        return item.kind == Kind::bytes || is_utf8(text_of(item.string));
    }

    bool read_items(CborItem& item, const Head& head, std::size_t depth) {
        // Each item has a byte at least, so a length that is made up takes no memory.
        if (head.argument > rest_.size()) return false;
        const bool is_map = head.major == major_map;
        item.kind = is_map ? Kind::map : Kind::array;
        ByteView key_before;
        for (std::uint64_t i = 0; i < head.argument; ++i) {
            const ByteView before = rest_;
            if (!read(item.items.emplace_back(), depth + 1)) return false;
            if (!is_map) continue;
            const ByteView key = before.first(before.size() - rest_.size());
            if (i > 0 && !stands_before(key_before, key)) return false;
            key_before = key;
            if (!read(item.items.emplace_back(), depth + 1)) return false;
        }
        return true;
    }

    /// The order of keys, as they are encoded (CTAP 2.1 §8): by major type, then by length, then
    /// byte by byte.
    static bool stands_before(ByteView a, ByteView b) {
        const auto major = [](ByteView key) {
            return static_cast<std::uint8_t>(key.front()) >> 5U;
        };
        if (major(a) != major(b)) return major(a) < major(b);
        if (a.size() != b.size()) return a.size() < b.size();
        return std::ranges::lexicographical_compare(a, b);
    }

    static bool read_simple(CborItem& item, const Head& head) {
        constexpr unsigned number_in_a_byte = 24;
        item.kind = head.additional > number_in_a_byte ? Kind::floating : Kind::simple;
        if (item.kind == Kind::simple) item.integer = static_cast<std::int64_t>(head.argument);
        // Numbers below 32 have the short form or none (RFC 8949 §3.3).
        return head.additional != number_in_a_byte || head.argument >= 32;
    }

    ByteView all_;
    ByteView rest_;
    std::size_t items_ = 0;
};

template <class Fits>
const CborItem* value_of(const CborItem& map, Fits fits) {
    if (!map.is(Kind::map)) return nullptr;
    for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
        if (fits(map.items[i])) return &map.items[i + 1];
    }
    return nullptr;
}

}  // namespace

const CborItem* CborItem::at(std::int64_t key) const {
    return value_of(*this, [&](const CborItem& item) {
        return item.is(Kind::integer) && item.integer == key;
    });
}

const CborItem* CborItem::at(std::string_view key) const {
    return value_of(*this, [&](const CborItem& item) { return item.is_text(key); });
}

std::optional<CborPrefix> read_cbor_prefix(ByteView bytes) {
    Reader reader(bytes);
    CborPrefix prefix;
    if (!reader.read(prefix.item, 0)) return std::nullopt;
    prefix.size = reader.consumed();
    return prefix;
}

std::optional<CborItem> read_cbor(ByteView bytes) {
    auto prefix = read_cbor_prefix(bytes);
    if (!prefix || prefix->size != bytes.size()) return std::nullopt;
    return std::move(prefix->item);
}

}  // namespace latchkey::identity
