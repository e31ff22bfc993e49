#include "identity/session_watch.hpp"

#include "identity/answers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <memory>
#include <span>

namespace latchkey::identity {
namespace {

constexpr std::string_view watching = R"({"type":"watching"})";
constexpr std::string_view ended_message = R"({"type":"ended"})";

/// The lowest bits of a topic are for the note below.
constexpr std::uint64_t flag_bits = 0x7;
constexpr std::uint64_t joined = 0x1;   ///< the account's topic
constexpr std::uint64_t looking = 0x2;  ///< the store is being asked
constexpr std::uint64_t again = 0x4;    ///< something was heard meanwhile

/// What the record of such a page holds.
struct Note {
    crypto::Sha256 token_hash;
    std::uint64_t account_and_flags = 0;

    bool is(std::uint64_t flag) const { return (account_and_flags & flag) != 0; }
    void set(std::uint64_t flag) { account_and_flags |= flag; }
    void clear(std::uint64_t flag) { account_and_flags &= ~flag; }
    channels::Topic account() const { return account_and_flags & ~flag_bits; }
};
static_assert(sizeof(Note) <= net::note_bytes);

template <class Id>
channels::Topic topic_in(const Id& id) {
    return get_big_endian<channels::Topic>(std::span(id.data).template first<8>()) & ~flag_bits;
}

}  // namespace

channels::Topic session_topic(const crypto::Sha256& token_hash) {
    return topic_in(token_hash);
}

channels::Topic account_topic(const AccountId& account) {
    return topic_in(account);
}

net::Upgrade SessionWatch::accept(const net::Request& request) {
    if (token_hash_of(session_cookie_of(request))) return net::Accept{};
    return problem_of(Errc::not_signed_in);
}

/// It joins first and looks then, so that nothing is missed between the two.
void SessionWatch::connect(channels::Connection& connection, const net::Request& request) {
    net::Socket& socket = connection.socket();
    auto& note = socket.note<Note>();
    note.token_hash = token_hash_of(session_cookie_of(request)).value_or(crypto::Sha256{});
    connection.join(session_topic(note.token_hash));
    socket.send_text(watching);
    look(socket);
}

void SessionWatch::receive(channels::Connection& connection, net::Message) {
    connection.socket().close(net::CloseCode::bad_message, "nothing is to be said here");
}

void SessionWatch::disconnect(channels::Connection& connection, net::CloseCode) noexcept {
    const auto& note = connection.socket().note<Note>();
    connection.leave(session_topic(note.token_hash));
    if (note.is(joined)) connection.leave(note.account());
}

void SessionWatch::event(channels::Connection& connection, std::string_view) {
    look(connection.socket());
}

void SessionWatch::deadline(channels::Connection& connection) {
    look(connection.socket());
}

/// One question at a time for each page, however much is heard.
void SessionWatch::look(net::Socket& socket) {
    auto& note = socket.note<Note>();
    if (note.is(looking)) return note.set(again);
    note.set(looking);
    boost::asio::co_spawn(
        parts_.server().context(socket.id().loop).get_executor(),
        look_up(socket.id(), note.token_hash),
        boost::asio::detached
    );
}

Async<void> SessionWatch::look_up(net::SocketId page, crypto::Sha256 token_hash) {
    const auto found = std::make_shared<const Found>(
        co_await parts_.sessions.still_there(token_hash, parts_.clock())
    );
    parts_.server().with_socket(page, [this, found](net::Socket* socket) {
        if (socket != nullptr && !socket->closing()) on_look(*socket, *found);
    });
}

void SessionWatch::on_look(net::Socket& socket, const Found& found) {
    auto& note = socket.note<Note>();
    note.clear(looking);
    if (found && !*found) {
        socket.send_text(ended_message);
        return socket.close(net::CloseCode::normal, "the session has ended");
    }
    bool look_on = note.is(again);
    note.clear(again);
    if (found && !note.is(joined)) {
        note.account_and_flags |= account_topic((*found)->account);
        note.set(joined);
        parts_.topics.join(note.account(), socket.id());
        // What ended before that was rung to nobody.
        look_on = true;
    }
    if (look_on) return look(socket);
    socket.wake_after(session_look_again);
}

}  // namespace latchkey::identity
