/// Pages that are told when their session has ended: `GET /v1/me/events`, an event stream.
#pragma once

#include "channels/router.hpp"
#include "channels/topics.hpp"
#include "identity/sessions.hpp"

#include <functional>

namespace latchkey::identity {

/// Where pages wait for news of a session, and of an account.
channels::Topic session_topic(const crypto::Sha256& token_hash);
channels::Topic account_topic(const AccountId& account);

/// How often a page's session is looked up although nothing was heard of it: it may have come to
/// its time, or another process (`latchkey user disable`) may have ended it.
inline constexpr milliseconds session_look_again{10'000};

/// A page is told `{"type":"watching"}` and, once, `{"type":"ended"}`: then its session is over,
/// for whatever reason, and its stream with it. What is rung says only "look"; the store says what
/// is so. Looking is no use of the session: a page that is left open does not keep it from being
/// idle. Each page costs a record and two topics, no coroutine and no timer. Thread-safe.
class SessionWatch final : public channels::Consumer {
 public:
    /// All must outlive it. `server` is asked for only while it runs.
    struct Parts {
        Sessions& sessions;
        channels::Topics& topics;
        Clock clock;
        std::function<net::Server&()> server;
    };
    explicit SessionWatch(Parts parts) : parts_(std::move(parts)) {}

    net::Upgrade accept(const net::Request& request) override;
    void connect(channels::Connection& connection, const net::Request& request) override;
    void receive(channels::Connection& connection, net::Message message) override;
    void disconnect(channels::Connection& connection, net::CloseCode code) noexcept override;
    void event(channels::Connection& connection, std::string_view event) override;
    void deadline(channels::Connection& connection) override;

 private:
    using Found = Result<std::optional<Session>>;
    void look(net::Socket& socket);
    Async<void> look_up(net::SocketId page, crypto::Sha256 token_hash);
    void on_look(net::Socket& socket, const Found& found);

    Parts parts_;
};

}  // namespace latchkey::identity
