/// The applications that let people sign in here.
#pragma once

#include "base/async.hpp"
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "login/policy.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace latchkey::login {

/// One application. A plain value without secrets: of its API key there is the hash alone.
struct Client {
    std::uint32_t number = 0;            ///< what a page's token carries; from 1, never used again
    std::string id;                      ///< what its pages name it by; public
    std::string name;                    ///< what the phone shows
    std::vector<std::string> redirects;  ///< where its browsers may be sent; the first by default
    ClientPolicy policy;
    bool classic = false;  ///< whether it may approve codes of the classic wire
    Time created_at;
    bool removed = false;
    bool stopped = false;     ///< by the operator, for the time being: as if it were not there
    crypto::Sha256 key_hash;  ///< all zero once it is removed

    friend bool operator==(const Client&, const Client&) = default;
};

/// The token of a page has three bytes for the number.
inline constexpr std::uint32_t client_number_max = 0xff'ffff;
/// How many there may be that are not removed.
inline constexpr std::size_t clients_max = 1'000;
inline constexpr std::size_t redirects_max = 20;  ///< of one client
inline constexpr std::size_t redirect_bytes_max = 2'048;

/// Whether a browser may be sent there at all: an absolute `https` or `http` URL with a host, of
/// visible ASCII characters, without user name or fragment, in no more than `redirect_bytes_max`
/// bytes. Pure.
bool valid_redirect(std::string_view url);

/// What every API key begins with, so that scanners for leaked secrets know one.
inline constexpr std::string_view api_key_prefix = "lk_";

/// Lower-case hex of 8 random bytes.
std::string new_client_id(const Random& random);
/// `lk_` and 32 random bytes in base64url. Said once, to whoever made the client.
Secret new_api_key(const Random& random);
/// What of an API key is stored: the SHA-256 of its 32 bytes. Nothing for a text that is no API
/// key. Pure.
std::optional<crypto::Sha256> api_key_hash(std::string_view api_key);

/// What this room needs from a database for clients; `store` implements it. Every method may return
/// `unavailable`. Writes are durable when they return.
class ClientStore {
 public:
    virtual ~ClientStore() = default;
    /// Those that are not removed, by number.
    virtual Async<Result<std::vector<Client>>> clients() = 0;
    /// Stores it under a number of its own, whatever `number` says, and gives it back with that
    /// number; nothing when there are `clients_max` already.
    virtual Async<Result<std::optional<Client>>> add_client(Client client) = 0;
    /// The old key is no good from now on. False when there is no such client.
    virtual Async<Result<bool>> rotate_key(std::string id, crypto::Sha256 key_hash, Time now) = 0;
    /// Nobody can ask for it any more, and its key is no good. False when there is no such client.
    virtual Async<Result<bool>> remove_client(std::string id, Time now) = 0;
    /// The same until it is let go on, its key stays. False when there is no such client.
    virtual Async<Result<bool>> stop_client(std::string id, bool stopped, Time now) = 0;
};

/// How long what was read of the clients is good for. A change by another process (`latchkey
/// client`) is seen this late at the most.
inline constexpr milliseconds clients_fresh_max{1'000};

/// All clients, read at most once in `clients_fresh_max` (but for those who ask while that is under
/// way), whatever strangers ask for: unknown ids and keys cost no further look-up. Memory: that of
/// the clients, `clients_max` at most. Removed and stopped ones are unknown. Thread-safe. Errors:
/// `unavailable`.
class Clients {
 public:
    using Found = std::shared_ptr<const Client>;  ///< null: there is none

    /// `store` must outlive it.
    explicit Clients(ClientStore& store) : store_(store) {}

    Async<Result<Found>> by_id(std::string id, Time now);
    Async<Result<Found>> by_number(std::uint32_t number, Time now);
    /// Whose API key this is. Compares in constant time.
    Async<Result<Found>> by_api_key(Secret api_key, Time now);

    /// As above without waiting; nothing when the store must be asked.
    std::optional<Found> known_by_id(std::string_view id, Time now) const;
    std::optional<Found> known_by_number(std::uint32_t number, Time now) const;

 private:
    struct Table {
        explicit Table(std::vector<Client> clients, Time read_at);
        Found by_id(std::string_view id) const;
        Found by_number(std::uint32_t number) const;
        Found by_key(const crypto::Sha256& hash) const;

        Time read_at;  ///< when reading began
        std::map<std::string, Found, std::less<>> ids;
        std::unordered_map<std::uint32_t, Found> numbers;
        std::unordered_map<crypto::Sha256, Found> keys;
    };
    using Shared = std::shared_ptr<const Table>;

    Shared fresh(Time now) const;
    Async<Result<Shared>> table(Time now);

    ClientStore& store_;
    mutable std::mutex mutex_;
    Shared table_;  ///< null until it was read
};

}  // namespace latchkey::login
