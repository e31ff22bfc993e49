/// A client of plain blocking sockets: bytes out, bytes in, so that nothing of the server's own
/// code is on this side. Every wait has a generous end that fails the test instead of hanging it.
#pragma once

#include <openssl/ssl.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <ostream>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace latchkey::net::test {

inline constexpr int patience_ms = 100'000;

/// One answer of HTTP/1.1.
struct Answer {
    unsigned status = 0;
    std::string head;  ///< all of it, as it came
    std::string body;

    /// A header's value, `-` when there is none.
    std::string field(std::string_view name) const {
        const std::string wanted = "\r\n" + std::string(name) + ": ";
        const std::size_t at = head.find(wanted);
        if (at == std::string::npos) return "-";
        const std::size_t from = at + wanted.size();
        return head.substr(from, head.find("\r\n", from) - from);
    }
};

/// One frame as the server sent it.
struct ServerFrame {
    int opcode = -1;
    bool final = false;
    std::string payload;

    friend bool operator==(const ServerFrame&, const ServerFrame&) = default;
    friend std::ostream& operator<<(std::ostream& out, const ServerFrame& frame) {
        return out << "opcode " << frame.opcode << " [" << frame.payload.size() << "] \""
                   << frame.payload.substr(0, 40) << '"';
    }

    unsigned close_code() const {
        if (opcode != 8 || payload.size() < 2) return 0;
        return static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
               static_cast<unsigned char>(payload[1]);
    }
};

struct Connect {
    std::string from = {};         ///< the source address, IPv4
    int receive_buffer_bytes = 0;  ///< small, to be a slow reader
    bool v6 = false;               ///< to ::1 instead of 127.0.0.1
};

