/// Passkeys in memory, over the accounts and sessions there. It is held to the same contract as the
/// real ones.
#pragma once

#include "contract/memory_store.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace latchkey {

/// For one thread. `store` must outlive it.
class MemoryPasskeys final : public identity::PasskeyStore {
    MemoryStore& store_;

    using Errc = identity::Errc;
    using Id = identity::CredentialId;
    using Passkey = identity::Passkey;

 public:
    explicit MemoryPasskeys(MemoryStore& store) : store_(store) {}

    Async<Result<void>> add_passkey(identity::NewPasskey wanted) override {
        if (store_.broken) co_return Errc::unavailable;
        const identity::Credential& credential = wanted.passkey.credential;
        if (is_spent(wanted.challenge)) co_return Errc::challenge_expired;
        if (!has_session(credential.account, wanted.session)) co_return Errc::not_signed_in;
        const auto own = own_of(credential.account);
        if (own.size() >= identity::passkeys_max) co_return Errc::too_many_passkeys;
        if (place_of(credential.id) != all.end()) co_return Errc::passkey_known;
        spent.push_back(wanted.challenge.hash);
        all.push_back(std::move(wanted.passkey));
        co_return Result<void>{};
    }
    Async<Result<std::optional<identity::FoundPasskey>>> passkey(Id id) override {
        using Found = std::optional<identity::FoundPasskey>;
        if (store_.broken) co_return Errc::unavailable;
        const auto found = place_of(id);
        if (found == all.end()) co_return Found();
        for (const identity::Account& account : store_.all_accounts) {
            if (account.id != found->credential.account) continue;
            co_return Found({*found, account.name, account.disabled});
        }
        co_return Found();
    }
    Async<Result<std::vector<Passkey>>> passkeys_of(AccountId account) override {
        if (store_.broken) co_return Errc::unavailable;
        co_return own_of(account);
    }
    Async<Result<Passkey>> rename_passkey(AccountId account, Id id, std::string name, Time)
        override {
        if (store_.broken) co_return Errc::unavailable;
        const auto found = place_of(id);
        if (found == all.end() || found->credential.account != account) {
            co_return Errc::passkey_unknown;
        }
        found->name = std::move(name);
        co_return *found;
    }
    Async<Result<void>> remove_passkey(identity::Actor actor, Id id, identity::WaysLeft left, Time)
        override {
        if (store_.broken) co_return Errc::unavailable;
        const AccountId& account = actor.account;
        if (!store_.may_act(actor)) co_return Errc::not_signed_in;
        const auto found = place_of(id);
        if (found == all.end() || found->credential.account != account) {
            co_return Errc::passkey_unknown;
        }
        using identity::WaysLeft;
        const bool any_left =
            own_of(account).size() > 1 || (left == WaysLeft::any && has_password(account));
        if (!any_left && left != WaysLeft::none) co_return Errc::last_way_in;
        all.erase(found);
        co_return Result<void>{};
    }
    Async<Result<void>> sign_in_by_passkey(identity::PasskeySignIn wanted) override {
        if (store_.broken) co_return Errc::unavailable;
        if (is_spent(wanted.challenge)) co_return Errc::challenge_expired;
        const auto found = place_of(wanted.credential.id);
        if (found == all.end() || !owner_of(wanted.credential.account)) {
            co_return Errc::passkey_unknown;
        }
        spent.push_back(wanted.challenge.hash);
        const std::uint32_t counted = found->credential.sign_count;
        found->credential = wanted.credential;
        found->credential.sign_count = std::max(counted, wanted.credential.sign_count);
        found->used_at = wanted.session.created_at;
        if (wanted.replaces) {
            std::erase_if(store_.all_sessions, [&](const identity::Session& session) {
                return session.token_hash == *wanted.replaces;
            });
        }
        store_.all_sessions.push_back(std::move(wanted.session));
        if (wanted.counter_went_back) ++counters_back;
        co_return Result<void>{};
    }

    std::vector<Passkey>& all = store_.all_passkeys;
    std::vector<crypto::Sha256>& spent = store_.spent;
    int counters_back = 0;

 private:
    bool is_spent(const identity::SpentChallenge& challenge) const {
        return std::ranges::find(spent, challenge.hash) != spent.end();
    }
    bool owner_of(const AccountId& id) const {
        return std::ranges::any_of(store_.all_accounts, [&](const identity::Account& account) {
            return account.id == id && !account.disabled;
        });
    }
    bool has_password(const AccountId& id) const {
        return std::ranges::any_of(store_.all_accounts, [&](const identity::Account& account) {
            return account.id == id && !account.password_hash.empty();
        });
    }
    bool has_session(const AccountId& account, const SessionId& id) const {
        return std::ranges::any_of(store_.all_sessions, [&](const identity::Session& session) {
            return session.account == account && session.id == id;
        });
    }
    std::vector<Passkey>::iterator place_of(const Id& id) {
        return std::ranges::find(all, id, [](const Passkey& one) { return one.credential.id; });
    }
    std::vector<Passkey> own_of(const AccountId& account) const {
        std::vector<Passkey> own;
        std::ranges::copy_if(all, std::back_inserter(own), [&](const Passkey& one) {
            return one.credential.account == account;
        });
        std::ranges::sort(own, std::ranges::greater(), &Passkey::created_at);
        return own;
    }
};

}  // namespace latchkey
