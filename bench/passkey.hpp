#pragma once

#include "encoding.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace latchkey::bench {

/// A passkey in software: ES256, its person always there and verified (Web Authentication Level 3).
/// With the browser around it, which writes the client data.
class Passkey {
 public:
    /// A new key of the page at `origin`, whose host is `rp_id`. Throws std::runtime_error when
    /// OpenSSL makes none.
    Passkey(std::string rp_id, std::string origin);

    /// RegistrationResponseJSON over that challenge (base64url).
    [[nodiscard]] std::string registration(std::string_view challenge) const;
    /// AuthenticationResponseJSON over that challenge (base64url).
    [[nodiscard]] std::string assertion(std::string_view challenge) const;
    /// To whom it says that it belongs (base64url).
    void belong_to(std::string_view user) { user_ = user; }

 private:
    [[nodiscard]] std::string client_data(std::string_view type, std::string_view challenge) const;
    [[nodiscard]] Octets authenticator_data(unsigned flags) const;
    [[nodiscard]] Octets signature(const Octets& data) const;

    std::string rp_id_;
    std::string origin_;
    std::string user_;
    std::shared_ptr<evp_pkey_st> key_;
    Octets id_;
    Octets point_;  ///< x and y, 32 bytes each
};

}  // namespace latchkey::bench
