/// The one-time link with which the first person makes an account.
#pragma once

#include "identity/accounts.hpp"
#include "identity/ports.hpp"
#include "identity/sessions.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::identity {

/// The link's token is 32 random bytes that live in this process alone, of which only the hash is
/// kept. It is good until there is an account, however that came about. Thread-safe.
class Setup {
 public:
    /// All must outlive it.
    Setup(AccountStore& store, Accounts& accounts, Sessions& sessions, Random random)
        : store_(store), accounts_(accounts), sessions_(sessions), random_(std::move(random)) {}

    /// Makes a new token (base64url, 43 characters) for `ORIGIN/setup#TOKEN`; an older one is void.
    /// To be called at start while there is no account.
    std::string open();
    /// Whether there is a token at all.
    bool is_open() const;

    /// The first account, which administers, and its first session.
    struct Done {
        Account account;
        Minted minted;
    };
    /// Errors: `setup_closed` (wrong token, or there is an account), `invalid_name`,
    /// `weak_password`, `busy`, `unavailable`. The token stays good until it succeeds.
    Async<Result<Done>> finish(
        std::string token, std::string name, Secret password, Device device, Time now
    );

 private:
    bool accepts(std::string_view token) const;
    void close();

    AccountStore& store_;
    Accounts& accounts_;
    Sessions& sessions_;
    const Random random_;
    mutable std::mutex mutex_;
    std::optional<crypto::Sha256> token_hash_;
};

}  // namespace latchkey::identity
