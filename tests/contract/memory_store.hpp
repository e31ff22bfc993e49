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
class MemoryStore final : public identity::AccountStore, public identity::SessionStore {
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
    Async<Result<void>> add_first_account(Account account, Session session) override {
        if (broken) co_return Errc::unavailable;
        if (!all_accounts.empty()) co_return Errc::setup_closed;
        all_accounts.push_back(std::move(account));
        all_sessions.push_back(std::move(session));
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
    Async<Result<void>> set_password(AccountId id, std::string password_hash, Time) override {
        if (broken) co_return Errc::unavailable;
        Account* const found = find(id);
        if (found == nullptr) co_return Errc::account_unknown;
        found->password_hash = std::move(password_hash);
        end_all_of(id);
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
        const bool is_last = std::ranges::none_of(all_accounts, [&](const Account& other) {
            return other.role == identity::Role::admin && !other.disabled && other.id != id;
        });
        if (found->role == role) co_return Result<void>{};
        if (role != identity::Role::admin && is_last) co_return Errc::last_admin;
        found->role = role;
        co_return Result<void>{};
    }

    Async<Result<void>> add_session(identity::NewSession wanted) override {
        if (broken) co_return Errc::unavailable;
        const Account* const owner = find(wanted.session.account);
        if (owner == nullptr || owner->disabled || owner->password_hash != wanted.proven_hash) {
            co_return Errc::wrong_credentials;
        }
        if (wanted.replaces) {
            std::erase_if(all_sessions, [&](const Session& s) {
                return s.token_hash == *wanted.replaces;
            });
        }
        all_sessions.push_back(std::move(wanted.session));
        co_return Result<void>{};
    }
    Async<Result<std::optional<identity::SignedIn>>> session_by_hash(
        crypto::Sha256 token_hash, Time now
    ) override {
        ++reads;
        if (broken) co_return Errc::unavailable;
        const auto found = std::ranges::find(all_sessions, token_hash, &Session::token_hash);
        if (found == all_sessions.end() || !identity::lives(*found, now)) {
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
            return s.account == account && identity::lives(s, now);
        });
        std::ranges::sort(own, std::ranges::greater(), &Session::created_at);
        co_return own;
    }
    Async<Result<void>> end_session(AccountId account, SessionId id, Time) override {
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

    std::vector<Account> all_accounts;
    std::vector<Session> all_sessions;

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
    void end_all_of(const AccountId& id) {
        std::erase_if(all_sessions, [&](const Session& s) { return s.account == id; });
    }
};

struct MemoryBackend {
    MemoryStore store;

    identity::AccountStore& accounts() { return store; }
    identity::SessionStore& sessions() { return store; }
};

}  // namespace latchkey
