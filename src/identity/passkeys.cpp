#include "identity/passkeys.hpp"

#include "base/encoding.hpp"
#include "identity/client_data.hpp"
#include "ops/log.hpp"

namespace latchkey::identity {
namespace {

/// The challenge that the browser says it signed. Whether it is one is seen by its MAC.
Octets challenge_in(const Octets& client_data) {
    const auto read = read_client_data(client_data);
    if (!read) return {};
    return from_base64url(read->challenge).value_or(Octets());
}

void log_refusal(std::string_view what, const ErrorCode& why) {
    const std::string cause = why.message();
    ops::log(ops::Level::info, what, {{"cause", std::string_view(cause)}});
}

Result<std::string> passkey_name(std::string_view typed) {
    auto name = valid_name(typed);
    if (!name) return Errc::invalid_passkey_name;
    return name;
}

/// Views into what was sent.
AssertionResponse response_of(const SentAssertion& sent) {
    return {
        .credential_id = sent.id,
        .client_data_json = sent.client_data,
        .authenticator_data = sent.authenticator_data,
        .signature = sent.signature,
        .user_handle = sent.user_handle ? std::optional(ByteView(*sent.user_handle)) : std::nullopt,
    };
}

ChallengeFor adding_in(const Session& session) {
    return {Ceremony::registration, session.account, session.id};
}

ChallengeFor joining_as(const AccountId& account, const std::optional<crypto::Sha256>& invitation) {
    return {.ceremony = Ceremony::joining, .account = account, .invitation = invitation};
}

}  // namespace

Octets Passkeys::challenge(Time now) const {
    return challenges_.make({}, now);
}

Async<Result<Passkeys::SignIn>> Passkeys::sign_in(
    SentAssertion sent,
    RelyingParty relying_party,
    Device device,
    std::optional<crypto::Sha256> replaces,
    Time now
) {
    AssertionRequest request{.challenge = challenge_in(sent.client_data)};
    const auto spent = challenges_.open(request.challenge, {}, now);
    if (!spent) co_return spent.error();
    auto found = co_await store_.passkey(sent.id);
    if (!found) co_return found.error();
    if (!*found) co_return Errc::passkey_unknown;
    const FoundPasskey& passkey = **found;

    auto checked =
        verify_assertion(response_of(sent), passkey.passkey.credential, request, relying_party);
    if (!checked) {
        log_refusal("a sign-in with a passkey was refused", checked.error());
        co_return Errc::passkey_refused;
    }
    if (passkey.disabled) co_return Errc::passkey_refused;

    const AccountId account = checked->credential.account;
    Minted minted = sessions_.mint(account, SessionKind::passkey, std::move(device), now);
    PasskeySignIn wanted{
        .credential = std::move(checked->credential),
        .challenge = *spent,
        .session = minted.session,
        .replaces = replaces,
        .counter_went_back = checked->counter_went_back,
    };
    const auto begun = co_await store_.sign_in_by_passkey(std::move(wanted));
    if (!begun) co_return begun.error();
    if (replaces) sessions_.forget(*replaces);
    co_return SignIn{account, passkey.account_name, std::move(minted)};
}

Result<Octets> Passkeys::challenge_to_add(const Session& session, Time now) const {
    if (!may_change_ways_in(session, now)) return Errc::sign_in_again;
    return challenges_.make(adding_in(session), now);
}

Async<Result<Passkey>> Passkeys::add(
    SentRegistration sent,
    std::string name,
    RelyingParty relying_party,
    Session session,
    std::string address,
    Time now
) {
    if (!may_change_ways_in(session, now)) co_return Errc::sign_in_again;
    auto made = this->made(std::move(sent), name, relying_party, adding_in(session), now);
    if (!made) co_return made.error();
    const auto added =
        co_await store_.add_passkey({made->passkey, session.id, made->challenge, std::move(address)}
        );
    if (!added) co_return added.error();
    co_return std::move(made->passkey);
}

Octets Passkeys::challenge_to_join(
    const AccountId& account, const std::optional<crypto::Sha256>& invitation, Time now
) const {
    return challenges_.make(joining_as(account, invitation), now);
}

Result<Passkeys::Made> Passkeys::make_to_join(
    SentRegistration sent,
    std::string_view name,
    const RelyingParty& relying_party,
    const AccountId& account,
    const std::optional<crypto::Sha256>& invitation,
    Time now
) const {
    return made(std::move(sent), name, relying_party, joining_as(account, invitation), now);
}

Result<Passkeys::Made> Passkeys::made(
    SentRegistration sent,
    std::string_view name,
    const RelyingParty& relying_party,
    const ChallengeFor& purpose,
    Time now
) const {
    auto valid = passkey_name(name);
    if (!valid) return valid.error();
    const RegistrationRequest request{
        .challenge = challenge_in(sent.client_data), .account = purpose.account
    };
    const auto spent = challenges_.open(request.challenge, purpose, now);
    if (!spent) return spent.error();
    auto credential =
        verify_registration({sent.client_data, sent.attestation_object}, request, relying_party);
    if (!credential) {
        log_refusal("a new passkey was refused", credential.error());
        return Errc::passkey_refused;
    }
    return Made{
        {
            .credential = std::move(*credential),
            .transports = std::move(sent.transports),
            .name = std::move(*valid),
            .created_at = now,
        },
        *spent,
    };
}

Async<Result<Assertion>> Passkeys::check(
    SentAssertion sent, RelyingParty relying_party, AccountId account, Octets challenge
) {
    const auto found = co_await store_.passkey(sent.id);
    if (!found) co_return found.error();
    if (!*found) co_return Errc::passkey_refused;
    const AssertionRequest request{.challenge = std::move(challenge), .account = account};
    auto checked =
        verify_assertion(response_of(sent), (*found)->passkey.credential, request, relying_party);
    if (!checked) {
        log_refusal("an approval with a passkey was refused", checked.error());
        co_return Errc::passkey_refused;
    }
    co_return std::move(*checked);
}

Async<Result<std::vector<Passkey>>> Passkeys::of(AccountId account) {
    return store_.passkeys_of(account);
}

Async<Result<Passkey>> Passkeys::rename(
    AccountId account, CredentialId id, std::string name, Time now
) {
    auto valid = passkey_name(name);
    if (!valid) co_return valid.error();
    co_return co_await store_.rename_passkey(account, std::move(id), std::move(*valid), now);
}

Async<Result<void>> Passkeys::remove(Actor actor, CredentialId id, WaysLeft left, Time now) {
    return store_.remove_passkey(actor, std::move(id), left, now);
}

}  // namespace latchkey::identity
