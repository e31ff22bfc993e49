#include "login/login.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace latchkey::login {

std::string_view room_of(Errc) {
    return "login";
}

std::string_view meaning(Errc value) {
    switch (value) {
        case Errc::code_unknown:
            return "This is not a code of this server.";
        case Errc::code_expired:
            return "This code is too old. Scan the one that is on the screen now.";
        case Errc::token_invalid:
            return "The token is wrong or too old. Start a new login.";
        case Errc::wrong_browser:
            return "Another browser started this login.";
        case Errc::login_unknown:
            return "Nobody has scanned this login.";
        case Errc::login_expired:
            return "The time of this login is over. Start a new one.";
        case Errc::already_scanned:
            return "This code has been used. Ask for a new one on the screen.";
        case Errc::already_decided:
            return "This login has been decided already.";
        case Errc::not_yours:
            return "This login is not yours to decide.";
        case Errc::number_missing:
            return "Type the number that the other screen shows.";
        case Errc::wrong_number:
            return "That was not the number on the other screen. The sign-in was declined.";
        case Errc::unknown_browser:
            return "This application only accepts browsers that you have used before.";
        case Errc::different_network:
            return "This application only accepts a browser in the same network as the phone.";
        case Errc::passkey_needed:
            return "This application only accepts a passkey. Add one to your account first.";
        case Errc::passkey_elsewhere:
            return "Your passkey does not work at this address. Open this server under its own "
                   "name.";
        case Errc::passkey_missing:
            return "Confirm with your passkey.";
        case Errc::passkey_refused:
            return "The passkey was not accepted.";
        case Errc::client_unknown:
            return "There is no such application here.";
        case Errc::redirect_not_registered:
            return "The application has not registered that address.";
        case Errc::ticket_only:
            return "This login is collected as a ticket. Ask for one.";
        case Errc::ticket_needs_client:
            return "Only the logins of an application have tickets.";
        case Errc::ticket_unknown:
            return "There is no such ticket, or it was used, or it is too old.";
        case Errc::not_approved:
            return "This login is not approved yet.";
        case Errc::already_collected:
            return "This login has signed in its browser already.";
        case Errc::approval_withdrawn:
            return "The phone that approved this login has been signed out since.";
        case Errc::not_on_screen:
            return "No page shows this code now.";
        case Errc::unavailable:
            return "The service is not available now. Try again in a moment.";
    }
    return "Unknown error.";
}

std::string_view to_string(State state) {
    switch (state) {
        case State::scanned:
            return "scanned";
        case State::approved:
            return "approved";
        case State::denied:
            return "denied";
        case State::collected:
            return "collected";
        case State::cancelled:
            return "cancelled";
        case State::reported:
            return "reported";
    }
    return "unknown";
}

std::string_view to_string(Confirm confirm) {
    switch (confirm) {
        case Confirm::tap:
            return "tap";
        case Confirm::number:
            return "number";
        case Confirm::passkey:
            return "passkey";
        case Confirm::passkey_and_number:
            return "passkey-and-number";
    }
    return "unknown";
}

bool wants_number(Confirm confirm) {
    return confirm == Confirm::number || confirm == Confirm::passkey_and_number;
}

bool wants_passkey(Confirm confirm) {
    return confirm == Confirm::passkey || confirm == Confirm::passkey_and_number;
}

std::string_view to_string(Denial denial) {
    switch (denial) {
        case Denial::none:
            return {};
        case Denial::declined:
            return "declined";
        case Denial::wrong_number:
            return "wrong-number";
    }
    return {};
}

std::uint8_t random_number(const Random& random) {
    // Of 65,536 values the last 36 would favour some numbers; those are drawn again.
    constexpr unsigned fair = 65'536 / numbers * numbers;
    for (;;) {
        std::array<std::byte, 2> bytes{};
        random(bytes);
        const unsigned drawn = get_big_endian<std::uint16_t>(std::span<const std::byte, 2>(bytes));
        if (drawn < fair) return static_cast<std::uint8_t>(drawn % numbers);
    }
}

std::string number_text(std::uint8_t number) {
    const auto digit = [](int value) { return static_cast<char>('0' + value); };
    return {digit(number / 10 % 10), digit(number % 10)};
}

std::optional<std::uint8_t> parse_number(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 2 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    return static_cast<std::uint8_t>((text[0] - '0') * 10 + (text[1] - '0'));
}

LoginId new_login_id(Time now, const Random& random) {
    auto id = random_bytes<LoginId>(random);
    const auto since_1970 = std::chrono::floor<seconds>(now).time_since_epoch();
    put_big_endian(id.span().first<4>(), static_cast<std::uint32_t>(since_1970.count()));
    return id;
}

Time created_at(const LoginId& id) {
    return Time(seconds(get_big_endian<std::uint32_t>(std::span(id.data).first<4>())));
}

Time expires_at(const LoginId& id) {
    return created_at(id) + login_life;
}

