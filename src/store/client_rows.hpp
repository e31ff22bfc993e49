/// The table of clients.
#pragma once

#include "login/clients.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`. A client that was removed keeps its row, so that its number is never given to
/// another.
class ClientRows {
 public:
    explicit ClientRows(Connection& connection);

    /// Under the number after the last; nothing written, and nothing given, when there are
    /// `login::clients_max` or no number is left.
    std::optional<std::uint32_t> add(const login::Client& client);
    /// Also one that was removed.
    std::optional<login::Client> find(std::uint32_t number);
    std::optional<login::Client> named(std::string_view id);
    /// Those that are not removed, by number.
    std::vector<login::Client> all();
    /// These are false when there is no such client, or it was removed.
    bool set_key(std::uint32_t number, const crypto::Sha256& key_hash);
    bool remove(std::uint32_t number, Time now);
    /// Nothing: it goes on.
    bool stop(std::uint32_t number, std::optional<Time> since);

 private:
    Connection& connection_;
    Statement count_;
    Statement add_;
    Statement find_;
    Statement named_;
    Statement all_;
    Statement set_key_;
    Statement remove_;
    Statement stop_;
};

}  // namespace latchkey::store
