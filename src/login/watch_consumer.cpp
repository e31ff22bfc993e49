#include "login/watch_consumer.hpp"

#include "login/answers.hpp"
#include "login/messages.hpp"
#include "login/telling.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

namespace latchkey::login {
namespace {

using net::CloseCode;
using Told = WatchNote::Told;
using Wire = WatchNote::Wire;

constexpr std::string_view v1 = "latchkey.v1";

/// Whether a comma-separated list of tokens has this one (RFC 9110 §5.6.1).
bool lists(std::string_view list, std::string_view wanted) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        std::string_view item = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        const std::size_t first = item.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        item = item.substr(first, item.find_last_not_of(" \t") - first + 1);
        if (item == wanted) return true;
    }
    return false;
}

void refuse_message(net::Socket& socket) {
    if (socket.note<WatchNote>().wire == Wire::classic) socket.send_text(frames::message_invalid);
    end_watch(socket, CloseCode::bad_message, "message invalid");
}

/// Whose address has used up its guesses is told to come back later, as by a 429.
void refuse_token(net::Socket& socket, const Guesses& guesses) {
    const bool classic = socket.note<WatchNote>().wire == Wire::classic;
    if (guesses.wrong(socket.address()).count() > 0) {
        if (classic) socket.send_text(frames::too_many_requests);
        return end_watch(socket, CloseCode::overloaded, "too many wrong tokens");
    }
    if (classic) socket.send_text(frames::token_invalid);
    end_watch(socket, CloseCode::bad_token, "token invalid");
}

/// What a page says: the classic `{"token":T}`, or `{"type":"watch","token":T}`, or
/// `{"type":"user_code"}`; nothing for any other message.
struct Said {
    std::optional<ShortText> token{};  ///< none: it asks for its user code
};
std::optional<Said> said_by(std::string_view message, Wire wire) {
    std::array members{Member{"token"}, Member{"type"}};
    const bool typed = wire == Wire::v1;
    if (!read_members(message, std::span(members).first(typed ? 2 : 1))) return std::nullopt;
    const auto type = members[1].value.view();
    if (typed && !members[0].present && type == "user_code") return Said{};
    if (!members[0].present || (typed && type != "watch")) return std::nullopt;
    return Said{members[0].value};
}

bool is_http(const net::Socket& socket) {
    return socket.wire() != net::Wire::websocket;
}

/// How long a long poll wants to wait at the most.
milliseconds wait_of(const net::Request& request, milliseconds most) {
    const auto text = request.query_parameter("wait_ms");
    std::int64_t wanted = most.count();
    if (text) std::from_chars(text->data(), text->data() + text->size(), wanted);
    return std::clamp(milliseconds(wanted), milliseconds(0), most);
}

milliseconds until(Time then, Time now) {
    return std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(then - now));
}

}  // namespace

WatchConsumer::WatchConsumer(Parts parts, WatchOptions options)
    : parts_(std::move(parts)),
      options_(options),
      hello_(frames::hello(options.heartbeat.count(), milliseconds(login_life).count())) {}

net::Upgrade WatchConsumer::accept(const net::Request& request) {
    if (!request.has_header("Sec-WebSocket-Version")) return accept_http(request);
    if (lists(request.header("Sec-WebSocket-Protocol"), v1)) return net::Accept{v1};
    if (options_.classic) return net::Accept{};
    return net::problem(
        400, "subprotocol-missing", "Ask for a subprotocol that is served", "latchkey.v1"
    );
}

/// An event stream or a long poll: the token comes with the request, so it is refused before
/// anything begins.
net::Upgrade WatchConsumer::accept_http(const net::Request& request) const {
    if (parts_.keys.open_token(bearer_token(request), parts_.clock())) return net::Accept{};
    const milliseconds wait = parts_.guesses.wrong(request.peer.address);
    return wait.count() > 0 ? too_many_guesses(wait) : problem_of(Errc::token_invalid);
}

