/// The HTTP calls of a login: the browser's and the phone's (`/v1/logins`, `/v1/scans`), those of a
/// client's backend, and the classic four. docs/protocol.md is their specification.
#pragma once

#include "login/answers.hpp"
#include "login/budgets.hpp"
#include "login/guesses.hpp"
#include "login/logins.hpp"
#include "login/ports.hpp"
#include "net/router.hpp"

#include <string>

namespace latchkey::login {

/// What all routes work with. What is referred to must outlive them.
struct RouteParts {
    Logins& logins;
    Clients& clients;
    const Guesses& guesses;
    Budgets& budgets;
    Authenticate authenticate;
    MintSession mint_session;
    SessionBegan session_began;
    ForgetSessions forget_sessions;
    ForgetSession forget_session;
    PasskeyServerOf passkey_server;
    PasskeysOf passkeys;
    CheckerOf checker;
    Clock clock;
    Random random;
    std::string client_name = "Latchkey";  ///< this installation, as the phone shows it
};

/// When and from where this was asked for.
Asked asked_by(const RouteParts& parts, const net::Request& request);
/// The problem of an error; a wrong code, token or cookie counts against the address that sent it,
/// and is 429 when that has sent too many. Whoever has the right ones is never kept waiting.
net::Response refusal(const RouteParts& parts, const net::Request& request, const ErrorCode& error);

/// How a browser collects.
struct Collecting {
    Owner browser;
    std::string redirect_to;
    std::string_view idempotency_key = {
    };  ///< empty: it collects once, whatever happens to the answer
};
/// A browser with a login of this installation itself: one of a client has that client's rules,
/// which the page that asks here does not know. Errors: `token_invalid`, `wrong_browser`.
Result<Owner> open_own(const RouteParts& parts, const Credentials& browser, Time now);
/// A browser collects a session: 200 with `redirect_to` and the session's cookie. The same browser
/// gets the same answer again under the same key within `collect_repeat_max`, while that session
/// lives. Errors: as `Logins::collect`. The arguments outlive the call.
Async<Result<net::Response>> collect_session(
    const RouteParts& parts, const net::Request& request, Collecting how
);
/// A browser collects a ticket for its application: 200 with `ticket`. Again under the same key as
/// above. Errors: also `ticket_needs_client`.
Async<Result<net::Response>> collect_ticket(
    const RouteParts& parts, const net::Request& request, Collecting how
);

/// The calls of the page that shows a code. Thread-safe; outlives the server.
class BrowserRoutes {
 public:
    explicit BrowserRoutes(RouteParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    Async<net::Response> start(net::Request request) const;
    Async<net::Response> collect(net::Request request) const;
    Async<Result<net::Response>> collected(const net::Request& request, Collecting how) const;
    Async<Result<net::Response>> collected_as_ticket(const net::Request& request, Collecting how)
        const;
    Async<net::Response> cancel(net::Request request) const;

    RouteParts parts_;
};

/// The calls of the phone. Thread-safe; outlives the server.
class PhoneRoutes {
 public:
    explicit PhoneRoutes(RouteParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    enum class Answer : std::uint8_t { approve, deny, report, take_back };
    Async<net::Response> scan(net::Request request) const;
    Async<net::Response> answer(net::Request request, Answer answer) const;
    Async<Result<net::Response>> decided(
        const net::Request& request, Answer answer, LoginId id, Phone phone
    ) const;
    Async<Result<net::Response>> approved(const net::Request& request, LoginId id, Phone phone)
        const;
    Async<Result<boost::json::object>> to_sign(const Logins::Scan& scan, const PasskeyServer& here)
        const;

    RouteParts parts_;
};

/// The calls of a client's own backend, with its API key. Thread-safe; outlives the server.
class ClientRoutes {
 public:
    explicit ClientRoutes(RouteParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    Async<net::Response> approve(net::Request request) const;
    Async<net::Response> redeem(net::Request request) const;

    RouteParts parts_;
};

/// Whose API key a request has, if it may ask now: else the answer to give. `Authorization: Bearer
/// lk_…` (RFC 6750 §2.1).
struct Backend {
    Clients::Found client{};  ///< null: `refusal` is the answer
    net::Response refusal{};
};
/// Whether a backend may name a user so: an id, and at most `subject_bytes_max` bytes each that can
/// be shown.
bool is_subject(const Subject& subject);
inline constexpr std::size_t subject_bytes_max = 255;
Async<Backend> backend_of(const RouteParts& parts, const net::Request& request);

/// The calls of the original tutorial, byte for byte, and the way by which its page becomes signed
/// in. Thread-safe; outlives the server.
class ClassicRoutes {
 public:
    explicit ClassicRoutes(RouteParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    net::Response start(const net::Request& request) const;
    Async<net::Response> poll(net::Request request) const;
    Async<net::Response> allow(net::Request request) const;
    Async<net::Response> vouch(const net::Request& request) const;
    Async<net::Response> enter(net::Request request) const;

    RouteParts parts_;
};

}  // namespace latchkey::login
