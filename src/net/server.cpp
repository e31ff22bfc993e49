#include "net/server.hpp"

#include "net/listener.hpp"
#include "net/loop.hpp"
#include "ops/log.hpp"

#include <csignal>
#include <exception>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace latchkey::net {

class Server::Parts {
 public:
    Parts(ServerOptions options, const Router& router) : shared(std::move(options), router) {
        const ServerOptions& given = shared.options;
        if (given.tls) {
            shared.set_tls(
                std::make_shared<const TlsContext>(given.tls->certificate, given.tls->key)
            );
        }
        for (unsigned i = 0; i < std::max(1U, given.threads); ++i) {
            loops.push_back(std::make_unique<Loop>(shared, static_cast<std::uint8_t>(i)));
        }
        for (const Endpoint& endpoint : given.listen) open(endpoint);
    }
    ~Parts() { stop(); }

    void open(const Endpoint& endpoint) {
        const Bound bound_now = bind_endpoint(endpoint, static_cast<unsigned>(loops.size()));
        for (std::size_t i = 0; i < loops.size(); ++i) {
            // A Unix socket has one queue; every thread watches a descriptor of it.
            const int descriptor = i < bound_now.descriptors.size()
                                       ? bound_now.descriptors[i]
                                       : ::dup(bound_now.descriptors[0]);
            loops[i]->listen(descriptor, bound_now.tls, bound_now.unix_socket);
        }
        bound.push_back(bound_now.url);
    }

    void stop() {
        for (auto& loop : loops) loop->stop();
        for (std::thread& thread : threads) thread.join();
        threads.clear();
    }

    Shared shared;
    std::vector<std::unique_ptr<Loop>> loops;
    std::vector<std::thread> threads;
    std::vector<std::string> bound;
};

Server::Server(ServerOptions options, const Router& router)
    : parts_(std::make_unique<Parts>(std::move(options), router)) {}

Server::~Server() = default;

const std::vector<std::string>& Server::bound() const {
    return parts_->bound;
}

void Server::start() {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    for (auto& loop : parts_->loops) {
        parts_->threads.emplace_back([&loop = *loop] { loop.run(); });
    }
}

void Server::drain(std::function<void()> done) {
    auto left = std::make_shared<std::atomic<std::size_t>>(parts_->loops.size());
    for (auto& loop : parts_->loops) {
        loop->drain([left, done] {
            if (left->fetch_sub(1) == 1) done();
        });
    }
}

void Server::stop() {
    parts_->stop();
}

Result<void> Server::reload_tls() {
    const auto& files = parts_->shared.options.tls;
    if (!files) return {};
    try {
        parts_->shared.set_tls(std::make_shared<const TlsContext>(files->certificate, files->key));
        return {};
    } catch (const std::exception& error) {
        ops::log(
            ops::Level::error,
            "the TLS files are no good, the old ones stay in use",
            {{"cause", error.what()}}
        );
        return boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    }
}

void Server::look_at_clock() {
    for (auto& loop : parts_->loops) loop->look_at_clock();
}

void Server::with_socket(const SocketId& id, std::function<void(Socket*)> act) {
    parts_->loops.at(id.loop)->with_socket(id, std::move(act));
}

bool Server::look_at_socket(const SocketId& id, const std::function<void(Socket*)>& look) {
    return parts_->loops.at(id.loop)->look_at_socket(id, look);
}

unsigned Server::threads() const {
    return static_cast<unsigned>(parts_->loops.size());
}

boost::asio::io_context& Server::context(unsigned loop) {
    return parts_->loops.at(loop)->context();
}

Counts Server::counts() const {
    Counts sum;
    for (const auto& loop : parts_->loops) {
        const LoopCounts& one = loop->counts();
        sum.connections += one.connections;
        sum.sockets += one.sockets;
        sum.streams += one.streams;
        sum.polls += one.polls;
        sum.working += one.working;
        sum.accepted += one.accepted;
        sum.requests += one.requests;
        sum.handshakes += one.handshakes;
        sum.messages_in += one.messages_in;
        sum.messages_out += one.messages_out;
        sum.refused_limit += one.refused_limit;
        sum.protocol_errors += one.protocol_errors;
        for (std::size_t i = 0; i < one.responses_by_class.size(); ++i) {
            sum.responses_by_class[i] += one.responses_by_class[i];
        }
    }
    return sum;
}

Budget& Server::failures() {
    return parts_->shared.failures;
}

}  // namespace latchkey::net
