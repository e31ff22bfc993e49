/// Signing in a browser that runs no script: its page asks again by itself, by loading once more,
/// and what it shows is settled here for each load.
#pragma once

#include "login/routes.hpp"

#include <string>
#include <string_view>

namespace latchkey::login {

/// How often the page loads again by itself.
inline constexpr seconds scriptless_reload{5};
/// A login that nobody has scanned is replaced when no more of its life is left than this: it is
/// the time to sign in on the phone, look at the screen and approve.
inline constexpr seconds scriptless_left_min{90};
/// No code that stands on a screen is too old to be scanned.
static_assert(scriptless_shown_max + scriptless_reload <= code_life);

/// What the page shows now.
struct ScriptlessView {
    /// `waiting`, `scanned`, `approved`, `declined`, `wrong-number`, `reported`, `over`, `busy` or
    /// `unavailable`.
    std::string_view screen = "waiting";
    std::string code{};    ///< waiting: to be drawn
    std::string number{};  ///< scanned: to be typed on the phone
    unsigned status = 200;
    std::string fields{};  ///< header lines of the answer: cookies, `Retry-After`
};

/// Its token is in a cookie that is sent to `/plain` alone. Thread-safe; outlives the server.
class ScriptlessRoutes {
 public:
    explicit ScriptlessRoutes(RouteParts parts) : parts_(std::move(parts)) {}
    /// `POST /plain`, the form by which the browser collects.
    void mount(net::Router& router);

    /// What `GET /plain` shows. Stores nothing; a new login is made, and counts against the budget
    /// of its address, only for a browser that has none under way. One that is under way is
    /// followed to its end, also by a phone that scanned one of its earlier codes and signs in
    /// meanwhile.
    Async<ScriptlessView> look(net::Request request) const;

 private:
    ScriptlessView fresh(const net::Request& request, Time now) const;
    Async<net::Response> collect(net::Request request) const;

    RouteParts parts_;
};

}  // namespace latchkey::login
