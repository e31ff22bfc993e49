/// The pages that wait: at `/ws/`, on the classic wire and on `latchkey.v1` alike, and where
/// WebSockets are blocked on an event stream or a long poll. A waiting page costs its record and
/// one entry of a topic, nothing else; whatever keeps it waiting shows that it is there.
///
/// A page is never left behind: it joins the topic of its login first and reads the stored state
/// after that, so an approval is either in what is read or is rung later. The states of one login
/// are told in their order, each at most once for one `watch`; one that a later one overtook is
/// left out.
#pragma once

#include "channels/router.hpp"
#include "login/bell.hpp"
#include "login/guesses.hpp"
#include "login/ports.hpp"
#include "login/presence.hpp"
#include "login/values.hpp"

#include <string>

namespace latchkey::login {

struct WatchOptions {
    bool classic = true;             ///< sockets without a subprotocol are served
    milliseconds heartbeat{30'000};  ///< as the server sends them; said in `hello`
    milliseconds first_message_time_max{30'000
    };  ///< from the handshake to the first token; beyond: closed
    milliseconds idle_time_max{600'000
    };  ///< from the end of a login to the next token; beyond: closed
    milliseconds look_again_after{2'000};  ///< when the store could not be read
    /// From the end of a scanned login to the look that tells so: an approval of its last moment is
    /// on disk by then.
    milliseconds decision_time_max{2'000};
    milliseconds poll_time_max{25'000};  ///< a long poll waits; shorter than proxies wait
    std::uint16_t watches_max = 1'000;   ///< of one connection; beyond: close 4201
};

class WatchConsumer final : public channels::Consumer {
 public:
    /// Whatever is given must outlive the server's threads.
    struct Parts {
        const SealingKeys& keys;
        LoginStore& store;
        const Guesses& guesses;
        AccountName account_name;
        Clock clock;
        Random random;
        RunningServer server;
    };
    WatchConsumer(Parts parts, WatchOptions options);

    /// 400 without a subprotocol that is served. An event stream or long poll has its token here:
    /// 401 for a wrong one, 429 when there were too many of them.
    net::Upgrade accept(const net::Request& request) override;
    void connect(channels::Connection& connection, const net::Request& request) override;
    void receive(channels::Connection& connection, net::Message message) override;
    void disconnect(channels::Connection& connection, net::CloseCode code) noexcept override;
    void event(channels::Connection& connection, std::string_view event) override;
    void deadline(channels::Connection& connection) override;
    void drain(channels::Connection& connection, milliseconds within) override;

 private:
    /// What the store said of a login.
    struct Look {
        LoginId login;
        Result<std::optional<Login>> found;
        std::string name;  ///< of the account, when it is scanned
    };
    net::Upgrade accept_http(const net::Request& request) const;
    void connect_http(channels::Connection& connection, const net::Request& request);
    void watch(channels::Connection& connection, const BrowserToken& token, WatchNote::Told told);
    void leave(channels::Connection& connection);
    void join_user_code(channels::Connection& connection);
    void show_user_code(channels::Connection& connection);
    void look(net::Socket& socket);
    Async<void> look_up(net::SocketId page, LoginId login);
    void on_look(net::Socket& socket, const Look& look);
    milliseconds until_over(const WatchNote& note, Time end, Time now) const;

    Parts parts_;
    WatchOptions options_;
    std::string hello_;
};

}  // namespace latchkey::login
