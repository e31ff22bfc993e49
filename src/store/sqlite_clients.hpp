/// Clients in SQLite.
#pragma once

#include "login/clients.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace latchkey::store {

class SqliteClients final : public login::ClientStore {
 public:
    /// Both must outlive it.
    SqliteClients(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Async<Result<std::vector<login::Client>>> clients() override;
    Async<Result<std::optional<login::Client>>> add_client(login::Client client) override;
    Async<Result<bool>> rotate_key(std::string id, crypto::Sha256 key_hash, Time now) override;
    Async<Result<bool>> remove_client(std::string id, Time now) override;
    Async<Result<bool>> stop_client(std::string id, bool stopped, Time now) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace latchkey::store
