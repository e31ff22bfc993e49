#include "login/telling.hpp"

#include "login/messages.hpp"

#include <utility>

namespace latchkey::login {
namespace {

using net::CloseCode;
using Told = WatchNote::Told;

void tell_classic(net::Socket& socket, Standing standing, Told before) {
    switch (standing) {
        case Standing::waiting:
        case Standing::scanned:
            // The classic wire has no word for a scan: the page has its first answer, or gets it
            // now.
            if (before == Told::nothing) socket.send_text(frames::subscribed);
            return;
        case Standing::approved:
            socket.send_text(frames::succeeded);
            return;
        case Standing::collected:
            socket.send_text(frames::token_invalid);
            return end_watch(socket, CloseCode::consumed, "collected");
        case Standing::denied:
        case Standing::reported:
        case Standing::cancelled:
        case Standing::expired:
            if (before == Told::nothing) socket.send_text(frames::token_invalid);
            return end_watch(socket, CloseCode::expired, "make a new login");
    }
}

std::string frame_of(const Story& story, std::uint32_t seq) {
    switch (story.standing) {
        case Standing::waiting:
            return frames::waiting(seq, story.user_code);
        case Standing::scanned:
            return frames::scanned(seq, story.name, story.detail);
        case Standing::approved:
            return frames::plain("approved", seq);
        case Standing::denied:
            return frames::denied(seq, story.detail);
        case Standing::reported:
            return frames::denied(seq, "reported");
        case Standing::cancelled:
            return frames::denied(seq, "cancelled");
        default:
            return frames::plain("expired", seq);
    }
}

void tell_v1(net::Socket& socket, const Story& story) {
    if (story.standing == Standing::collected) {
        return end_watch(socket, CloseCode::consumed, "collected");
    }
    auto& note = socket.note<WatchNote>();
    socket.send_text(frame_of(story, ++note.seq));
    const bool over = note.told == Told::over && socket.wire() == net::Wire::events;
    if (over && !socket.closing()) socket.close(CloseCode::normal, "nothing more to say");
}

}  // namespace

Story story_of(const std::optional<Login>& login, const LoginId& id, std::string name, Time now) {
    Story story{.standing = standing(login, id, now), .name = std::move(name)};
    if (login) story.detail = ring_of(*login, {}).detail;
    return story;
}

Story story_of(Ring ring) {
    return {
        .standing = standing_of(ring.state),
        .detail = std::move(ring.detail),
        .name = std::move(ring.name),
    };
}

Told told_by(Standing standing) {
    switch (standing) {
        case Standing::waiting:
            return Told::waiting;
        case Standing::scanned:
            return Told::scanned;
        case Standing::approved:
            return Told::approved;
        default:
            return Told::over;
    }
}

Told told_by(std::string_view frame_type) {
    if (frame_type == "waiting") return Told::waiting;
    if (frame_type == "scanned") return Told::scanned;
    if (frame_type == "approved") return Told::approved;
    return Told::nothing;
}

void tell(net::Socket& socket, const Story& story) {
    auto& note = socket.note<WatchNote>();
    const Told before = note.told;
    const Told now = told_by(story.standing);
    if (now <= before) return;
    note.told = now;
    if (note.wire == WatchNote::Wire::classic) {
        tell_classic(socket, story.standing, before);
    } else {
        tell_v1(socket, story);
    }
}

void end_watch(net::Socket& socket, CloseCode code, std::string_view reason) {
    socket.note<WatchNote>().told = Told::over;
    socket.close(code, reason);
}

}  // namespace latchkey::login
