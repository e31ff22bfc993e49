#include "net/listener.hpp"
#include "net/loop.hpp"

#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace latchkey::net {
namespace {

constexpr int accepts_at_once = 64;
constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: "
    "close\r\n\r\n";

IpAddress address_of(const sockaddr_storage& from) {
    IpAddress address;
    if (from.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
        address.bytes[10] = address.bytes[11] = std::byte{0xff};
        std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
    } else if (from.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
        std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    }
    return address;
}

}  // namespace

int Loop::open_reserve() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void Loop::listen(int descriptor, bool tls, bool unix_socket) {
    listeners_.push_back({descriptor, tls, unix_socket});
    if (!watch_listener(static_cast<std::uint32_t>(listeners_.size() - 1)))
        throw std::system_error(errno, std::generic_category(), "epoll_ctl on a listener");
}

bool Loop::watch_listener(std::uint32_t number) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    event.data.u64 = packed(listener_slot, number);
    const int descriptor = listeners_[number].descriptor;
    return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Loop::accept(const Listener& listener) {
    Accepted outcome = Accepted::one;
    for (int i = 0; i < accepts_at_once && outcome == Accepted::one; ++i)
        outcome = accept_one(listener);
    if (outcome == Accepted::stuck) pause_listening();
    reap();
}

Loop::Accepted Loop::accept_one(const Listener& listener) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int descriptor = ::accept4(
        listener.descriptor, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC
    );
    if (descriptor >= 0) {
        LoopCounts::add(counts_.accepted);
        admit(descriptor, listener, address_of(from));
        return Accepted::one;
    }
    if (errno == ECONNABORTED || errno == EINTR) return Accepted::one;
    if (errno == ENOBUFS || errno == ENOMEM) return Accepted::stuck;
    if (errno != EMFILE && errno != ENFILE) return Accepted::none;
    // No descriptor left: give up the reserve for the moment it takes to refuse.
    if (reserve_descriptor_ < 0) reserve_descriptor_ = open_reserve();
    if (reserve_descriptor_ < 0) return Accepted::stuck;
    ::close(reserve_descriptor_);
    const int refused =
        ::accept4(listener.descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    const bool taken = refused < 0 && (errno == EMFILE || errno == ENFILE);  // by another thread
    if (refused >= 0) refuse_connection(refused, listener);
    reserve_descriptor_ = open_reserve();
    if (taken) return Accepted::stuck;
    return refused >= 0 ? Accepted::one : Accepted::none;
}

/// Nobody can be let in, and nobody refused: a listener that is watched would wake us all the time.
void Loop::pause_listening() {
    for (const Listener& listener : listeners_)
        ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, listener.descriptor, nullptr);
    listen_by_ = now() + 1;
    arm(listen_by_);
}

void Loop::resume_listening() {
    listen_by_ = never;
    for (std::uint32_t i = 0; i < listeners_.size(); ++i) {
        if (!watch_listener(i)) {
            pause_listening();
            return;
        }
    }
}

/// Lets those in who are connected already as far as they can tell.
void Loop::stop_listening() {
    for (const Listener& listener : listeners_) {
        for (int i = 0; i < backlog && accept_one(listener) == Accepted::one; ++i) {
        }
        ::close(listener.descriptor);
    }
    listeners_.clear();
    listen_by_ = never;
}

/// Says why in one write, if the kernel takes it, and closes. What has arrived is read first, at
/// most once: closing over it would be a reset, in which our word could be lost. With TLS there is
/// nobody to say it to.
void Loop::refuse_connection(int descriptor, const Listener& listener) {
    LoopCounts::add(counts_.refused_limit);
    if (!listener.tls) {
        (void)!::recv(descriptor, scratch_.data(), scratch_.size(), MSG_DONTWAIT);
        (void)!::send(descriptor, too_many.data(), too_many.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    ::close(descriptor);
}

bool Loop::watch_connection(std::uint32_t slot, int operation) {
    const Record& record = slab_[slot];
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
    if (record.write_watched) event.events |= EPOLLOUT;
    event.data.u64 = packed(slot, record.generation);
    return ::epoll_ctl(epoll_.native_handle(), operation, record.descriptor, &event) == 0;
}

/// Who is next to us. Unspecified on a Unix socket.
IpAddress Loop::peer_of(int descriptor) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
    return address_of(peer);
}

void Loop::admit(int descriptor, const Listener& listener, const IpAddress& address) {
    const bool trusted = listener.unix_socket || contains(shared_.options.trusted_proxies, address);
    if (shared_.connections.fetch_add(1) >= limits_.connections_max) {
        shared_.connections.fetch_sub(1);
        refuse_connection(descriptor, listener);
        return;
    }
    const bool count = !trusted && limits_.rate_limits;
    if (count && !shared_.prefixes.add(address, limits_.connections_per_prefix_max)) {
        shared_.connections.fetch_sub(1);
        refuse_connection(descriptor, listener);
        return;
    }
    const std::uint32_t slot = slab_.take();
    Record& record = slab_[slot];
    record.descriptor = descriptor;
    record.address = address;
    record.trusted = trusted;
    record.counted = count;
    record.secure = listener.tls;
    record.phase = listener.tls ? Phase::tls : Phase::http;
    if (trusted && shared_.options.proxy_protocol) record.phase = Phase::proxy;
    LoopCounts::add(counts_.connections);

    // Hardly any connection is ever full, so only TLS, which writes when it likes, begins with
    // that.
    record.write_watched = listener.tls;
    if (!watch_connection(slot, EPOLL_CTL_ADD)) {
        doom(slot, CloseCode::abnormal);
        return;
    }
    set_deadline(slot, after(limits_.header_time_max));
    // A request that came with the connection need not wait for an event of its own. With TLS the
    // client is waited for, so that whoever is silent costs nothing but a record.
    if (listener.tls) return;
    record.readable = true;
    pump(slot);
}

}  // namespace latchkey::net
