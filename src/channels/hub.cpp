#include "channels/hub.hpp"

#include <utility>

namespace latchkey::channels {

std::string_view room_of(Errc) {
    return "channels";
}

std::string_view meaning(Errc value) {
    switch (value) {
        case Errc::gone:
            return "no connection has that name any more";
        case Errc::unreachable:
            return "the connection's node did not answer";
    }
    return "unknown";
}

void Consumer::drain(Connection& connection, milliseconds) {
    connection.socket().close(net::CloseCode::draining);
}

/// One path's consumer, as the server sees it.
class Hub::Path final : public net::SocketEndpoint {
 public:
    Path(Hub& hub, Consumer& consumer) : hub_(hub), consumer_(consumer) {}

    net::Upgrade on_upgrade(const net::Request& request) override {
        return consumer_.accept(request);
    }
    void on_open(net::Socket& socket, const net::Request& request) override {
        Connection connection = connect(socket);
        consumer_.connect(connection, request);
    }
    void on_message(net::Socket& socket, net::Message message) override {
        Connection connection = connect(socket);
        consumer_.receive(connection, message);
    }
    void on_deadline(net::Socket& socket) override {
        Connection connection = connect(socket);
        consumer_.deadline(connection);
    }
    void on_drain(net::Socket& socket, milliseconds within) override {
        Connection connection = connect(socket);
        consumer_.drain(connection, within);
    }
    void on_close(net::Socket& socket, net::CloseCode code) noexcept override {
        Connection connection = connect(socket);
        consumer_.disconnect(connection, code);
    }

    Consumer& consumer() { return consumer_; }
    Connection connect(net::Socket& socket) { return {socket, hub_.node_, hub_.topics_}; }

 private:
    Hub& hub_;
    Consumer& consumer_;
};

Hub::Hub(std::uint32_t node) : node_(node) {}
Hub::~Hub() = default;

void Hub::mount(net::Router& router, std::string_view path, Consumer& consumer, net::Wire wire) {
    paths_.push_back(std::make_unique<Path>(*this, consumer));
    router.socket(path, *paths_.back(), wire);
}

Async<Result<void>> Hub::with(Name to, Act act) {
    if (to.node != node_ || server_ == nullptr || to.place.loop >= server_->threads())
        co_return Errc::gone;
    std::function<void(Resume<bool>)> start = [this, to, act = std::move(act)](Resume<bool> resume
                                              ) {
        server_->with_socket(to.place, [to, act, resume](net::Socket* socket) {
            const bool found = socket != nullptr && socket->nonce() == to.nonce;
            resume(found && act(*socket));
        });
    };
    const bool done = co_await suspend<bool>(std::move(start));
    if (!done) co_return Errc::gone;
    co_return Result<void>{};
}

Async<Result<void>> Hub::send(Name to, std::string text) {
    Act act = [text = std::move(text)](net::Socket& socket) {
        socket.send_text(text);
        // This very text may have been too much for it. A long poll closes with it by right.
        return socket.wire() == net::Wire::answer || !socket.closing();
    };
    co_return co_await with(to, std::move(act));
}

Async<Result<void>> Hub::close(Name to, net::CloseCode code) {
    Act act = [code](net::Socket& socket) {
        socket.close(code);
        return true;
    };
    co_return co_await with(to, std::move(act));
}

void Hub::publish(Topic topic, std::string event) noexcept {
    visit(topic, [event = std::move(event)](Connection& connection) {
        static_cast<Path&>(connection.socket().endpoint()).consumer().event(connection, event);
    });
}

void Hub::visit(Topic topic, const std::function<void(Connection&)>& act) {
    if (server_ == nullptr) return;
    for (const net::SocketId& member : topics_.members(topic)) {
        server_->with_socket(member, [act](net::Socket* socket) {
            if (socket == nullptr) return;
            Connection connection = static_cast<Path&>(socket->endpoint()).connect(*socket);
            act(connection);
        });
    }
}

}  // namespace latchkey::channels
