/// Waking the browsers that watch a login.
#pragma once

#include "channels/layer.hpp"
#include "login/login.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::login {

/// Wakes the browsers that watch a login, on any node. A hint that says "look now", at most once,
/// unordered between nodes; what is true stands in the store. Thread-safe, never waits.
class Bell {
 public:
    virtual ~Bell() = default;
    /// `name` is what the browser may show of who scanned, for `State::scanned`.
    virtual void ring(const Login& login, std::string_view name) noexcept = 0;
    /// A login that was never stored was given up.
    virtual void ring_cancelled(const LoginId& login) noexcept = 0;
};

/// What is rung, as it goes over a layer: text, so that any bus can carry it.
struct Ring {
    LoginId login;
    State state = State::scanned;
    std::string detail{};  ///< scanned: the number to show; denied: why; else empty
    std::string name{};
    friend bool operator==(const Ring&, const Ring&) = default;
};
std::string to_event(const Ring& ring);
/// Nothing for anything else that comes over a bus.
std::optional<Ring> parse_event(std::string_view event);
/// What a change of a login says to those who watch it.
Ring ring_of(const Login& login, std::string_view name);

/// Where those who watch a login gather: its random bytes. Two logins on one topic only get each
/// other's hints.
channels::Topic topic_of(const LoginId& login);

/// Rings over a layer. `layer` must outlive it.
class LayerBell final : public Bell {
 public:
    explicit LayerBell(channels::Layer& layer) : layer_(layer) {}
    void ring(const Login& login, std::string_view name) noexcept override {
        layer_.publish(topic_of(login.id), to_event(ring_of(login, name)));
    }
    void ring_cancelled(const LoginId& login) noexcept override {
        layer_.publish(topic_of(login), to_event({.login = login, .state = State::cancelled}));
    }

 private:
    channels::Layer& layer_;
};

}  // namespace latchkey::login
