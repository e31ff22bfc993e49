#include "main/passkeys_join.hpp"

#include "crypto/digest.hpp"
#include "identity/passkey_json.hpp"

#include <utility>

namespace latchkey {
namespace {

Async<Result<boost::json::array>> descriptors_of(identity::Passkeys& passkeys, AccountId account) {
    const auto found = co_await passkeys.of(account);
    if (!found) co_return login::Errc::unavailable;
    co_return identity::descriptors_json(*found);
}

Async<Result<login::ApprovalSignature>> checked(
    identity::Passkeys& passkeys,
    identity::SentAssertion sent,
    identity::RelyingParty party,
    AccountId account,
    std::string statement
) {
    const auto hash = crypto::sha256(bytes_of(statement));
    login::ApprovalSignature signature{
        .statement = std::move(statement),
        .credential_id = sent.id,
        .client_data = sent.client_data,
        .authenticator_data = sent.authenticator_data,
        .signature = sent.signature,
    };
    identity::Octets challenge(hash.data.begin(), hash.data.end());
    auto assertion =
        co_await passkeys.check(std::move(sent), std::move(party), account, std::move(challenge));
    if (!assertion) {
        const bool refused = assertion.error() == identity::Errc::passkey_refused;
        co_return refused ? login::Errc::passkey_refused : login::Errc::unavailable;
    }
    identity::Credential& credential = assertion->credential;
    signature.public_key = std::move(credential.public_key);
    signature.sign_count = credential.sign_count;
    signature.user_verified = credential.user_verified;
    signature.backed_up = credential.backed_up;
    signature.counter_went_back = assertion->counter_went_back;
    co_return signature;
}

Async<Result<login::ApprovalSignature>> refused() {
    co_return login::Errc::passkey_refused;
}

}  // namespace

login::PasskeyServerOf passkey_server_of(std::string public_url) {
    return [public_url = std::move(public_url)](const net::Request& request) {
        auto party = identity::relying_party_of(request, public_url);
        login::PasskeyServer server;
        if (party) server.id = std::move(party->id);
        server.is_elsewhere = !party && !public_url.empty();
        return server;
    };
}

login::PasskeysOf passkeys_of(identity::Passkeys& passkeys) {
    return [&passkeys](AccountId account) { return descriptors_of(passkeys, account); };
}

login::CheckerOf checker_of(identity::Passkeys& passkeys, std::string public_url) {
    return [&passkeys, public_url = std::move(public_url)](
               const net::Request& request,
               const boost::json::value& assertion,
               const AccountId& account
           ) -> std::optional<login::CheckStatement> {
        auto sent = identity::assertion_in(assertion);
        if (!sent) return std::nullopt;
        auto party = identity::relying_party_of(request, public_url);
        if (!party) return [](std::string) { return refused(); };
        return [&passkeys, sent = std::move(*sent), party = std::move(*party), account](
                   std::string statement
               ) { return checked(passkeys, sent, party, account, std::move(statement)); };
    };
}

}  // namespace latchkey
