/// Requests to handlers, by method and path.
#pragma once

#include "base/async.hpp"
#include "net/http.hpp"
#include "net/socket.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace latchkey::net {

/// Answers at once, on the connection's thread, without waiting for anything.
using Immediate = std::function<Response(const Request&)>;
/// Answers after waiting (for the store, for a password hash). Owns its request. A function object
/// that returns a coroutine of a named function; never itself a capturing coroutine lambda.
using Deferred = std::function<Async<Response>(Request)>;
using Handler = std::variant<Immediate, Deferred>;

/// Which of the two budgets of an address's prefix a request comes out of.
enum class Spends : std::uint8_t {
    request,  ///< the common one
    /// One of its own, as large: what ends something that is under way is served also when others
    /// of the same prefix have used up the common one.
    finish,
};

/// The table of routes. Built before the server starts and constant from then on, so reading it is
/// thread-safe. Patterns are literal paths in which a whole segment may be `{}`:
/// `/v1/scans/{}/approve`.
class Router {
 public:
    /// Throws `std::invalid_argument` for a pattern that is there already or has too many `{}`.
    void on(
        Method method, std::string_view pattern, Handler handler, Spends spends = Spends::request
    );
    /// Sockets of `wire` at `path`, by GET alone. `endpoint` must outlive the server.
    void socket(std::string_view path, SocketEndpoint& endpoint, Wire wire = Wire::websocket);
    /// What answers when no route does (404).
    void otherwise(Immediate handler) { otherwise_ = std::move(handler); }

    struct Match {
        const Handler* handler = nullptr;    ///< none: 404, or 405 when `allowed` is not empty
        SocketEndpoint* endpoint = nullptr;  ///< sockets are served here
        Wire wire = Wire::websocket;         ///< of them
        std::string allowed;                 ///< the methods that would do, as `Allow` has them
        Spends spends = Spends::request;
    };
    /// Finds the route and notes the parameters in the request. HEAD finds GET's.
    Match find(Request& request) const;
    Response not_found(const Request& request) const;

 private:
    struct Served {
        Method method;
        Handler handler;
        Spends spends;
    };
    struct Place {
        std::vector<Served> handlers;
        SocketEndpoint* endpoint = nullptr;
        Wire wire = Wire::websocket;
    };
    struct Pattern {
        std::vector<std::string> segments;  ///< empty: a parameter
        Place place;
    };
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    Place& place(std::string_view pattern);
    const Place* find_place(Request& request) const;

    std::unordered_map<std::string, Place, TextHash, std::equal_to<>> literal_;
    std::vector<std::unique_ptr<Pattern>> patterns_;
    Immediate otherwise_;
};

}  // namespace latchkey::net
