#include "identity/webauthn.hpp"

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "identity/client_data.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace latchkey::identity {
namespace {

constexpr std::string_view type_create = "webauthn.create";
constexpr std::string_view type_get = "webauthn.get";

template <class Range, class Value>
bool holds(const Range& range, const Value& value) {
    return std::ranges::find(range, value) != std::ranges::end(range);
}

bool equal(ByteView a, ByteView b) {
    return std::ranges::equal(a, b);
}

Octets copied(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Steps 5 to 11 of §7.1, which are steps 8 to 14 of §7.2.
Result<void> check_client_data(
    ByteView json, std::string_view type, const Octets& challenge, const RelyingParty& relying_party
) {
    if (challenge.size() < challenge_bytes_min) {
        throw std::invalid_argument("a challenge of 16 bytes or more was never asked for");
    }
    // Steps 5 and 6 (8 and 9): JSONtext and C.
    const auto client = read_client_data(json);
    if (!client) return WebauthnErrc::client_data_malformed;
    // Step 7 (10): type.
    if (client->type != type) return WebauthnErrc::wrong_ceremony;
    // Step 8 (11): challenge. Compared as it is encoded: one text for one value.
    const std::string expected = base64url(challenge);
    if (!crypto::equal_in_constant_time(bytes_of(client->challenge), bytes_of(expected))) {
        return WebauthnErrc::wrong_challenge;
    }
    // Step 9 (12): origin.
    if (!holds(relying_party.origins, client->origin)) return WebauthnErrc::wrong_origin;
    // Step 10 (13): crossOrigin.
    if (client->cross_origin && !relying_party.framed) return WebauthnErrc::framed;
    // Step 11 (14): topOrigin.
    if (client->top_origin) {
        if (!relying_party.framed) return WebauthnErrc::framed;
        if (!holds(relying_party.top_origins, *client->top_origin)) {
            return WebauthnErrc::wrong_top_origin;
        }
    }
    return {};
}

/// Steps 14 to 17 of §7.1, which are steps 15 to 18 of §7.2.
Result<void> check_authenticator(
    const AuthenticatorData& data, bool user_verification, const RelyingParty& relying_party
) {
    // Step 14 (15): rpIdHash. We never ask for the extension `appid`.
    if (data.rp_id_hash != crypto::sha256(bytes_of(relying_party.id))) {
        return WebauthnErrc::wrong_relying_party;
    }
    // Step 15 (16): UP. We never ask with mediation `conditional` for a new passkey.
    if (!data.user_present) return WebauthnErrc::user_not_present;
    // Step 16 (17): UV.
    if (user_verification && !data.user_verified) return WebauthnErrc::user_not_verified;
    // Step 17 (18): BS without BE.
    if (data.backed_up && !data.backup_eligible) return WebauthnErrc::backup_contradiction;
    return {};
}

/// Steps 5 and 6 of §7.2: whether that passkey was asked for, and whose it is.
Result<void> check_credential(
    const AssertionResponse& response, const Credential& stored, const AssertionRequest& request
) {
    const auto is_answer = [&](const Octets& id) { return equal(id, response.credential_id); };
    // Step 5: allowCredentials.
    if (!request.allowed.empty() && std::ranges::none_of(request.allowed, is_answer)) {
        return WebauthnErrc::credential_not_offered;
    }
    // Step 6: the account has that passkey, and the user handle is the account's.
    if (!is_answer(stored.id)) return WebauthnErrc::credential_unknown;
    if (request.account && *request.account != stored.account) {
        return WebauthnErrc::credential_unknown;
    }
    if (!request.account && !response.user_handle) return WebauthnErrc::user_handle_missing;
    if (response.user_handle && !equal(*response.user_handle, stored.account.view())) {
        return WebauthnErrc::wrong_user_handle;
    }
    return {};
}

}  // namespace

/// Steps 1 to 4 are the page's: it asks, and sends what it got.
Result<Credential> verify_registration(
    const RegistrationResponse& response,
    const RegistrationRequest& request,
    const RelyingParty& relying_party
) {
    // Steps 5 to 11.
    const auto client =
        check_client_data(response.client_data_json, type_create, request.challenge, relying_party);
    if (!client) return client.error();
    // Step 12: hash.
    const auto client_data_hash = crypto::sha256(response.client_data_json);
    // Step 13: fmt, authData and attStmt.
    const auto object = read_attestation_object(response.attestation_object);
    if (!object) return WebauthnErrc::attestation_malformed;
    const auto data = read_authenticator_data(object->authenticator_data);
    if (!data || !data->credential) return WebauthnErrc::authenticator_data_malformed;
    // Steps 14 to 17.
    const auto authenticator = check_authenticator(*data, request.user_verification, relying_party);
    if (!authenticator) return authenticator.error();
    // Steps 18 and 19: whether it is or may be backed up changes nothing here, but is kept.
    // Step 20: alg.
    const auto algorithm = cose_algorithm(data->credential->key_item);
    if (!algorithm) return WebauthnErrc::key_unusable;
    const auto is_offered = [&](CoseAlgorithm one) {
        return static_cast<std::int64_t>(one) == *algorithm;
    };
    if (std::ranges::none_of(request.algorithms, is_offered)) {
        return WebauthnErrc::algorithm_not_offered;
    }
    const auto key = read_cose_key(data->credential->key_item);
    if (!key) return WebauthnErrc::key_unusable;
    // Steps 21 and 22: the statement, by its format.
    const auto attestation = check_attestation(*object, *data->credential, *key, client_data_hash);
    if (!attestation) return attestation.error();
    // Steps 23 and 24: none is needed and none is trusted (see attestation.hpp).
    // Step 25: the length of credentialId.
    const ByteView id = data->credential->id;
    if (id.empty() || id.size() > credential_id_bytes_max) {
        return WebauthnErrc::credential_id_invalid;
    }
    // Step 26, that nobody has this credentialId, and step 29 are those of whoever stores it.
    // Step 27: the credential record. Step 28: we ask for no extensions and ignore what comes.
    return Credential{
        .id = copied(id),
        .account = request.account,
        .public_key = copied(data->credential->key),
        .sign_count = data->sign_count,
        .user_verified = data->user_verified,
        .backup_eligible = data->backup_eligible,
        .backed_up = data->backed_up,
        .aaguid = data->credential->aaguid,
        .attestation = *attestation,
    };
}

/// Steps 1 to 4 are the page's: it asks, and sends what it got.
Result<Assertion> verify_assertion(
    const AssertionResponse& response,
    const Credential& stored,
    const AssertionRequest& request,
    const RelyingParty& relying_party
) {
    // Steps 5 and 6. Step 7 only gives names.
    const auto known = check_credential(response, stored, request);
    if (!known) return known.error();
    // Steps 8 to 14.
    const auto client =
        check_client_data(response.client_data_json, type_get, request.challenge, relying_party);
    if (!client) return client.error();
    // Steps 15 to 18.
    const bool fits = response.authenticator_data.size() <= authenticator_data_bytes_max;
    const auto data = fits ? read_authenticator_data(response.authenticator_data) : std::nullopt;
    if (!data) return WebauthnErrc::authenticator_data_malformed;
    const auto authenticator = check_authenticator(*data, request.user_verification, relying_party);
    if (!authenticator) return authenticator.error();
    // Step 19: BE never changes; BS may.
    if (data->backup_eligible != stored.backup_eligible) {
        return WebauthnErrc::backup_eligibility_changed;
    }
    // Step 20: hash.
    const auto client_data_hash = crypto::sha256(response.client_data_json);
    // Step 21: sig, over authData and hash.
    const auto key_item = read_cbor(stored.public_key);
    const auto key = key_item ? read_cose_key(*key_item) : std::nullopt;
    if (!key) return WebauthnErrc::key_unusable;
    if (!key->verify(
            signed_message(response.authenticator_data, client_data_hash), response.signature
        )) {
        return WebauthnErrc::wrong_signature;
    }
    // Step 22: signCount, of those that count.
    const bool counts = data->sign_count != 0 || stored.sign_count != 0;
    Assertion assertion{
        .credential = stored,
        .counter_went_back = counts && data->sign_count <= stored.sign_count,
    };
    // Step 23: we ask for no extensions and ignore what comes.
    // Step 24: what is stored from now on. The highest count stays, since answers may come in
    // another order. That the person was verified once (`uvInitialized`) is never raised: that
    // would want another factor.
    assertion.credential.sign_count = std::max(stored.sign_count, data->sign_count);
    assertion.credential.backed_up = data->backed_up;
    return assertion;
}

}  // namespace latchkey::identity
