#include "channels/name.hpp"

#include "base/encoding.hpp"

namespace latchkey::channels {
namespace {

constexpr std::string_view prefix = "latchkey.";

/// loop 1, slot 4, generation 4, nonce 8.
struct RandomPartTag;
using RandomPart = Bytes<RandomPartTag, 17>;

}  // namespace

std::string Name::text() const {
    RandomPart part;
    const std::span<std::byte, RandomPart::size> bytes(part.data);
    bytes[0] = static_cast<std::byte>(place.loop);
    put_big_endian(bytes.subspan<1, 4>(), place.slot);
    put_big_endian(bytes.subspan<5, 4>(), place.generation);
    put_big_endian(bytes.subspan<9, 8>(), nonce);
    std::array<std::byte, 4> node_bytes{};
    put_big_endian(std::span(node_bytes), node);
    return std::string(prefix) + hex(node_bytes) + "!" + base64url(part.view());
}

std::optional<Name> Name::parse(std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    const std::size_t mark = text.find('!');
    if (mark == std::string_view::npos) return std::nullopt;
    const auto node_bytes = from_hex(text.substr(0, mark));
    const auto part = bytes_from<RandomPart>(text.substr(mark + 1), from_base64url);
    if (!node_bytes || node_bytes->size() != 4 || !part) return std::nullopt;

    const std::span<const std::byte, RandomPart::size> bytes(part->data);
    Name name;
    name.node = get_big_endian<std::uint32_t>(std::span<const std::byte, 4>(node_bytes->data(), 4));
    name.place.loop = static_cast<std::uint8_t>(bytes[0]);
    name.place.slot = get_big_endian<std::uint32_t>(bytes.subspan<1, 4>());
    name.place.generation = get_big_endian<std::uint32_t>(bytes.subspan<5, 4>());
    name.nonce = get_big_endian<std::uint64_t>(bytes.subspan<9, 8>());
    return name;
}

}  // namespace latchkey::channels
