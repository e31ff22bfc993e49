/// Clients in memory, for tests of the rooms above the store. It is held to the same contract as
/// the real ones.
#pragma once

#include "login/clients.hpp"
#include "login/login.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// For one thread.
class MemoryClients final : public login::ClientStore {
 public:
    using Client = login::Client;

    bool broken = false;  ///< answers `unavailable` to everything
    int reads = 0;

    Async<Result<std::vector<Client>>> clients() override {
        ++reads;
        if (broken) co_return login::Errc::unavailable;
        std::vector<Client> kept;
        std::ranges::copy_if(all, std::back_inserter(kept), [](const Client& client) {
            return !client.removed;
        });
        co_return kept;
    }
    Async<Result<std::optional<Client>>> add_client(Client client) override {
        if (broken) co_return login::Errc::unavailable;
        const auto kept = std::ranges::count(all, false, &Client::removed);
        if (static_cast<std::size_t>(kept) >= login::clients_max) co_return std::optional<Client>();
        client.number = static_cast<std::uint32_t>(all.size() + 1);
        all.push_back(client);
        co_return std::optional(std::move(client));
    }
    Async<Result<bool>> rotate_key(std::string id, crypto::Sha256 key_hash, Time) override {
        if (broken) co_return login::Errc::unavailable;
        Client* const client = find(id);
        if (client != nullptr) client->key_hash = key_hash;
        co_return Result<bool>(boost::system::in_place_value, client != nullptr);
    }
    Async<Result<bool>> stop_client(std::string id, bool stopped, Time) override {
        if (broken) co_return login::Errc::unavailable;
        Client* const client = find(id);
        if (client != nullptr) client->stopped = stopped;
        co_return Result<bool>(boost::system::in_place_value, client != nullptr);
    }
    Async<Result<bool>> remove_client(std::string id, Time) override {
        if (broken) co_return login::Errc::unavailable;
        Client* const client = find(id);
        if (client != nullptr) client->removed = true;
        co_return Result<bool>(boost::system::in_place_value, client != nullptr);
    }

    std::vector<Client> all;

 private:
    Client* find(const std::string& id) {
        const auto found = std::ranges::find_if(all, [&](const Client& client) {
            return client.id == id && !client.removed;
        });
        return found == all.end() ? nullptr : &*found;
    }
};

struct MemoryClientsBackend {
    MemoryClients store;

    login::ClientStore& clients() { return store; }
};

}  // namespace latchkey
