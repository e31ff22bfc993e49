/// Sessions in SQLite.
#pragma once

#include "identity/ports.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace latchkey::store {

class SqliteSessions final : public identity::SessionStore {
 public:
    /// Both must outlive it.
    SqliteSessions(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Async<Result<void>> add_session(identity::NewSession wanted) override;
    Async<Result<std::optional<identity::SignedIn>>> session_by_hash(
        crypto::Sha256 token_hash, Time now
    ) override;
    Async<Result<std::optional<identity::Session>>> session(AccountId account, SessionId id)
        override;
    Async<Result<std::vector<identity::Session>>> sessions_of(AccountId account, Time now) override;
    Async<Result<void>> end_session(
        AccountId account, SessionId id, identity::EndedFrom from, Time now
    ) override;
    Async<Result<std::int64_t>> end_sessions(
        AccountId account, std::optional<SessionId> but, Time now
    ) override;
    Async<Result<void>> touch_session(AccountId account, SessionId id, Time seen_at) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace latchkey::store
