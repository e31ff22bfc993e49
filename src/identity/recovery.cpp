#include "identity/recovery.hpp"

#include "base/encoding.hpp"

#include <utility>

namespace latchkey::identity {
namespace {

constexpr std::size_t group_characters = 4;

/// A letter of base32 for what was typed; nothing for what only sets groups apart.
std::optional<char> letter_of(char typed) {
    if (typed == '-' || typed == ' ') return std::nullopt;
    if (typed == '0') return 'O';
    if (typed == '8') return 'B';
    if (typed >= 'a' && typed <= 'z') return static_cast<char>(typed - 'a' + 'A');
    return typed;
}

}  // namespace

std::string to_string(const RecoveryCode& code) {
    const std::string letters = base32(code.view());
    std::string text;
    for (std::size_t at = 0; at < letters.size(); at += group_characters) {
        if (at > 0) text += '-';
        text += letters.substr(at, group_characters);
    }
    return text;
}

std::optional<RecoveryCode> parse_recovery_code(std::string_view typed) {
    std::string letters;
    for (const char c : typed) {
        if (const auto letter = letter_of(c)) letters += *letter;
    }
    return bytes_from<RecoveryCode>(letters, from_base32);
}

crypto::Sha256 recovery_hash(const AccountId& account, const RecoveryCode& code) {
    Octets text(account.data.begin(), account.data.end());
    text.insert(text.end(), code.data.begin(), code.data.end());
    return crypto::sha256(text);
}

Async<Result<std::vector<std::string>>> Recovery::renew(Actor actor, Time now) {
    std::vector<std::string> codes;
    std::vector<crypto::Sha256> hashes;
    for (std::size_t i = 0; i < recovery_codes_made; ++i) {
        const auto code = random_bytes<RecoveryCode>(random_);
        codes.push_back(to_string(code));
        hashes.push_back(recovery_hash(actor.account, code));
    }
    const auto replaced = co_await store_.replace_codes(actor, std::move(hashes), now);
    if (!replaced) co_return replaced.error();
    co_return codes;
}

/// A name that nobody has goes the same way, to the store and back.
Async<Result<Recovery::SignIn>> Recovery::sign_in(
    std::string name,
    std::string code,
    Device device,
    std::optional<crypto::Sha256> replaces,
    Time now
) {
    const auto typed = parse_recovery_code(code);
    const auto valid = valid_name(name);
    if (!typed || !valid) co_return Errc::recovery_refused;
    auto found = co_await accounts_.account_named(*valid);
    if (!found) co_return found.error();
    const Account account = *found ? std::move(**found) : Account{};
    Minted minted = sessions_.mint(account.id, SessionKind::recovery, std::move(device), now);
    const auto begun = co_await store_.sign_in_by_code(
        {recovery_hash(account.id, *typed), minted.session, replaces}
    );
    if (!begun) co_return begun.error();
    if (replaces) sessions_.forget(*replaces);
    co_return SignIn{account.id, account.name, std::move(minted)};
}

}  // namespace latchkey::identity
