#include "login/presence.hpp"

#include "login/bell.hpp"
#include "login/first_yes.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace latchkey::login {
namespace {

using Answer = std::optional<Presence>;

Presence presence_in(const net::Socket& socket, const WatchNote& note) {
    return {
        .login = note.login,
        .address = socket.address(),
        .agent = net::user_agent_of(note.agent),
        .client = note.client,
        .key_id = static_cast<KeyId>(note.key_id),
        .tag = note.tag,
    };
}

using Fits = std::function<bool(const WatchNote&)>;

/// What a connection shows, if it is that. On its own thread.
Answer seen(net::Socket* socket, const Fits& fits) {
    const bool is_there = socket != nullptr && !socket->closing();
    if (!is_there || !fits(socket->note<WatchNote>())) return std::nullopt;
    return presence_in(*socket, socket->note<WatchNote>());
}

}  // namespace

Async<Answer> LocalPresences::shown(LoginId login) {
    Fits fits = [login](const WatchNote& note) { return note.shows(login); };
    return ask(topic_of(login), std::move(fits));
}

Async<Answer> LocalPresences::showing(UserCode code) {
    Fits fits = [code](const WatchNote& note) { return note.shows(code); };
    return ask(topic_of(code), std::move(fits));
}

Async<Answer> LocalPresences::ask(channels::Topic topic, Fits fits) {
    const std::vector<net::SocketId> members = topics_.members(topic);
    // Nearly always there is one, and often on this very thread.
    Answer found;
    const bool all_here = std::ranges::all_of(members, [&](const net::SocketId& member) {
        return server_().look_at_socket(member, [&](net::Socket* socket) {
            if (!found) found = seen(socket, fits);
        });
    });
    if (all_here || found) co_return found;

    std::function<void(Resume<Answer>)> ask_all = [this, &fits, &members](Resume<Answer> resume) {
        const auto answers =
            std::make_shared<FirstYes<Presence>>(members.size(), std::move(resume));
        for (const net::SocketId& member : members) {
            server_().with_socket(member, [answers, fits](net::Socket* socket) {
                answers->answer(seen(socket, fits));
            });
        }
    };
    co_return co_await suspend<Answer>(std::move(ask_all));
}

}  // namespace latchkey::login
