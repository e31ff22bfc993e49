#include "net/listener.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace latchkey::net {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr mode_t unix_socket_mode = 0660;
/// Ports of the kernel's choice that are tried.
constexpr int free_port_tries = 16;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address resolve(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) {
        throw std::runtime_error(
            "listen: \"" + text + "\" has no port; write HOST:PORT, as in 127.0.0.1:8080"
        );
    }
    std::string host = text.substr(0, colon);
    const std::string port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    if (host == "*" || host.empty()) host = "0.0.0.0";

    unsigned number = 0;
    const auto [end, error_of_port] =
        std::from_chars(port.data(), port.data() + port.size(), number);
    const bool whole = error_of_port == std::errc{} && end == port.data() + port.size();
    if (!whole || number > UINT16_MAX) {
        throw std::runtime_error("listen: \"" + text + "\" has no port between 0 and 65535");
    }

    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (error != 0) {
        throw std::runtime_error(
            "listen: \"" + text + "\" is no address: " + ::gai_strerror(error)
        );
    }
    Address address;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    address.size = found->ai_addrlen;
    ::freeaddrinfo(found);
    return address;
}

void set_option(int descriptor, int level, int option, int value) {
    if (::setsockopt(descriptor, level, option, &value, sizeof value) != 0)
        fail("setsockopt on a listener");
}

int open_tcp(Address& address, const std::string& text, bool shared) {
    const int descriptor =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("listen: " + text);
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (shared) set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);  // inherited by what is accepted
    if (address.storage.ss_family == AF_INET6) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (::bind(descriptor, address.raw(), address.size) != 0) {
        const int error = errno;
        ::close(descriptor);
        errno = error;
        fail("listen: " + text);
    }
    return descriptor;
}

void start_listening(int descriptor, const std::string& text) {
    if (::listen(descriptor, backlog) != 0) fail("listen: " + text);
}

std::string url_of(const Address& address, bool tls) {
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    ::getnameinfo(
        reinterpret_cast<const sockaddr*>(&address.storage),
        address.size,
        host,
        sizeof host,
        port,
        sizeof port,
        NI_NUMERICHOST | NI_NUMERICSERV
    );
    const bool v6 = address.storage.ss_family == AF_INET6;
    return std::string(tls ? "https://" : "http://") + (v6 ? "[" : "") + host + (v6 ? "]" : "") +
           ":" + port;
}

/// Closes what it holds, unless that is taken out in time.
struct Descriptors {
    Descriptors() = default;
    ~Descriptors() {
        for (const int descriptor : list) ::close(descriptor);
    }
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;

    std::vector<int> list;
};

Bound bind_tcp_once(const Endpoint& endpoint, unsigned threads) {
    Address address = resolve(endpoint.text);
    Descriptors open;
    // Threads share the address, so the kernel would let another process of ours share it as well.
    // The first socket does not share, which is how an address in use is found out.
    open.list.push_back(open_tcp(address, endpoint.text, false));
    if (::getsockname(open.list.front(), address.raw(), &address.size) != 0) fail("getsockname");
    if (threads > 1) {
        ::close(open.list.front());
        open.list.clear();
        for (unsigned i = 0; i < threads; ++i) {
            open.list.push_back(open_tcp(address, endpoint.text, true));
        }
    }
    for (const int descriptor : open.list) start_listening(descriptor, endpoint.text);
    return {std::exchange(open.list, {}), endpoint.tls, false, url_of(address, endpoint.tls)};
}

/// A port that the kernel chose is only sure to be ours once we listen on it; until then another
/// process may be given the same one. Then there is another to be had.
Bound bind_tcp(const Endpoint& endpoint, unsigned threads) {
    const bool any_port = endpoint.text.ends_with(":0");
    for (int left = any_port ? free_port_tries : 1;; --left) {
        try {
            return bind_tcp_once(endpoint, threads);
        } catch (const std::system_error& error) {
            if (left == 1 || error.code() != std::errc::address_in_use) throw;
        }
    }
}

Bound bind_unix(const Endpoint& endpoint) {
    const std::string path = endpoint.text.substr(unix_prefix.size());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        throw std::runtime_error(
            "listen: \"" + endpoint.text + "\": the path of a Unix socket has 1 to 107 bytes"
        );
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("listen: " + endpoint.text);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    // A socket file that nobody serves is left over from a crash; one that somebody serves is not
    // ours to take.
    if (::connect(descriptor, raw, sizeof address) == 0 || errno == EAGAIN) {
        ::close(descriptor);
        errno = EADDRINUSE;
        fail("listen: " + endpoint.text);
    }
    struct stat known{};
    if (::stat(path.c_str(), &known) == 0 && S_ISSOCK(known.st_mode)) ::unlink(path.c_str());
    if (::bind(descriptor, raw, sizeof address) != 0) fail("listen: " + endpoint.text);
    ::chmod(path.c_str(), unix_socket_mode);
    start_listening(descriptor, endpoint.text);
    return {{descriptor}, endpoint.tls, true, endpoint.text};
}

}  // namespace

Bound bind_endpoint(const Endpoint& endpoint, unsigned threads) {
    return endpoint.text.starts_with(unix_prefix) ? bind_unix(endpoint)
                                                  : bind_tcp(endpoint, threads);
}

}  // namespace latchkey::net
