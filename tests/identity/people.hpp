/// The room in memory, with a clock that stands still, counted randomness and a hash that costs
/// nothing.
#pragma once

#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/memory_passkeys.hpp"
#include "identity/join_routes.hpp"
#include "identity/routes.hpp"
#include "identity/ways_routes.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace latchkey::identity {

/// Passwords "hashed" by writing them down, and what was asked of the hash.
struct PlainHashing {
    std::vector<std::string> checked;  ///< the hashes that passwords were checked against
    std::string cost = "plain:";       ///< what hashes made now begin with
    std::mutex mutex;

    Hashing hashing() {
        return {
            .hash = [this](const Secret& password
                    ) { return cost + std::string(password.reveal()); },
            .verify =
                [this](const std::string& hash, const Secret& password) {
                    const std::scoped_lock lock(mutex);
                    checked.push_back(hash);
                    return hash.substr(hash.find(':') + 1) == password.reveal();
                },
            .outdated = [this](const std::string& hash) { return !hash.starts_with(cost); },
            .dummy = [] { return std::string("dummy:nobody knows this one"); },
        };
    }
};

/// 1, 1, 1, … then 2, 2, 2, …: every value that is drawn is another one.
inline Random counted_random() {
    return [next = 0](std::span<std::byte> bytes) mutable {
        std::ranges::fill(bytes, static_cast<std::byte>(++next));
    };
}

/// One key, number 3.
inline ChallengeKeys keys_of_challenges() {
    return {
        .current = [] { return std::uint8_t{3}; },
        .mac = [](std::uint8_t id, ByteView text) -> std::optional<crypto::Mac> {
            if (id != 3) return std::nullopt;
            return crypto::hmac(bytes_of("a key"), {text});
        },
    };
}

struct People {
    People() = default;
    explicit People(const AccountRules& rules) : rules(rules) {}

    AccountRules rules;
    Time now = noon;
    SteadyTime steady{milliseconds(1'000'000)};
    Random random = counted_random();
    PlainHashing plain;
    MemoryStore store;
    PasswordWorkers workers{plain.hashing(), 1};
    Sessions sessions{store, random};
    Accounts accounts{store, sessions, workers, random};
    net::Budget failures{0.5, 30, random};
    Attempts attempts{
        [this]() -> net::Budget& { return failures; }, [this] { return steady; }, random
    };
    MemoryPasskeys passkey_store{store};
    Passkeys passkeys{passkey_store, sessions, keys_of_challenges(), random};
    Recovery recovery{store, store, sessions, random};
    Clock clock = [this] { return now; };
    PasskeyRoutes passkey_routes{{passkeys, sessions, store, attempts, rules, clock, {}}};
    Routes routes{{accounts, sessions, recovery, store, attempts, passkey_routes, rules, clock}};
    Joining joining{{store, store, accounts, sessions, passkeys, rules, random}};
    JoinRoutes join_routes{{joining, attempts, rules, clock, {}}};
    WaysRoutes ways_routes{{accounts, recovery, sessions, attempts, rules, clock}};

    Account add(const std::string& name, const std::string& password) {
        return await(accounts.add(name, Secret(password), Role::person, now)).value();
    }
    /// A session of that account, stored; its cookie's value.
    Minted sign_in(const Account& account) {
        Minted minted = sessions.mint(
            account.id, SessionKind::password, {"Firefox", "Linux", "203.0.113.7"}, now
        );
        await(sessions.begin({minted.session, account.password_hash, std::nullopt})).value();
        return minted;
    }
    std::optional<SignedIn> who(const Minted& minted) {
        return await(sessions.authenticate(minted.cookie_value, now)).value();
    }
};

}  // namespace latchkey::identity
