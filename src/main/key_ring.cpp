#include "main/key_ring.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <charconv>

namespace latchkey {
namespace {

constexpr std::size_t hex_characters = 2 * login::SealingKey::size;
/// The year 9999: later seconds are a fault of whoever wrote the file.
constexpr std::int64_t made_at_max_s = 253'402'300'799;

/// What stands before the next `end`, which goes as well; nothing when there is none.
std::optional<std::string_view> take_until(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at + 1);
    return taken;
}

/// A decimal number as it is written here: no sign, no zeros in front.
std::optional<std::int64_t> number(std::string_view text, std::int64_t max) {
    if (text.empty() || (text.size() > 1 && text.front() == '0') || text.front() == '-')
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > max)
        return std::nullopt;
    return value;
}

std::optional<StoredKey> key_in(std::string_view line) {
    const auto id_text = take_until(line, ' ');
    const auto key_text = take_until(line, ' ');
    if (!id_text || !key_text || key_text->size() != hex_characters) return std::nullopt;
    const auto id = number(*id_text, login::key_ids_max - 1);
    const auto key = bytes_from<login::SealingKey>(*key_text, from_hex);
    const auto made_at_s = number(line, made_at_max_s);
    if (!id || !key || !made_at_s) return std::nullopt;
    return StoredKey{static_cast<login::KeyId>(*id), *key, Time(seconds(*made_at_s))};
}

bool has_id(const StoredKeys& keys, login::KeyId id) {
    return std::ranges::any_of(keys, [id](const StoredKey& key) { return key.id == id; });
}

/// A key was replaced when the one in front of it was made.
StoredKeys without_dead(const StoredKeys& keys, Time now) {
    StoredKeys alive{keys.front()};
    for (std::size_t i = 1; i < keys.size(); ++i) {
        if (keys[i - 1].made_at + login::values_life_max >= now) alive.push_back(keys[i]);
    }
    return alive;
}

}  // namespace

login::KeyRing ring_of(const StoredKeys& keys) {
    login::KeyRing ring;
    for (const StoredKey& key : keys) ring.push_back({key.id, key.key});
    return ring;
}

std::string to_text(const StoredKeys& keys) {
    std::string text(key_list_head);
    for (const StoredKey& key : keys) {
        const auto since_1970 = std::chrono::floor<seconds>(key.made_at).time_since_epoch();
        text.append(std::to_string(key.id)).append(" ");
        text.append(hex(key.key.view())).append(" ");
        text.append(std::to_string(since_1970.count())).append("\n");
    }
    return text;
}

ReadKeys read_keys(std::string_view text) {
    ReadKeys read;
    if (!text.starts_with(key_list_head)) return {{}, "does not begin with a line latchkey-keys 1"};
    text.remove_prefix(key_list_head.size());
    for (int line = 2; !text.empty(); ++line) {
        const std::string at = "line " + std::to_string(line) + " ";
        const auto whole = take_until(text, '\n');
        const auto key = whole ? key_in(*whole) : std::nullopt;
        if (!key) return {{}, at + "is not `ID KEY MADE_AT`, or is cut off"};
        if (has_id(read.keys, key->id)) return {{}, at + "has an id that an earlier line has"};
        read.keys.push_back(*key);
    }
    if (read.keys.empty()) read.fault = "has no key";
    return read;
}

std::optional<StoredKeys> rotated(StoredKeys keys, const login::SealingKey& fresh, Time now) {
    keys = without_dead(keys, now);
    const auto id = static_cast<login::KeyId>((keys.front().id + 1U) % login::key_ids_max);
    if (has_id(keys, id)) return std::nullopt;
    keys.insert(keys.begin(), {id, fresh, std::chrono::floor<seconds>(now)});
    return keys;
}

}  // namespace latchkey
