/// Accounts and sessions in memory, for tests of the rooms above the store. It is held to the same
/// contract as the real ones.
#pragma once

#include "identity/ports.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// For one thread.
class MemoryStore final : public identity::AccountStore,
                          public identity::SessionStore,
                          public identity::InvitationStore,
                          public identity::RecoveryStore {
 public:
    using Account = identity::Account;
    using Session = identity::Session;
    using Errc = identity::Errc;

    bool broken = false;  ///< answers `unavailable` to everything
    int reads = 0;        ///< look-ups of sessions by their hash
    int touches = 0;

    Async<Result<void>> add_account(Account account) override {
        if (broken) co_return Errc::unavailable;
        if (place_of(account.name) != all_accounts.end()) co_return Errc::name_taken;
        all_accounts.push_back(std::move(account));
        co_return Result<void>{};
    }
    Async<Result<void>> found_account(identity::NewAccount wanted, identity::Admission admission)
        override {
        if (broken) co_return Errc::unavailable;
        const bool is_setup = admission.by == identity::Admission::By::setup;
        if (is_setup && !all_accounts.empty()) co_return Errc::invitation_unknown;
        const Time now = wanted.account.created_at;
        if (admission.invitation && !is_good(*admission.invitation, now)) {
            co_return Errc::invitation_unknown;
        }
        if (place_of(wanted.account.name) != all_accounts.end()) co_return Errc::name_taken;
        if (wanted.passkey) {
            const auto kept = keep_passkey(wanted);
            if (!kept) co_return kept.error();
        }
        if (admission.invitation) {
            std::erase_if(all_invitations, [&](const identity::Invitation& one) {
                return one.hash == *admission.invitation;
            });
        }
        end_replaced(wanted.replaces);
        all_accounts.push_back(std::move(wanted.account));
        all_sessions.push_back(std::move(wanted.session));
        co_return Result<void>{};
    }
    Async<Result<std::optional<Account>>> account_named(std::string name) override {
        if (broken) co_return Errc::unavailable;
        const auto found = place_of(name);
        if (found == all_accounts.end()) co_return std::optional<Account>();
        co_return std::optional<Account>(*found);
    }
    Async<Result<std::optional<Account>>> account(AccountId id) override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(id);
        if (found == nullptr) co_return std::optional<Account>();
        co_return std::optional<Account>(*found);
    }
    Async<Result<std::vector<Account>>> accounts() override {
        if (broken) co_return Errc::unavailable;
        std::vector<Account> sorted = all_accounts;
        std::ranges::sort(sorted, {}, [](const Account& a) {
            return identity::folded_name(a.name);
        });
        co_return sorted;
    }
    Async<Result<bool>> has_accounts() override {
        if (broken) co_return Errc::unavailable;
        co_return Result<bool>(boost::system::in_place_value, !all_accounts.empty());
    }
    Async<Result<void>> set_password(identity::Actor actor, std::string password_hash, Time)
        override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(actor.account);
        if (found == nullptr) co_return Errc::account_unknown;
        if (!may_act(actor)) co_return Errc::not_signed_in;
        found->password_hash = std::move(password_hash);
        end_all_of(actor.account, actor.session);
        co_return Result<void>{};
    }
    Async<Result<void>> drop_password(identity::Actor actor, Time) override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(actor.account);
        if (found == nullptr) co_return Errc::account_unknown;
        if (!may_act(actor)) co_return Errc::not_signed_in;
        if (passkeys_of(actor.account) == 0) co_return Errc::last_way_in;
        found->password_hash.clear();
        end_all_of(actor.account, actor.session);
        co_return Result<void>{};
    }
    Async<Result<void>> replace_hash(AccountId id, std::string seen_hash, std::string password_hash)
        override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(id);
        if (found != nullptr && found->password_hash == seen_hash) {
            found->password_hash = std::move(password_hash);
        }
        co_return Result<void>{};
    }
    Async<Result<void>> set_disabled(AccountId id, bool disabled, Time) override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(id);
        if (found == nullptr) co_return Errc::account_unknown;
        found->disabled = disabled;
        if (disabled) end_all_of(id);
        co_return Result<void>{};
    }

    Async<Result<void>> set_shown_as(AccountId id, identity::ShownAs shown_as, Time) override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(id);
        if (found == nullptr) co_return Errc::account_unknown;
        found->shown_as = shown_as;
        co_return Result<void>{};
    }

    Async<Result<void>> set_role(AccountId id, identity::Role role, Time) override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(id);
        if (found == nullptr) co_return Errc::account_unknown;
        const bool is_last = !has_admin_beside(id);
        if (found->role == role) co_return Result<void>{};
        if (role != identity::Role::admin && is_last) co_return Errc::last_admin;
        found->role = role;
        end_all_of(id);
        co_return Result<void>{};
    }
    Async<Result<void>> remove_account(identity::Actor actor, Time) override {
        if (broken) co_return Errc::unavailable;
        const AccountId& id = actor.account;
        const Account* const found = find(id);
        if (found == nullptr) co_return Errc::account_unknown;
        if (!may_act(actor)) co_return Errc::not_signed_in;
        const bool administers = found->role == identity::Role::admin && !found->disabled;
        if (administers && !has_admin_beside(id)) co_return Errc::last_admin;
        end_all_of(id);
        std::erase_if(all_passkeys, [&](const identity::Passkey& one) {
            return one.credential.account == id;
        });
        std::erase_if(all_codes, [&](const KeptCode& code) { return code.account == id; });
        std::erase_if(all_accounts, [&](const Account& account) { return account.id == id; });
        co_return Result<void>{};
    }

    Async<Result<void>> add_invitation(identity::Invitation invitation) override {
        if (broken) co_return Errc::unavailable;
        all_invitations.push_back(invitation);
        co_return Result<void>{};
    }
    Async<Result<std::optional<identity::Invitation>>> invitation(crypto::Sha256 hash, Time now)
        override {
        using Found = std::optional<identity::Invitation>;
        if (broken) co_return Errc::unavailable;
        const auto found = std::ranges::find(all_invitations, hash, &identity::Invitation::hash);
        if (found == all_invitations.end() || found->expires_at <= now) co_return Found();
        co_return Found(*found);
    }
    Async<Result<std::vector<identity::Invitation>>> invitations(Time now) override {
        if (broken) co_return Errc::unavailable;
        std::vector<identity::Invitation> good = all_invitations;
        std::erase_if(good, [&](const identity::Invitation& one) { return one.expires_at <= now; });
        std::ranges::sort(good, std::ranges::greater(), &identity::Invitation::created_at);
        co_return good;
    }
    Async<Result<void>> remove_invitation(crypto::Sha256 hash, Time now) override {
        if (broken) co_return Errc::unavailable;
        if (!is_good(hash, now)) co_return Errc::invitation_unknown;
        std::erase_if(all_invitations, [&](const identity::Invitation& one) {
            return one.hash == hash;
        });
        co_return Result<void>{};
    }

    Async<Result<void>> replace_codes(
        identity::Actor actor, std::vector<crypto::Sha256> hashes, Time now
    ) override {
        if (broken) co_return Errc::unavailable;
        const AccountId& account = actor.account;
        if (find(account) == nullptr) co_return Errc::account_unknown;
        if (!may_act(actor)) co_return Errc::not_signed_in;
        std::erase_if(all_codes, [&](const KeptCode& code) { return code.account == account; });
        for (const crypto::Sha256& hash : hashes) all_codes.push_back({account, hash, now});
        co_return Result<void>{};
    }
    Async<Result<identity::RecoveryCodes>> codes_of(AccountId account) override {
        if (broken) co_return Errc::unavailable;
        identity::RecoveryCodes codes;
        for (const KeptCode& code : all_codes) {
            if (code.account != account) continue;
            ++codes.left;
            codes.created_at = code.created_at;
        }
        co_return codes;
    }
    Async<Result<void>> sign_in_by_code(identity::RecoverySignIn wanted) override {
        if (broken) co_return Errc::unavailable;
        const Account* const owner = find(wanted.session.account);
        const auto code = std::ranges::find_if(all_codes, [&](const KeptCode& one) {
            return one.account == wanted.session.account && one.hash == wanted.code;
        });
        if (code == all_codes.end() || owner == nullptr || owner->disabled) {
            co_return Errc::recovery_refused;
        }
        all_codes.erase(code);
        end_replaced(wanted.replaces);
        all_sessions.push_back(std::move(wanted.session));
        co_return Result<void>{};
    }

    Async<Result<void>> add_session(identity::NewSession wanted) override {
        if (broken) co_return Errc::unavailable;
        const Account* const owner = find(wanted.session.account);
        if (owner == nullptr || owner->disabled || owner->password_hash != wanted.proven_hash) {
            co_return Errc::wrong_credentials;
        }
        end_replaced(wanted.replaces);
        all_sessions.push_back(std::move(wanted.session));
        co_return Result<void>{};
    }
    Async<Result<std::optional<identity::SignedIn>>> session_by_hash(
        crypto::Sha256 token_hash, Time now
    ) override {
        ++reads;
        if (broken) co_return Errc::unavailable;
        const auto found = std::ranges::find(all_sessions, token_hash, &Session::token_hash);
        if (found == all_sessions.end() ||
            !identity::lives(*found, now, identity::session_idle_max)) {
            co_return std::optional<identity::SignedIn>();
        }
        const Account& owner = *find(found->account);
        co_return std::optional<identity::SignedIn>({*found, owner.name, owner.shown_as, owner.role}
        );
    }
    Async<Result<std::optional<Session>>> session(AccountId account, SessionId id) override {
        if (broken) co_return Errc::unavailable;
        const auto found = place_of(account, id);
        if (found == all_sessions.end()) co_return std::optional<Session>();
        co_return std::optional<Session>(*found);
    }
    Async<Result<std::vector<Session>>> sessions_of(AccountId account, Time now) override {
        if (broken) co_return Errc::unavailable;
        std::vector<Session> own;
        std::ranges::copy_if(all_sessions, std::back_inserter(own), [&](const Session& s) {
            return s.account == account && identity::lives(s, now, identity::session_idle_max);
        });
        std::ranges::sort(own, std::ranges::greater(), &Session::created_at);
        co_return own;
    }
    Async<Result<void>> end_session(AccountId account, SessionId id, identity::EndedFrom, Time)
        override {
        if (broken) co_return Errc::unavailable;
        const auto found = place_of(account, id);
        if (found == all_sessions.end()) co_return Errc::session_unknown;
        all_sessions.erase(found);
        co_return Result<void>{};
    }
    Async<Result<std::int64_t>> end_sessions(AccountId account, std::optional<SessionId> but, Time)
        override {
        if (broken) co_return Errc::unavailable;
        const auto ended = std::erase_if(all_sessions, [&](const Session& session) {
            return session.account == account && session.id != but;
        });
        co_return static_cast<std::int64_t>(ended);
    }
    Async<Result<void>> touch_session(AccountId account, SessionId id, Time seen_at) override {
        ++touches;
        if (broken) co_return Errc::unavailable;
        const auto found = place_of(account, id);
        if (found != all_sessions.end()) found->seen_at = std::max(found->seen_at, seen_at);
        co_return Result<void>{};
    }

    struct KeptCode {
        AccountId account;
        crypto::Sha256 hash;
        Time created_at;
    };
    std::vector<Account> all_accounts;
    std::vector<Session> all_sessions;
    std::vector<identity::Invitation> all_invitations;
    std::vector<KeptCode> all_codes;
    std::vector<identity::Passkey> all_passkeys;  ///< these two are `MemoryPasskeys`' to use
    std::vector<crypto::Sha256> spent;

    bool may_act(const identity::Actor& actor) const {
        return !actor.session || std::ranges::any_of(all_sessions, [&](const Session& one) {
            return one.account == actor.account && one.id == *actor.session;
        });
    }

 private:
    std::vector<Account>::iterator place_of(const std::string& name) {
        return std::ranges::find(all_accounts, identity::folded_name(name), [](const Account& a) {
            return identity::folded_name(a.name);
        });
    }
    std::vector<Session>::iterator place_of(const AccountId& account, const SessionId& id) {
        return std::ranges::find_if(all_sessions, [&](const Session& s) {
            return s.account == account && s.id == id;
        });
    }
    Account* find(const AccountId& id) {
        const auto found = std::ranges::find(all_accounts, id, &Account::id);
        return found == all_accounts.end() ? nullptr : &*found;
    }
    void end_all_of(const AccountId& id, const std::optional<SessionId>& but = {}) {
        std::erase_if(all_sessions, [&](const Session& s) {
            return s.account == id && s.id != but;
        });
    }
    bool has_admin_beside(const AccountId& id) const {
        return std::ranges::any_of(all_accounts, [&](const Account& other) {
            return other.role == identity::Role::admin && !other.disabled && other.id != id;
        });
    }
    void end_replaced(const std::optional<crypto::Sha256>& replaced) {
        if (!replaced) return;
        std::erase_if(all_sessions, [&](const Session& one) {
            return one.token_hash == *replaced;
        });
    }
    bool is_good(const crypto::Sha256& invitation, Time now) const {
        return std::ranges::any_of(all_invitations, [&](const identity::Invitation& one) {
            return one.hash == invitation && one.expires_at > now;
        });
    }
    std::ptrdiff_t passkeys_of(const AccountId& id) const {
        return std::ranges::count_if(all_passkeys, [&](const identity::Passkey& one) {
            return one.credential.account == id;
        });
    }
    Result<void> keep_passkey(const identity::NewAccount& wanted) {
        const auto& challenge = wanted.challenge->hash;
        if (std::ranges::find(spent, challenge) != spent.end()) return Errc::challenge_expired;
        const auto& id = wanted.passkey->credential.id;
        const bool known = std::ranges::any_of(all_passkeys, [&](const identity::Passkey& one) {
            return one.credential.id == id;
        });
        if (known) return Errc::passkey_known;
        spent.push_back(challenge);
        all_passkeys.push_back(*wanted.passkey);
        return {};
    }
};

struct MemoryBackend {
    MemoryStore store;

    identity::AccountStore& accounts() { return store; }
    identity::SessionStore& sessions() { return store; }
    identity::InvitationStore& invitations() { return store; }
    identity::RecoveryStore& recovery() { return store; }
};

}  // namespace latchkey
