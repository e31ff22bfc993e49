#pragma once

#include "loop.hpp"

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace latchkey::bench {

/// Where the server listens: an IPv4 address and a port.
struct Target {
    sockaddr_in address{};
    std::string authority;  ///< "127.0.0.1:8080", for the Host header

    /// Reads "A.B.C.D:PORT". Throws std::invalid_argument.
    static Target parse(std::string_view text);
    /// Asks for it by that name from now on.
    void call(std::string_view name);
};

/// Gives out 127.0.0.2, 127.0.0.3 … 127.0.0.250 in turn as source addresses, so that neither the
/// 28,000 ports of one address nor its connections in TIME-WAIT bound a run.
class Sources {
 public:
    Sources() = default;
    /// Gives out that one alone.
    explicit Sources(in_addr only) : last_(ntohl(only.s_addr) & 0xffU), only_(true) {}

    [[nodiscard]] in_addr next();

 private:
    std::uint32_t last_ = 1;  ///< its last number
    bool only_ = false;
};

/// A TCP connection on a `Loop`. It may be closed and opened again any number of times.
/// What cannot be sent at once is kept and sent later; nothing bounds that, as this is a client.
class Stream : private Loop::Watcher {
 public:
    /// What its owner hears. Any of the calls may close or re-open the stream.
    class Owner {
     public:
        virtual void on_open() = 0;
        /// All bytes not taken so far. Returns how many of them are taken; the rest comes again
        /// with more behind it.
        virtual std::size_t on_bytes(std::string_view bytes) = 0;
        /// The peer ended it or it failed; the stream is closed already. `why` is for people.
        virtual void on_end(std::string_view why) = 0;

     protected:
        ~Owner() = default;
    };

    Stream(Loop& loop, Owner& owner) : loop_(loop), owner_(owner) {}
    ~Stream() override { close(); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Connects from `source`. The owner hears `on_open` or `on_end`, never before this returns.
    /// `receive_bytes` sets SO_RCVBUF unless 0. Throws std::system_error when the kernel gives no
    /// socket.
    void open(const Target& target, in_addr source, int receive_bytes = 0);
    /// Sends now or later. Nothing happens on a closed stream.
    void send(std::string_view bytes);
    /// Stops or resumes reading; a paused stream also does not notice that the peer has ended.
    void pause(bool paused);
    /// Closes without telling the owner. Harmless when closed.
    void close() noexcept;

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    /// Bytes that the kernel has not taken yet.
    [[nodiscard]] std::size_t unsent() const { return output_.size(); }

 private:
    void on_ready(std::uint32_t events) override;
    void read();
    void flush();
    void want();
    void end(std::string_view why);

    Loop& loop_;
    Owner& owner_;
    int descriptor_ = -1;
    std::uint32_t wanted_ = 0;
    std::uint32_t opened_ = 0;  // tells a re-opened stream from the one before
    bool connecting_ = false;
    bool paused_ = false;
    std::string input_;  // an incomplete message, empty nearly always
    std::string output_;
};

}  // namespace latchkey::bench
