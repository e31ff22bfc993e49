/// Joins consumers to the server, and is the layer of one process.
#pragma once

#include "channels/router.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::channels {

/// Owns what stands between the server's sockets and the consumers. Built before the server (its
/// routes are in the server's table), attached to it before the server starts, and outlives it. As
/// a layer it is thread-safe, delivers within this process, and keeps the order between one
/// sender's thread and one connection.
class Hub final : public Layer {
 public:
    /// `node` tells this process's names from other nodes'.
    explicit Hub(std::uint32_t node);
    ~Hub() override;
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Serves `path` by `consumer`, which must outlive the hub. A consumer may serve several paths,
    /// each by a wire of its own.
    void mount(
        net::Router& router,
        std::string_view path,
        Consumer& consumer,
        net::Wire wire = net::Wire::websocket
    );
    void attach(net::Server& server) { server_ = &server; }

    Async<Result<void>> send(Name to, std::string text) override;
    Async<Result<void>> close(Name to, net::CloseCode code) override;
    void publish(Topic topic, std::string event) noexcept override;

    /// Runs `act` with each connection that joined `topic`, on its own thread: for questions that
    /// are answered here. At most once each; those that are gone are passed over.
    void visit(Topic topic, const std::function<void(Connection&)>& act);
    Topics& topics() { return topics_; }

 private:
    class Path;
    using Act = std::function<bool(net::Socket&)>;  ///< false: the connection ended by it
    Async<Result<void>> with(Name to, Act act);

    std::uint32_t node_;
    Topics topics_;
    std::vector<std::unique_ptr<Path>> paths_;
    net::Server* server_ = nullptr;
};

}  // namespace latchkey::channels
