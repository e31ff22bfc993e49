/// Passkeys on the wire: the JSON forms of Web Authentication Level 3 (§5.1). Pure.
#pragma once

#include "identity/passkeys.hpp"
#include "net/http.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::identity {

/// AuthenticationResponseJSON. Nothing when a member that is needed is not there or no base64url.
std::optional<SentAssertion> assertion_in(const boost::json::value& credential);
/// RegistrationResponseJSON, likewise. Transports that are no short words are left out.
std::optional<SentRegistration> registration_in(const boost::json::value& credential);

/// PublicKeyCredentialRequestOptionsJSON: any passkey of ours, with user verification.
boost::json::object request_options(std::string_view rp_id, const Octets& challenge);
/// Whose passkey it will be.
struct PasskeyUser {
    AccountId id;
    std::string_view name;
};
/// PublicKeyCredentialCreationOptionsJSON. `had` are not made once more.
boost::json::object creation_options(
    std::string_view rp_id,
    std::string_view rp_name,
    const PasskeyUser& user,
    const Octets& challenge,
    const std::vector<Passkey>& had
);

/// PublicKeyCredentialDescriptorJSON of each.
boost::json::array descriptors_json(const std::vector<Passkey>& passkeys);

/// `{"id","name","created_ms_ago","used_ms_ago","backed_up"}`
boost::json::object passkey_json(const Passkey& passkey, Time now);

/// What we are to a browser that asked so: the host of our own address is the RP ID. Nothing where
/// browsers offer no passkeys: without https unless it is localhost, and where the host is an
/// address. `public_url`, when it is not empty, is the only address with passkeys.
std::optional<RelyingParty> relying_party_of(
    const net::Request& request, std::string_view public_url
);

}  // namespace latchkey::identity