class RawClient {
 public:
    explicit RawClient(std::uint16_t port, const Connect& how = {})
        : descriptor_(::socket(how.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (how.receive_buffer_bytes > 0) {
            ::setsockopt(
                descriptor_, SOL_SOCKET, SO_RCVBUF, &how.receive_buffer_bytes, sizeof(int)
            );
        }
        const int yes = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (how.v6) {
            sockaddr_in6 address{};
            address.sin6_family = AF_INET6;
            address.sin6_port = htons(port);
            address.sin6_addr = in6addr_loopback;
            connect(reinterpret_cast<sockaddr*>(&address), sizeof address);
            return;
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        if (!how.from.empty()) {
            ::inet_pton(AF_INET, how.from.c_str(), &address.sin_addr);
            ::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        }
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connect(reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    explicit RawClient(const std::string& unix_path)
        : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
        connect(reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    ~RawClient() {
        if (tls_) SSL_free(tls_);
        if (context_) SSL_CTX_free(context_);
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    RawClient(RawClient&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)),
          context_(std::exchange(other.context_, nullptr)),
          tls_(std::exchange(other.tls_, nullptr)),
          input_(std::move(other.input_)) {}
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return connected_; }
    int descriptor() const { return descriptor_; }

    /// Speaks TLS from now on; false when the handshake fails. Certificates are not checked.
    bool start_tls(int version_max = TLS1_3_VERSION) {
        context_ = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_max_proto_version(context_, version_max);
        tls_ = SSL_new(context_);
        SSL_set_fd(tls_, descriptor_);
        const timeval patience{patience_ms / 1000, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        return SSL_connect(tls_) == 1;
    }
    SSL* tls() { return tls_; }

    /// False when the server takes no more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent =
                tls_ ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                     : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Sends nothing more; still reads.
    void finish() { ::shutdown(descriptor_, SHUT_WR); }
    /// Goes away as a pulled plug does: with a reset.
    void vanish() {
        const linger now{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ::close(std::exchange(descriptor_, -1));
    }

    /// The next answer. Interim answers (1xx but 101) count as answers. `status` 0: the server
    /// ended the connection instead.
    Answer answer(bool of_head_request = false) {
        Answer answer;
        while (input_.find("\r\n\r\n") == std::string::npos) {
            if (!receive()) return answer;
        }
        const std::size_t end = input_.find("\r\n\r\n");
        answer.head = input_.substr(0, end + 4);
        input_.erase(0, end + 4);
        answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
        const std::string length = answer.field("Content-Length");
        const std::size_t size = length == "-" || of_head_request ? 0 : std::stoul(length);
        while (input_.size() < size) {
            if (!receive()) break;
        }
        answer.body = input_.substr(0, size);
        input_.erase(0, answer.body.size());
        return answer;
    }
    Answer get(std::string_view target, std::string_view lines = {}) {
        send(
            "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n"
        );
        return answer();
    }

    /// The next chunk of an answer that goes on; empty for the last one, nothing when the server
    /// ended the connection instead.
    std::optional<std::string> chunk() {
        while (input_.find("\r\n") == std::string::npos) {
            if (!receive()) return std::nullopt;
        }
        const std::size_t head = input_.find("\r\n") + 2;
        const std::size_t size = std::stoul(input_, nullptr, 16);
        if (!fill(head + size + 2)) return std::nullopt;
        std::string bytes = input_.substr(head, size);
        input_.erase(0, head + size + 2);
        return bytes;
    }

    /// Whether nothing waits to be read.
    bool quiet() const {
        pollfd ready{descriptor_, POLLIN, 0};
        return input_.empty() && ::poll(&ready, 1, 0) == 0;
    }
    /// Takes and forgets everything up to the end of the connection.
    void drink() {
        while (receive()) input_.clear();
    }
    /// Everything up to the end of the connection.
    std::string rest() {
        while (receive()) {
        }
        return std::exchange(input_, {});
    }
    /// Whether the server ended the connection, without a further byte.
    bool ended() { return rest().empty(); }
    /// Whether that end was a reset, in which bytes may be lost.
    bool was_reset() const { return was_reset_; }

    static std::string handshake_request(
        std::string_view target = "/ws/", std::string_view lines = {}
    ) {
        return "GET " + std::string(target) +
               " HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               std::string(lines) + "\r\n";
    }
    Answer upgrade(std::string_view target = "/ws/", std::string_view lines = {}) {
        send(handshake_request(target, lines));
        return answer();
    }
    /// The next frame; opcode -1 when the server ended the connection instead.
    ServerFrame frame() {
        ServerFrame frame;
        if (!fill(2)) return frame;
        const auto byte = [this](std::size_t at) {
            return static_cast<std::uint64_t>(static_cast<unsigned char>(input_[at]));
        };
        std::uint64_t size = byte(1);
        std::size_t head = 2;
        const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (!fill(head + extra)) return frame;
        if (extra > 0) size = 0;
        for (std::size_t i = 0; i < extra; ++i) size = size << 8 | byte(head + i);
        head += extra;
        if (!fill(head + size)) return frame;
        frame.opcode = static_cast<int>(byte(0) & 0x0f);
        frame.final = (byte(0) & 0x80) != 0;
        frame.payload = input_.substr(head, size);
        input_.erase(0, head + size);
        return frame;
    }

    /// Reads once more; false at the end.
    bool receive() {
        char buffer[16 * 1024];
        ssize_t got = 0;
        if (tls_) {
            got = SSL_read(tls_, buffer, sizeof buffer);
        } else {
            pollfd ready{descriptor_, POLLIN, 0};
            if (::poll(&ready, 1, patience_ms) == 0) {
                throw std::runtime_error("the server says nothing");
            }
            got = ::recv(descriptor_, buffer, sizeof buffer, 0);
        }
        was_reset_ = got < 0 && errno == ECONNRESET;
        if (got <= 0) return false;
        input_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

 private:
    void connect(const sockaddr* address, socklen_t size) {
        connected_ = ::connect(descriptor_, address, size) == 0;
    }
    bool fill(std::size_t bytes) {
        while (input_.size() < bytes) {
            if (!receive()) return false;
        }
        return true;
    }

    int descriptor_;
    bool connected_ = false;
    bool was_reset_ = false;
    SSL_CTX* context_ = nullptr;
    SSL* tls_ = nullptr;
    std::string input_;
};

/// The descriptor that a server of this very process has for the client: IPv4 only.
inline std::optional<int> server_end_of(const RawClient& client) {
    constexpr int descriptors_max = 1024;
    const auto name_of = [](int descriptor, auto get) {
        sockaddr_in name{};
        socklen_t size = sizeof name;
        const bool known = get(descriptor, reinterpret_cast<sockaddr*>(&name), &size) == 0;
        return std::pair(known && name.sin_family == AF_INET ? name.sin_port : 0, size);
    };
    const auto ours = name_of(client.descriptor(), ::getsockname);
    for (int i = 0; i < descriptors_max; ++i) {
        if (i != client.descriptor() && name_of(i, ::getpeername) == ours) return i;
    }
    return std::nullopt;
}

}  // namespace latchkey::net::test
