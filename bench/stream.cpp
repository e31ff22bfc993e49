#include "stream.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace latchkey::bench {
namespace {

constexpr std::size_t read_bytes_max = 64UL * 1024;
constexpr std::uint32_t source_first = 2;
constexpr std::uint32_t source_last = 250;

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

void set_option(int fd, int level, int name, int value) {
    if (::setsockopt(fd, level, name, &value, sizeof value) != 0) {
        throw std::system_error(errno, std::generic_category(), "setsockopt");
    }
}

const sockaddr* as_sockaddr(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Target Target::parse(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) throw std::invalid_argument("server: want ADDRESS:PORT");
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
    Target target;
    target.address.sin_family = AF_INET;
    target.address.sin_port = htons(port);
    const std::string host(text.substr(0, colon));
    if (error != std::errc{} || rest != end || port == 0 ||
        ::inet_pton(AF_INET, host.c_str(), &target.address.sin_addr) != 1) {
        throw std::invalid_argument("server: want an IPv4 ADDRESS:PORT, got " + std::string(text));
    }
    target.authority = text;
    return target;
}

void Target::call(std::string_view name) {
    authority.replace(0, authority.rfind(':'), name);
}

in_addr Sources::next() {
    if (!only_) last_ = last_ >= source_last || last_ < source_first ? source_first : last_ + 1;
    return in_addr{htonl((127U << 24U) | last_)};
}

void Stream::open(const Target& target, in_addr source, int receive_bytes) {
    close();
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
    ++opened_;
    paused_ = false;
    set_option(descriptor_, IPPROTO_TCP, TCP_NODELAY, 1);
    if (receive_bytes > 0) set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, receive_bytes);

    // A source is chosen for loopback servers only; to others the kernel chooses.
    if (ntohl(target.address.sin_addr.s_addr) >> 24U == 127) {
        set_option(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        sockaddr_in from{};
        from.sin_family = AF_INET;
        from.sin_addr = source;
        if (::bind(descriptor_, as_sockaddr(from), sizeof from) != 0) {
            throw std::system_error(errno, std::generic_category(), "bind");
        }
    }
    const int made = ::connect(descriptor_, as_sockaddr(target.address), sizeof target.address);
    if (made != 0 && errno != EINPROGRESS) {
        throw std::system_error(errno, std::generic_category(), "connect");
    }
    connecting_ = true;
    wanted_ = EPOLLOUT;
    loop_.watch(descriptor_, wanted_, *this);
}

void Stream::send(std::string_view bytes) {
    if (!is_open()) return;
    if (connecting_ || !output_.empty()) {
        output_.append(bytes);
        return;
    }
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    // A failure here shows in the next read, where the owner can be told from a clean stack.
    const auto taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (taken == bytes.size()) return;
    output_.assign(bytes.substr(taken));
    want();
}

void Stream::pause(bool paused) {
    paused_ = paused;
    if (is_open() && !connecting_) want();
}

void Stream::close() noexcept {
    if (!is_open()) return;
    loop_.forget(descriptor_);
    ::close(descriptor_);
    descriptor_ = -1;
    connecting_ = false;
    input_.clear();
    output_.clear();
}

void Stream::on_ready(std::uint32_t events) {
    if (connecting_) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return end(std::generic_category().message(error));
        connecting_ = false;
        const auto mine = opened_;
        flush();
        if (!is_open() || opened_ != mine) return;
        want();
        return owner_.on_open();
    }
    const auto mine = opened_;
    if ((events & EPOLLOUT) != 0) flush();
    if (!is_open() || opened_ != mine) return;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

void Stream::read() {
    static thread_local std::array<char, read_bytes_max> buffer;
    const auto mine = opened_;
    const auto got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got < 0) {
        if (errno == EAGAIN || errno == EINTR) return;
        return end(std::generic_category().message(errno));
    }
    if (got == 0) return end("closed by the server");

    std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (input_.empty()) {
        const auto taken = owner_.on_bytes(bytes);
        if (is_open() && opened_ == mine) input_.assign(bytes.substr(taken));
        return;
    }
    std::string all = std::move(input_);
    input_.clear();
    all.append(bytes);
    const auto taken = owner_.on_bytes(all);
    if (is_open() && opened_ == mine) input_.assign(all, taken);
}

void Stream::flush() {
    while (!output_.empty()) {
        const auto sent = ::send(descriptor_, output_.data(), output_.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR) break;
            return end(std::generic_category().message(errno));
        }
        output_.erase(0, static_cast<std::size_t>(sent));
    }
    if (output_.empty()) output_.shrink_to_fit();
    want();
}

void Stream::want() {
    const std::uint32_t events =
        (paused_ ? 0U : std::uint32_t{EPOLLIN}) | (output_.empty() ? 0U : std::uint32_t{EPOLLOUT});
    if (events == wanted_) return;
    wanted_ = events;
    loop_.change(descriptor_, events);
}

void Stream::end(std::string_view why) {
    const std::string reason(why);
    close();
    owner_.on_end(reason);
}

}  // namespace latchkey::bench
