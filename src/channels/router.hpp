/// The three events of a connection (connect, receive, disconnect) to consumers by path.
#pragma once

#include "channels/layer.hpp"
#include "channels/topics.hpp"
#include "net/server.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace latchkey::channels {

/// A connection during one event, on its own thread.
class Connection {
 public:
    Connection(net::Socket& socket, std::uint32_t node, Topics& topics)
        : socket_(socket), node_(node), topics_(topics) {}

    Name name() const { return {node_, socket_.id(), socket_.nonce()}; }
    net::Socket& socket() { return socket_; }
    net::Wire wire() const { return socket_.wire(); }
    /// From now on `Consumer::event` gets what is published there. A connection may be in many
    /// topics; whoever joins must leave by `disconnect` at the latest.
    void join(Topic topic) { topics_.join(topic, socket_.id()); }
    void leave(Topic topic) { topics_.leave(topic, socket_.id()); }

 private:
    net::Socket& socket_;
    std::uint32_t node_;
    Topics& topics_;
};

/// Handles the connections of its paths, whatever their wires. Calls for one connection come one at
/// a time on its thread. What is said below of messages is of WebSockets; an event stream or a long
/// poll is only told (see `net::Socket`).
class Consumer {
 public:
    virtual ~Consumer() = default;
    /// Before anything is accepted: which subprotocol (of a WebSocket), or a refusal. No effects.
    virtual net::Upgrade accept(const net::Request& request) = 0;
    /// `websocket.connect`
    virtual void connect(Connection& connection, const net::Request& request) = 0;
    /// `websocket.receive`
    virtual void receive(Connection& connection, net::Message message) = 0;
    /// `websocket.disconnect`: the last call for that connection. Of a long poll also when it was
    /// answered; the browser's next one is another connection, of another name.
    virtual void disconnect(Connection& connection, net::CloseCode code) noexcept = 0;
    /// Something was published on a topic that it joined.
    virtual void event(Connection& connection, std::string_view event) = 0;
    /// The time asked for with `Socket::wake_after` has come.
    virtual void deadline(Connection& connection) = 0;
    /// The node drains: say goodbye, to come back within `within`.
    virtual void drain(Connection& connection, milliseconds within);
};

}  // namespace latchkey::channels
