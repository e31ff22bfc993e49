#include "login/user_code.hpp"

#include "base/bytes.hpp"
#include "crypto/digest.hpp"

#include <algorithm>
#include <array>

namespace latchkey::login {
namespace {

constexpr std::size_t typed_characters_max = 32;
constexpr std::size_t group = 4;

constexpr std::uint64_t power(std::uint64_t base, std::size_t exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
}
static_assert(power(user_code_letters.size(), user_code_length) == user_code_count);

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string to_text(const UserCode& code) {
    std::string letters(user_code_length, user_code_letters.front());
    std::uint64_t left = code.value;
    for (auto letter = letters.rbegin(); letter != letters.rend(); ++letter) {
        *letter = user_code_letters[left % user_code_letters.size()];
        left /= user_code_letters.size();
    }
    return letters.substr(0, group) + '-' + letters.substr(group);
}

std::optional<UserCode> read_user_code(std::string_view text) {
    if (text.size() > typed_characters_max) return std::nullopt;
    UserCode code;
    std::size_t letters = 0;
    for (const char c : text) {
        if (c == '-' || c == ' ') continue;
        const std::size_t digit = user_code_letters.find(upper(c));
        if (digit == std::string_view::npos || ++letters > user_code_length) return std::nullopt;
        code.value = code.value * user_code_letters.size() + digit;
    }
    if (letters != user_code_length) return std::nullopt;
    return code;
}

std::uint64_t topic_of(const UserCode& code) {
    constexpr std::string_view label = "latchkey/1/user-code-topic";
    std::array<std::byte, label.size() + sizeof code.value> named{};
    const auto name = bytes_of(label);
    std::copy(name.begin(), name.end(), named.begin());
    put_big_endian(std::span(named).subspan<label.size(), sizeof code.value>(), code.value);
    const auto hash = crypto::sha256(named);
    return get_big_endian<std::uint64_t>(std::span(hash.data).first<8>());
}

}  // namespace latchkey::login