namespace {

/// Whether `by` may decide now, or why not.
Result<Login> decidable(const std::optional<Login>& seen, const Approver& by, Time now) {
    if (!seen) return Errc::login_unknown;
    if (seen->account != by.account) return Errc::not_yours;
    if (seen->state != State::scanned) return Errc::already_decided;
    if (now >= seen->expires_at) return Errc::login_expired;
    return *seen;
}

Login decided(Login login, State state, const Approver& by, Time now) {
    login.state = state;
    login.approver = by.session;
    login.decided_at = now;
    return login;
}

}  // namespace

Result<Login> scanned(
    const std::optional<Login>& seen, const Scanning& scan, const Approver& by, Time now
) {
    if (seen) {
        if (seen->account != by.account) return Errc::already_scanned;
        if (seen->state != State::scanned) return Errc::already_decided;
        if (now >= seen->expires_at) return Errc::login_expired;
        return *seen;
    }
    if (now >= expires_at(scan.id)) return Errc::login_expired;
    return Login{
        .id = scan.id,
        .client = scan.client,
        .account = by.account,
        .approver = by.session,
        .scanned_at = now,
        .expires_at = expires_at(scan.id),
        .confirm = scan.confirm,
        .number = wants_number(scan.confirm) ? scan.number : std::uint8_t{0},
        .shown = scan.shown,
        .subject = scan.subject,
        .nonce = wants_passkey(scan.confirm) ? std::optional(scan.nonce) : std::nullopt,
    };
}

Result<Login> approved(
    const std::optional<Login>& seen, const Approver& by, const Confirmation& with, Time now
) {
    auto login = decidable(seen, by, now);
    if (!login) return login;
    if (wants_number(login->confirm)) {
        if (!with.number) return Errc::number_missing;
        if (*with.number != login->number) {
            Login lost = decided(*login, State::denied, by, now);
            lost.denial = Denial::wrong_number;
            return lost;
        }
    }
    if (wants_passkey(login->confirm) && !with.signed_by_passkey) return Errc::passkey_missing;
    Login won = decided(*login, State::approved, by, now);
    won.expires_at = std::max<Time>(won.expires_at, now + collect_time_min);
    return won;
}

Result<Login> allowed(
    const std::optional<Login>& seen, const Scanning& scan, const Approver& by, Time now
) {
    auto login = scanned(seen, scan, by, now);
    if (!login) return login;
    return approved(*login, by, {}, now);
}

Result<Login> denied(const std::optional<Login>& seen, const Approver& by, Time now) {
    auto login = decidable(seen, by, now);
    if (!login) return login;
    Login lost = decided(*login, State::denied, by, now);
    lost.denial = Denial::declined;
    return lost;
}

Result<Login> reported(const std::optional<Login>& seen, const Approver& by, Time now) {
    if (!seen) return Errc::login_unknown;
    if (seen->account != by.account) return Errc::not_yours;
    const bool open = seen->state == State::scanned || seen->state == State::approved;
    return open && now < seen->expires_at ? decided(*seen, State::reported, by, now) : *seen;
}

Result<Login> taken_back(const std::optional<Login>& seen, const Approver& by, Time now) {
    if (!seen) return Errc::login_unknown;
    if (seen->account != by.account) return Errc::not_yours;
    if (seen->state == State::scanned) return Errc::not_approved;
    const bool open = seen->state == State::approved && now < seen->expires_at;
    return open ? decided(*seen, State::cancelled, by, now) : *seen;
}

Result<Login> collected(const std::optional<Login>& seen, const SessionId& session, Time now) {
    if (!seen) return Errc::not_approved;
    if (seen->state == State::collected) return Errc::already_collected;
    const bool open = seen->state == State::scanned || seen->state == State::approved;
    if (!open) return Errc::already_decided;
    if (now >= seen->expires_at) return Errc::login_expired;
    if (seen->state != State::approved) return Errc::not_approved;
    Login login = *seen;
    login.state = State::collected;
    login.session = session;
    return login;
}

Result<Login> cancelled(const std::optional<Login>& seen, Time now) {
    if (!seen) return Errc::login_unknown;
    if (seen->state != State::scanned) return Errc::already_decided;
    if (now >= seen->expires_at) return Errc::login_expired;
    Login login = *seen;
    login.state = State::cancelled;
    login.decided_at = now;
    return login;
}

Standing standing_of(State state) {
    switch (state) {
        case State::scanned:
            return Standing::scanned;
        case State::approved:
            return Standing::approved;
        case State::denied:
            return Standing::denied;
        case State::reported:
            return Standing::reported;
        case State::cancelled:
            return Standing::cancelled;
        case State::collected:
            return Standing::collected;
    }
    return Standing::expired;
}

Standing standing(const std::optional<Login>& seen, const LoginId& id, Time now) {
    if (!seen) return now < expires_at(id) ? Standing::waiting : Standing::expired;
    const bool open = seen->state == State::scanned || seen->state == State::approved;
    return open && now >= seen->expires_at ? Standing::expired : standing_of(seen->state);
}

}  // namespace latchkey::login
