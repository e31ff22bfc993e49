/// Why a ceremony with a passkey failed.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace latchkey::identity {

/// One for each check of Web Authentication Level 3 §7.1 and §7.2. Beside the room's `Errc`, since
/// nothing else here fails so.
enum class WebauthnErrc {
    client_data_malformed = 1,
    wrong_ceremony,  ///< signed in where a passkey was to be made, or the other way round
    wrong_challenge,
    wrong_origin,
    framed,  ///< in a frame of another origin, where that is not expected
    wrong_top_origin,
    attestation_malformed,
    authenticator_data_malformed,
    wrong_relying_party,
    user_not_present,
    user_not_verified,
    backup_contradiction,  ///< backed up, and of a kind that never is
    algorithm_not_offered,
    key_unusable,
    attestation_format_unknown,
    attestation_wrong,
    credential_id_invalid,
    credential_not_offered,
    credential_unknown,
    user_handle_missing,
    wrong_user_handle,
    backup_eligibility_changed,
    wrong_signature,
};
std::string_view room_of(WebauthnErrc);
std::string_view meaning(WebauthnErrc value);
inline ErrorCode make_error_code(WebauthnErrc value) {
    return error_code_of(value);
}

}  // namespace latchkey::identity

template <>
struct boost::system::is_error_code_enum<latchkey::identity::WebauthnErrc> : std::true_type {};
