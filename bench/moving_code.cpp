#include "moving_code.hpp"

#include "encoding.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace latchkey::bench {
namespace {

constexpr std::size_t mac_octets = 8;

}  // namespace

std::string moving_code(std::string_view login, std::string_view key, std::uint16_t field) {
    Octets code = from_base64url(login);
    const Octets secret = from_base64url(key);
    if (code.empty() || secret.empty()) return {};
    code.push_back(static_cast<unsigned char>(field >> 8U));
    code.push_back(static_cast<unsigned char>(field & 0xffU));

    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        code.data(),
        code.size(),
        mac.data(),
        nullptr
    );
    code.insert(code.end(), mac.begin(), mac.begin() + mac_octets);
    return to_base32(code);
}

}  // namespace latchkey::bench
