#include "identity/shown_as.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace latchkey::identity {
namespace {

constexpr std::array words{
    std::pair(ShownAs::name, std::string_view("name")),
    std::pair(ShownAs::initials, std::string_view("initials")),
    std::pair(ShownAs::nothing, std::string_view("nothing")),
};

/// All that a name may hold and JavaScript's `\s` takes, in UTF-8.
constexpr std::array<std::string_view, 17> word_breaks = {
    " ",
    "\u00a0",
    "\u1680",
    "\u2000",
    "\u2001",
    "\u2002",
    "\u2003",
    "\u2004",
    "\u2005",
    "\u2006",
    "\u2007",
    "\u2008",
    "\u2009",
    "\u200a",
    "\u202f",
    "\u205f",
    "\u3000",
};

/// The code point at the beginning of a valid text.
std::string_view first_letter(std::string_view text) {
    const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; };
    std::size_t size = std::min<std::size_t>(1, text.size());
    while (size < text.size() && !is_first(text[size])) ++size;
    return text.substr(0, size);
}

}  // namespace

std::string_view to_string(ShownAs shown_as) {
    const auto* const found =
        std::ranges::find(words, shown_as, [](auto& word) { return word.first; });
    return found == words.end() ? "unknown" : found->second;
}

std::optional<ShownAs> parse_shown_as(std::string_view word) {
    for (const auto& [value, text] : words) {
        if (text == word) return value;
    }
    return std::nullopt;
}

std::string initials(std::string_view name) {
    std::string_view first, last;
    bool in_word = false;
    std::size_t count = 0;
    while (!name.empty()) {
        const std::string_view letter = first_letter(name);
        name.remove_prefix(letter.size());
        const bool is_blank = std::ranges::find(word_breaks, letter) != word_breaks.end();
        if (!is_blank && !in_word) {
            (count == 0 ? first : last) = letter;
            ++count;
        }
        in_word = !is_blank;
    }
    if (count == 0) return "?";
    std::string letters(first);
    letters += last;
    for (char& c : letters) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return letters;
}

std::string shown_name(std::string_view name, ShownAs shown_as) {
    if (shown_as == ShownAs::name) return std::string(name);
    return shown_as == ShownAs::initials ? initials(name) : std::string();
}

}  // namespace latchkey::identity
