/// What a waiting page is told of its login, on each wire.
#pragma once

#include "login/bell.hpp"
#include "login/login.hpp"
#include "login/presence.hpp"
#include "net/socket.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::login {

/// How things stand, as a page may hear it.
struct Story {
    Standing standing = Standing::waiting;
    std::string detail{};     ///< scanned: the number to show, if any; denied: why
    std::string name{};       ///< of who scanned
    std::string user_code{};  ///< waiting: to be shown, if that was asked for
};
/// By what is stored; `name` is of its account.
Story story_of(const std::optional<Login>& login, const LoginId& id, std::string name, Time now);
/// By a ring.
Story story_of(Ring ring);

/// How far a page is that has been told that.
WatchNote::Told told_by(Standing standing);
/// The same by the word of its frame; nothing told for any other word.
WatchNote::Told told_by(std::string_view frame_type);

/// Tells the page, unless it knows as much already. A long poll is over then, and an event stream
/// when nothing can follow.
void tell(net::Socket& socket, const Story& story);
/// Ends a page's watching for good.
void end_watch(net::Socket& socket, net::CloseCode code, std::string_view reason);

}  // namespace latchkey::login
