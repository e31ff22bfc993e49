/// The one table of keys. File, environment and flags are all read by it, and their documentation
/// is written by it.
#pragma once

#include "ops/config.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::ops {

enum class Kind : std::uint8_t { flag, whole, number, text, list };

struct Key {
    std::string_view name;  ///< in TOML: `listen`, `limits.header_bytes_max`
    std::string_view unit;  ///< `bytes`, `milliseconds`, …; empty: none
    std::string_view help;
    Kind kind = Kind::text;
    double least = 0;  ///< bounds of numbers, both allowed
    double most = 0;
    std::string_view text_would_do = {};  ///< what a text (or each of a list) must be
    bool (*text_good)(std::string_view) = nullptr;
    Value (*read)(const Settings&) = nullptr;
    void (*write)(Settings&, const Value&) = nullptr;  ///< of a checked value
};

/// Constant; in the order in which they are shown, those of one table of the file together.
std::span<const Key> keys();
const Key* find_key(std::string_view name);

/// The table that a key stands in, such as `limits`; empty for one that stands before all tables.
std::string_view section_of(std::string_view name);
/// The tables of the file, in their order.
std::vector<std::string_view> sections();
/// Writes keys to a TOML file in their order: the head of a table before its first key.
class KeyNames {
 public:
    /// The name as it stands within its table; `text` gets the table's head when it begins.
    std::string_view next(std::string_view name, std::string& text);

 private:
    std::string_view section_;
};

/// `--limits-header-bytes-max` and `LATCHKEY_LIMITS_HEADER_BYTES_MAX`.
std::string flag_of(const Key& key);
std::string variable_of(const Key& key);

/// What a value must be: `a whole number of bytes from 1024 to 1048576`.
std::string would_do(const Key& key);
/// Whether the value, already of the key's kind, is within what the key allows.
bool is_good(const Key& key, const Value& value);
/// A value of the key's kind from the texts of a flag or a variable; nothing when it is of another
/// kind.
std::optional<Value> value_of_texts(const Key& key, const std::vector<std::string>& texts);
/// As TOML has it.
std::string toml_text(const Value& value);

/// A TOML file with every key, its help, what would do, and its default, all commented out.
std::string example_toml();

/// The one of `names` that `wrong` was probably meant to be; empty when none is near.
std::string nearest(std::string_view wrong, const std::vector<std::string>& names);

}  // namespace latchkey::ops
