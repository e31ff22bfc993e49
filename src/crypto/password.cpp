#include "crypto/password.hpp"

#include "base/encoding.hpp"
#include "crypto/random.hpp"

#include <array>
#include <cstdlib>
#include <new>
#include <sodium.h>

namespace latchkey::crypto {
namespace {

void need_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) std::abort();  // without randomness nothing here is safe
}

Secret random_password() {
    std::array<std::byte, 32> bytes{};
    system_random(bytes);
    return Secret(base64url(bytes));
}

}  // namespace

std::string hash_password(const Secret& password, const PasswordCost& cost) {
    need_sodium();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const int failed = crypto_pwhash_str_alg(
        text.data(),
        password.reveal().data(),
        password.reveal().size(),
        cost.passes,
        cost.memory_bytes,
        crypto_pwhash_ALG_ARGON2ID13
    );
    if (failed != 0) throw std::bad_alloc();
    return text.data();
}

bool verify_password(const std::string& hash, const Secret& password) {
    need_sodium();
    return crypto_pwhash_str_verify(
               hash.c_str(), password.reveal().data(), password.reveal().size()
           ) == 0;
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory_bytes) != 0;
}

std::string hash_of_unknown_password(const PasswordCost& cost) {
    return hash_password(random_password(), cost);
}

}  // namespace latchkey::crypto
