#include "identity/webauthn_errors.hpp"

namespace latchkey::identity {

std::string_view room_of(WebauthnErrc) {
    return "webauthn";
}

std::string_view meaning(WebauthnErrc value) {
    switch (value) {
        case WebauthnErrc::client_data_malformed:
            return "what the browser says of the ceremony cannot be read";
        case WebauthnErrc::wrong_ceremony:
            return "the browser did another thing than it was asked for";
        case WebauthnErrc::wrong_challenge:
            return "the passkey answered another question than the last; try again";
        case WebauthnErrc::wrong_origin:
            return "the passkey was used on a page that is not of this server";
        case WebauthnErrc::framed:
            return "passkeys are not used inside the page of another site here";
        case WebauthnErrc::wrong_top_origin:
            return "passkeys are not used inside the page of that site";
        case WebauthnErrc::attestation_malformed:
            return "what the authenticator made cannot be read";
        case WebauthnErrc::authenticator_data_malformed:
            return "what the authenticator says of the ceremony cannot be read";
        case WebauthnErrc::wrong_relying_party:
            return "the passkey is one for another site";
        case WebauthnErrc::user_not_present:
            return "nobody touched the authenticator";
        case WebauthnErrc::user_not_verified:
            return "the authenticator did not check who is using it";
        case WebauthnErrc::backup_contradiction:
            return "the authenticator contradicts itself on whether the passkey is backed up";
        case WebauthnErrc::algorithm_not_offered:
            return "the passkey signs in a way that was not offered";
        case WebauthnErrc::key_unusable:
            return "the passkey's public key is not one of its kind";
        case WebauthnErrc::attestation_format_unknown:
            return "the authenticator vouches for itself in a way that is not known here";
        case WebauthnErrc::attestation_wrong:
            return "what the authenticator says for itself is not true";
        case WebauthnErrc::credential_id_invalid:
            return "a passkey's id has 1 to 1023 bytes";
        case WebauthnErrc::credential_not_offered:
            return "another passkey was asked for";
        case WebauthnErrc::credential_unknown:
            return "there is no such passkey here";
        case WebauthnErrc::user_handle_missing:
            return "the passkey does not say whose it is";
        case WebauthnErrc::wrong_user_handle:
            return "the passkey is of another account";
        case WebauthnErrc::backup_eligibility_changed:
            return "a passkey of one device has become one of many, or the other way round";
        case WebauthnErrc::wrong_signature:
            return "the signature is not the passkey's";
    }
    return "unknown";
}

}  // namespace latchkey::identity
