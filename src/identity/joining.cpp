#include "identity/joining.hpp"

#include "base/encoding.hpp"

#include <utility>

namespace latchkey::identity {

MintedInvitation mint_invitation(const Random& random, Role role, seconds life, Time now) {
    const auto token = random_bytes<InvitationToken>(random);
    return {base64url(token.view()), {crypto::sha256(token.view()), role, now, now + life}};
}

std::optional<crypto::Sha256> invitation_hash(std::string_view token) {
    const auto bytes = bytes_from<InvitationToken>(token, from_base64url);
    if (!bytes) return std::nullopt;
    return crypto::sha256(bytes->view());
}

std::string Joining::open_setup() {
    const auto token = random_bytes<InvitationToken>(parts_.random);
    const std::scoped_lock lock(mutex_);
    setup_hash_ = crypto::sha256(token.view());
    return base64url(token.view());
}

/// For good: should there be no account once more, that link makes none.
void Joining::close_setup() {
    const std::scoped_lock lock(mutex_);
    setup_hash_.reset();
}

bool Joining::setup_is_open() const {
    const std::scoped_lock lock(mutex_);
    return setup_hash_.has_value();
}

bool Joining::is_setup(const crypto::Sha256& hash) const {
    const std::scoped_lock lock(mutex_);
    return setup_hash_ && crypto::equal_in_constant_time(hash.view(), setup_hash_->view());
}

Async<Result<Admission>> Joining::admit(std::string token, Time now) {
    if (token.empty()) {
        if (parts_.rules.sign_up != SignUp::open) co_return Errc::sign_up_closed;
        co_return Admission{};
    }
    const auto hash = invitation_hash(token);
    if (!hash) co_return Errc::invitation_unknown;
    if (is_setup(*hash)) {
        const auto others = co_await parts_.store.has_accounts();
        if (!others) co_return others.error();
        if (*others) {
            close_setup();
            co_return Errc::invitation_unknown;
        }
        co_return Admission{.by = Admission::By::setup, .role = Role::admin};
    }
    if (parts_.rules.sign_up == SignUp::closed) co_return Errc::sign_up_closed;
    const auto invitation = co_await parts_.invitations.invitation(*hash, now);
    if (!invitation) co_return invitation.error();
    if (!*invitation) co_return Errc::invitation_unknown;
    co_return Admission{
        .by = Admission::By::invitation,
        .role = (*invitation)->role,
        .invitation = hash,
        .expires_at = (*invitation)->expires_at,
    };
}

Async<Result<Joining::Begun>> Joining::begin(std::string token, std::string name, Time now) {
    const auto admission = co_await admit(std::move(token), now);
    if (!admission) co_return admission.error();
    auto account = parts_.accounts.make_without_password(name, parts_.accounts.new_id(), now);
    if (!account) co_return account.error();
    if (const auto free = co_await is_free(account->name); !free) co_return free.error();
    Octets challenge = parts_.passkeys.challenge_to_join(account->id, admission->invitation, now);
    co_return Begun{std::move(*account), std::move(challenge)};
}

Async<Result<void>> Joining::is_free(std::string name) {
    const auto valid = valid_name(name);
    if (!valid) co_return valid.error();
    const auto other = co_await parts_.store.account_named(*valid);
    if (!other) co_return other.error();
    if (*other) co_return Errc::name_taken;
    co_return Result<void>{};
}

Async<Result<Joining::Done>> Joining::with_password(
    std::string token, std::string name, Secret password, Visitor visitor, Time now
) {
    const auto admission = co_await admit(std::move(token), now);
    if (!admission) co_return admission.error();
    if (!parts_.rules.passwords) co_return Errc::passwords_off;
    // Before the password is hashed, which is much work for a name that cannot be had.
    if (const auto free = co_await is_free(name); !free) co_return free.error();
    auto account = co_await parts_.accounts.make(std::move(name), std::move(password), now);
    if (!account) co_return account.error();
    Minted minted =
        parts_.sessions.mint(account->id, SessionKind::setup, std::move(visitor.device), now);
    NewAccount wanted{std::move(*account), minted.session};
    wanted.replaces = visitor.had;
    co_return co_await found(std::move(wanted), std::move(minted), *admission);
}

/// The session is one that a passkey began: its person was verified just now.
Async<Result<Joining::Done>> Joining::with_passkey(
    std::string token, std::string name, SentPasskey sent, Visitor visitor, Time now
) {
    const auto admission = co_await admit(std::move(token), now);
    if (!admission) co_return admission.error();
    auto account = parts_.accounts.make_without_password(name, sent.account, now);
    if (!account) co_return account.error();
    auto made = parts_.passkeys.make_to_join(
        std::move(sent.registration),
        sent.name,
        sent.relying_party,
        account->id,
        admission->invitation,
        now
    );
    if (!made) co_return made.error();
    Minted minted =
        parts_.sessions.mint(account->id, SessionKind::passkey, std::move(visitor.device), now);
    NewAccount wanted{
        std::move(*account), minted.session, std::move(made->passkey), made->challenge, visitor.had
    };
    co_return co_await found(std::move(wanted), std::move(minted), *admission);
}

Async<Result<Joining::Done>> Joining::found(NewAccount wanted, Minted minted, Admission admission) {
    wanted.account.role = admission.role;
    const auto stored = co_await parts_.store.found_account(wanted, admission);
    const bool by_setup = admission.by == Admission::By::setup;
    if (stored || (by_setup && stored.error() == Errc::invitation_unknown)) close_setup();
    if (!stored) co_return stored.error();
    if (wanted.replaces) parts_.sessions.forget(*wanted.replaces);
    co_return Done{std::move(wanted.account), std::move(minted), admission};
}

}  // namespace latchkey::identity