void WatchConsumer::connect(channels::Connection& connection, const net::Request& request) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    note.agent = net::code_of(net::user_agent(request));
    if (is_http(socket)) return connect_http(connection, request);
    const bool newer = lists(request.header("Sec-WebSocket-Protocol"), v1);
    note.wire = newer ? Wire::v1 : Wire::classic;
    socket.send_text(newer ? std::string_view(hello_) : frames::connected);
    socket.wake_after(options_.first_message_time_max);
}

void WatchConsumer::connect_http(channels::Connection& connection, const net::Request& request) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    note.wire = Wire::v1;
    const auto token = parts_.keys.open_token(bearer_token(request), parts_.clock());
    if (!token) return refuse_token(socket, parts_.guesses);
    if (request.query_parameter("user_code") == "1") note.shows_user_code = 1;
    if (socket.wire() == net::Wire::events) {
        socket.send_text(hello_);
        return watch(connection, *token, Told::nothing);
    }
    socket.wake_after(wait_of(request, options_.poll_time_max));
    const auto seen = request.query_parameter("seen");
    watch(connection, *token, seen ? told_by(std::string_view(*seen)) : Told::nothing);
}

void WatchConsumer::receive(channels::Connection& connection, net::Message message) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    if (!message.text) return refuse_message(socket);
    const auto said = said_by(message.data, note.wire);
    if (!said) return refuse_message(socket);
    if (!said->token) return show_user_code(connection);

    const auto token = parts_.keys.open_token(said->token->view(), parts_.clock());
    if (!token) return refuse_token(socket, parts_.guesses);
    if (note.watches >= options_.watches_max) {
        return end_watch(socket, CloseCode::overloaded, "too many logins on one connection");
    }
    watch(connection, *token, Told::nothing);
}

/// From now on the login can be found by what the page shows to be typed.
void WatchConsumer::show_user_code(channels::Connection& connection) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    if (note.watching == 0 || note.told == Told::over) return refuse_message(socket);
    if (note.shows_user_code == 0) join_user_code(connection);
    socket.send_text(frames::user_code(++note.seq, to_text(UserCode{note.user_code})));
}

void WatchConsumer::join_user_code(channels::Connection& connection) {
    auto& note = connection.socket().note<WatchNote>();
    const UserCode code = parts_.keys.user_code(note.login);
    note.shows_user_code = 1;
    note.user_code = code.value & user_code_mask;
    connection.join(topic_of(code));
}

void WatchConsumer::leave(channels::Connection& connection) {
    const auto& note = connection.socket().note<WatchNote>();
    if (note.watching == 0) return;
    connection.leave(topic_of(note.login));
    if (note.shows_user_code != 0) connection.leave(topic_of(UserCode{note.user_code}));
}

void WatchConsumer::watch(channels::Connection& connection, const BrowserToken& token, Told told) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    if (note.watching == 0 || note.login != token.login) {
        const bool asked_for_code = note.watching == 0 && note.shows_user_code != 0;
        leave(connection);
        note.login = token.login;
        note.client = token.client & client_max;
        note.key_id = token.key_id & 0xfU;
        note.tag = token.tag;
        note.watching = 1;
        note.shows_user_code = 0;
        connection.join(topic_of(token.login));
        if (asked_for_code) join_user_code(connection);
    }
    note.told = told;
    ++note.watches;
    if (socket.wire() != net::Wire::answer) {
        socket.wake_after(until(expires_at(token.login), parts_.clock()));
    }
    look(socket);
}

void WatchConsumer::look(net::Socket& socket) {
    auto& note = socket.note<WatchNote>();
    if (parts_.store.surely_absent(note.login)) {
        return on_look(socket, {note.login, std::optional<Login>(), {}});
    }
    // One question at a time for each connection, however fast it asks.
    note.look_again = note.looking;
    if (note.looking != 0) return;
    note.looking = 1;
    boost::asio::co_spawn(
        parts_.server().context(socket.id().loop).get_executor(),
        look_up(socket.id(), note.login),
        boost::asio::detached
    );
}

