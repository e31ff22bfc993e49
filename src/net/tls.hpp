/// TLS (OpenSSL) over sockets that do not block.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace latchkey::net {

/// How a read or write without waiting went.
struct Transfer {
    enum class Status : std::uint8_t { done, would_block, closed };
    Status status = Status::done;
    std::size_t bytes = 0;
};

/// Certificate and key, ready for connections. Immutable; shared by threads.
class TlsContext {
 public:
    /// Reads both PEM files; TLS 1.2 and 1.3. Throws `std::runtime_error` that names the file and
    /// the cause.
    TlsContext(const std::string& certificate_file, const std::string& key_file);
    ssl_ctx_st* native() const { return context_.get(); }

 private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

/// One connection's TLS. Not thread-safe. The descriptor stays the caller's. While idle it holds
/// OpenSSL's state but no buffers (SSL_MODE_RELEASE_BUFFERS).
class TlsStream {
 public:
    TlsStream(const TlsContext& context, int descriptor);

    /// Goes on with the handshake: done, would_block, or closed when it failed.
    Transfer handshake();
    bool ready() const { return ready_; }
    Transfer read(std::span<char> into);
    Transfer write(std::string_view bytes);
    /// Says goodbye (close_notify), once, without waiting.
    void shut_down();

 private:
    struct Free {
        void operator()(ssl_st* stream) const;
    };
    Transfer outcome(int result);
    std::unique_ptr<ssl_st, Free> stream_;
    bool ready_ = false;
    bool failed_ = false;
};

}  // namespace latchkey::net
