/// Sending to connections by name and to whoever listens to a topic: the port behind which one
/// process, or many over a bus (PostgreSQL LISTEN/NOTIFY, NATS), stand alike.
#pragma once

#include "base/async.hpp"
#include "base/result.hpp"
#include "channels/name.hpp"
#include "channels/topics.hpp"

#include <functional>
#include <string>

namespace latchkey::channels {

enum class Errc {
    gone = 1,     ///< no connection has that name (any more)
    unreachable,  ///< its node did not answer
};
std::string_view room_of(Errc);
std::string_view meaning(Errc value);
inline ErrorCode make_error_code(Errc value) {
    return error_code_of(value);
}

/// Thread-safe. Implementations deliver at most once; order holds between one sender and one
/// connection.
class Layer {
 public:
    virtual ~Layer() = default;
    /// Sends a text message to one connection. Errors: `gone`, `unreachable`: never a silent loss.
    virtual Async<Result<void>> send(Name to, std::string text) = 0;
    /// Closes one connection. Errors as `send`.
    virtual Async<Result<void>> close(Name to, net::CloseCode code) = 0;
    /// Gives `event` to the consumer of every connection that joined the topic, on every node. A
    /// hint: at most once, never waits.
    virtual void publish(Topic topic, std::string event) noexcept = 0;
};

}  // namespace latchkey::channels

template <>
struct boost::system::is_error_code_enum<latchkey::channels::Errc> : std::true_type {};
