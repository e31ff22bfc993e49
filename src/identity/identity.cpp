#include "identity/identity.hpp"

#include "base/encoding.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace latchkey::identity {
namespace {

constexpr std::string_view ascii_blanks = " \t\r\n\v\f";

/// As many bytes of a hash tell invitations apart.
constexpr std::size_t invitation_id_bytes = 6;

/// In UTF-8. Spaces that are wider than nothing are for people to see; these are not.
constexpr std::array<std::string_view, 20> unseen = {
    "\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a",
    "\u202b", "\u202c", "\u202d", "\u202e", "\u2060", "\u2066", "\u2067",
    "\u2068", "\u2069", "\u2028", "\u2029", "\u061c", "\ufeff",
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(ascii_blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(ascii_blanks) - first + 1);
}

/// U+0080 to U+009F: control characters that take two bytes.
bool has_upper_controls(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto next = static_cast<unsigned char>(text[i + 1]);
        if (text[i] == '\xc2' && next >= 0x80 && next < 0xa0) return true;
    }
    return false;
}

}  // namespace

std::string_view room_of(Errc) {
    return "identity";
}

std::string_view meaning(Errc value) {
    switch (value) {
        case Errc::not_signed_in:
            return "nobody is signed in here";
        case Errc::wrong_credentials:
            return "the name or the password is wrong";
        case Errc::recovery_refused:
            return "the name or the recovery code is wrong, or the code was used";
        case Errc::name_taken:
            return "another account has this name";
        case Errc::invalid_name:
            return "a name has 1 to 64 characters that can be seen";
        case Errc::weak_password:
            return "a password has 8 to 1024 bytes";
        case Errc::account_unknown:
            return "there is no such account";
        case Errc::last_admin:
            return "nobody else administers; make another account an administrator first";
        case Errc::session_unknown:
            return "there is no such session, or it has ended";
        case Errc::sign_up_closed:
            return "an account is made here with an invitation only, or not at all; ask whoever "
                   "runs this site";
        case Errc::invitation_unknown:
            return "the link was used, has run out, or is not whole; ask for a new one";
        case Errc::passwords_off:
            return "no password opens an account here; use a passkey";
        case Errc::last_way_in:
            return "nothing else opens this account; add another way to sign in first";
        case Errc::challenge_expired:
            return "the challenge is too old or was used; ask for a new one";
        case Errc::passkey_unknown:
            return "there is no such passkey here";
        case Errc::passkey_refused:
            return "the passkey was not accepted";
        case Errc::passkey_known:
            return "this passkey is registered already";
        case Errc::too_many_passkeys:
            return "an account has at most 20 passkeys; remove one first";
        case Errc::invalid_passkey_name:
            return "a passkey's name has 1 to 64 characters that can be seen";
        case Errc::sign_in_again:
            return "this needs a session of the last 15 minutes that no phone let in; sign in "
                   "again";
        case Errc::passkeys_off:
            return "browsers offer passkeys only on pages with https that have a name, and on "
                   "localhost";
        case Errc::busy:
            return "too many passwords are being checked; try again in a moment";
        case Errc::unavailable:
            return "the database cannot be reached or written now";
    }
    return "unknown";
}

std::string_view to_string(Role role) {
    return role == Role::admin ? "admin" : "person";
}

std::optional<Role> parse_role(std::string_view text) {
    for (const Role role : {Role::person, Role::admin}) {
        if (text == to_string(role)) return role;
    }
    return std::nullopt;
}

std::string_view to_string(SessionKind kind) {
    switch (kind) {
        case SessionKind::password:
            return "password";
        case SessionKind::scan:
            return "scan";
        case SessionKind::setup:
            return "setup";
        case SessionKind::passkey:
            return "passkey";
        case SessionKind::recovery:
            return "recovery";
    }
    return "unknown";
}

std::optional<SignUp> parse_sign_up(std::string_view text) {
    for (const SignUp one : {SignUp::closed, SignUp::invite, SignUp::open}) {
        if (text == to_string(one)) return one;
    }
    return std::nullopt;
}

std::string_view to_string(SignUp sign_up) {
    switch (sign_up) {
        case SignUp::closed:
            return "closed";
        case SignUp::invite:
            return "invite";
        case SignUp::open:
            return "open";
    }
    return "closed";
}

std::string invitation_id(const crypto::Sha256& hash) {
    return hex(hash.view().first(invitation_id_bytes));
}

bool may_change_ways_in(const Session& session, Time now) {
    return session.kind != SessionKind::scan && now < session.created_at + fresh_session_max;
}

bool lives(const Session& session, Time now, seconds idle_max) {
    return now < session.expires_at && now < session.seen_at + idle_max;
}

Result<std::string> valid_name(std::string_view typed) {
    const std::string_view name = trimmed(typed);
    if (name.empty() || name.size() > name_characters_max * 4) return Errc::invalid_name;
    if (!is_printable(name) || has_upper_controls(name)) return Errc::invalid_name;
    if (code_points(name) > name_characters_max) return Errc::invalid_name;
    const bool tricky = std::ranges::any_of(unseen, [&](std::string_view mark) {
        return name.find(mark) != std::string_view::npos;
    });
    if (tricky) return Errc::invalid_name;
    return std::string(name);
}

std::string folded_name(std::string_view name) {
    std::string folded(name);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

Result<void> valid_password(const Secret& password) {
    const std::size_t bytes = password.reveal().size();
    if (bytes < password_bytes_min || bytes > password_bytes_max) return Errc::weak_password;
    return {};
}

}  // namespace latchkey::identity