Async<void> WatchConsumer::look_up(net::SocketId page, LoginId login) {
    auto look = std::make_shared<Look>(Look{login, co_await parts_.store.find(login), {}});
    if (look->found && *look->found && (*look->found)->state == State::scanned) {
        const Login& stored = **look->found;
        look->name = stored.subject.id.empty() ? co_await parts_.account_name(stored.account)
                                               : stored.subject.name;
    }
    parts_.server().with_socket(page, [this, look](net::Socket* socket) {
        if (socket == nullptr) return;
        socket->note<WatchNote>().looking = 0;
        on_look(*socket, *look);
    });
}

void WatchConsumer::on_look(net::Socket& socket, const Look& seen) {
    auto& note = socket.note<WatchNote>();
    if (socket.closing()) return;
    if (note.take_look_again() || note.login != seen.login) return look(socket);
    const bool is_poll = socket.wire() == net::Wire::answer;
    if (!seen.found) {
        // Nobody can say now whether it was approved, so nothing is said until somebody can.
        if (is_poll) return end_watch(socket, CloseCode::overloaded, "ask again");
        note.look_again = 1;
        socket.wake_after(options_.look_again_after);
        return;
    }
    const Time now = parts_.clock();
    Story story = story_of(*seen.found, seen.login, seen.name, now);
    if (note.shows_user_code != 0) {
        // The next poll is another connection, and joins the code of the key that seals by then.
        const UserCode joined{note.user_code};
        story.user_code = to_text(is_poll ? parts_.keys.user_code(note.login) : joined);
    }
    tell(socket, story);
    if (socket.closing() || is_poll) return;
    const bool over = note.told == Told::over;
    const Time end = *seen.found ? (*seen.found)->expires_at : expires_at(seen.login);
    socket.wake_after(over ? options_.idle_time_max : until_over(note, end, now));
}

milliseconds WatchConsumer::until_over(const WatchNote& note, Time end, Time now) const {
    return until(note.told == Told::scanned ? end + options_.decision_time_max : end, now);
}

void WatchConsumer::event(channels::Connection& connection, std::string_view event) {
    auto ring = parse_event(event);
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    const bool meant = ring && note.watching != 0 && note.login == ring->login;
    if (!meant || socket.closing()) return;
    tell(socket, story_of(std::move(*ring)));
    if (note.told == Told::over && !socket.closing()) socket.wake_after(options_.idle_time_max);
}

void WatchConsumer::deadline(channels::Connection& connection) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    if (note.watching == 0) return end_watch(socket, CloseCode::bad_message, "no token came");
    if (note.told == Told::over) return end_watch(socket, CloseCode::normal, "nothing to wait for");
    if (note.looking != 0) return socket.wake_after(options_.look_again_after);
    if (socket.wire() == net::Wire::answer) {
        // Its time is up: it is told how things stand, seen or not.
        note.told = Told::nothing;
        return look(socket);
    }
    // Nobody can approve what nobody has scanned; all else is known only to the store, which may
    // have been changed without a ring that came through.
    const Time now = parts_.clock();
    const Time end = expires_at(note.login);
    const bool still_open =
        now < end || (note.told == Told::scanned && now < end + options_.decision_time_max);
    if (still_open && !note.take_look_again() && note.told != Told::approved) {
        return socket.wake_after(until_over(note, end, now));
    }
    look(socket);
}

void WatchConsumer::drain(channels::Connection& connection, milliseconds within) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<WatchNote>();
    if (note.wire == Wire::v1 && !socket.closing()) {
        std::array<std::byte, 4> random{};
        parts_.random(random);
        const auto spread = static_cast<std::int64_t>(get_big_endian<std::uint32_t>(random));
        socket.send_text(frames::reconnect(++note.seq, spread % (within.count() + 1)));
    }
    socket.close(CloseCode::draining, "come back in a moment");
}

void WatchConsumer::disconnect(channels::Connection& connection, CloseCode) noexcept {
    leave(connection);
}

}  // namespace latchkey::login
