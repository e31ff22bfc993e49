/// What a screen may show of the person whose phone has scanned its code. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::identity {

/// The account's own choice. The values are stored: they never change.
enum class ShownAs : std::uint8_t { name = 1, initials, nothing };
/// `name`, `initials`, `nothing`
std::string_view to_string(ShownAs shown_as);
/// Nothing for any other word.
std::optional<ShownAs> parse_shown_as(std::string_view word);

/// The first letters of the first and of the last word, ASCII letters as capitals: `Ada Lovelace`
/// is `AL`, `李雷` is `李`. Words stand between blanks of any width; `?` without any. The pages
/// make the same (web/src/shared/age.ts).
std::string initials(std::string_view name);

/// What is shown of that name; empty for `nothing`.
std::string shown_name(std::string_view name, ShownAs shown_as);

}  // namespace latchkey::identity
