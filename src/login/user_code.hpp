/// The short code of a login, for people who type instead of scanning (RFC 8628 §6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::login {

/// Letters of a user code: no vowels, so that no word comes up, and none that is taken for another.
inline constexpr std::string_view user_code_letters = "BCDFGHJKLMNPQRSTVWXZ";
inline constexpr std::size_t user_code_length = 8;

/// How many user codes there are: 20^8, some 34 bits. Guessing is a matter of budgets.
inline constexpr std::uint64_t user_code_count = 25'600'000'000;
/// What holds each of them.
inline constexpr unsigned user_code_bits = 35;
inline constexpr std::uint64_t user_code_mask = (std::uint64_t{1} << user_code_bits) - 1;
static_assert(user_code_count - 1 <= user_code_mask);

/// One of them, as a number below `user_code_count`.
struct UserCode {
    std::uint64_t value = 0;
    friend bool operator==(const UserCode&, const UserCode&) = default;
};

/// `WDJB-MJHT`.
std::string to_text(const UserCode& code);
/// What a person typed: any case, dashes and spaces anywhere. Nothing for any other text.
std::optional<UserCode> read_user_code(std::string_view text);

/// Where the pages gather that show this code. Spread evenly; two codes on one topic only get each
/// other's questions, so whoever is asked compares.
std::uint64_t topic_of(const UserCode& code);

}  // namespace latchkey::login
