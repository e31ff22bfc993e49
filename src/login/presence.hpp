/// Who is showing a login right now. A code works only while a page shows it.
#pragma once

#include "channels/topics.hpp"
#include "login/login.hpp"
#include "login/ports.hpp"
#include "login/values.hpp"
#include "net/user_agent.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace latchkey::login {

/// A live connection of the browser that shows a login: what the phone is told of it, and what its
/// token says.
struct Presence {
    LoginId login;
    IpAddress address;
    net::UserAgent agent;
    ClientNumber client = own_client;
    KeyId key_id = 0;
    BrowserTag tag;
    friend bool operator==(const Presence&, const Presence&) = default;
};

/// Asks for presences. One process answers for itself; over a bus all nodes do. Thread-safe.
class Presences {
 public:
    virtual ~Presences() = default;
    /// The first answer; nothing when no page shows the login now.
    virtual Async<std::optional<Presence>> shown(LoginId login) = 0;
    /// The same for the login whose page shows this user code.
    virtual Async<std::optional<Presence>> showing(UserCode code) = 0;
};

/// What the record of a waiting browser holds for this room.
struct WatchNote {
    enum class Wire : std::uint8_t { classic, v1 };
    /// How much of its login's story the page has been told; it only grows until the page watches
    /// again.
    enum class Told : std::uint8_t { nothing, waiting, scanned, approved, over };

    BrowserTag tag;
    LoginId login;
    std::uint32_t client : 24 = 0;
    std::uint32_t key_id : 4 = 0;
    std::uint32_t watching : 1 = 0;         ///< `login` is one, and its topic is joined
    std::uint32_t looking : 1 = 0;          ///< the store is being asked
    std::uint32_t look_again : 1 = 0;       ///< it could not be; or the page began to watch again
    std::uint32_t shows_user_code : 1 = 0;  ///< asked for; with `watching` its topic is joined
    /// What it shows: the same for as long as it watches that login, whatever becomes of the key
    /// that it was made under, so that the topic that is left is the one that was joined.
    std::uint64_t user_code : user_code_bits = 0;
    std::uint64_t watches : 16 = 0;  ///< how often the page began to watch
    std::uint32_t seq = 0;           ///< of the last frame
    net::UserAgentCode agent;
    Wire wire = Wire::classic;
    Told told = Told::nothing;

    bool take_look_again() {
        const bool again = look_again != 0;
        look_again = 0;
        return again;
    }
    /// Whether the page shows `that`.
    bool shows(const LoginId& that) const {
        return watching != 0 && told != Told::over && login == that;
    }
    bool shows(const UserCode& that) const {
        return shows_user_code != 0 && shows(login) && user_code == that.value;
    }
};
static_assert(sizeof(WatchNote) <= net::note_bytes);

/// The pages connected to this process. `topics` must outlive it.
class LocalPresences final : public Presences {
 public:
    LocalPresences(const channels::Topics& topics, RunningServer server)
        : topics_(topics), server_(std::move(server)) {}
    Async<std::optional<Presence>> shown(LoginId login) override;
    Async<std::optional<Presence>> showing(UserCode code) override;

 private:
    using Fits = std::function<bool(const WatchNote&)>;
    Async<std::optional<Presence>> ask(channels::Topic topic, Fits fits);

    const channels::Topics& topics_;
    RunningServer server_;
};

}  // namespace latchkey::login
