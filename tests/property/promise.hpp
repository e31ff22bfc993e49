/// What the design promises of one login, told once more and apart from the product's own moves:
/// what every call must answer, and what is stored then.
#pragma once

#include "login/login.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::test {

/// `ok`, or the name of the problem.
using Word = std::string;

struct Promise {
    enum class State : std::uint8_t {
        waiting,
        scanned,
        approved,
        denied,
        reported,
        cancelled,
        collected
    };

    Time created;
    Time expires_at;
    State state = State::waiting;
    std::optional<AccountId> account{};    ///< who scanned
    std::optional<std::uint8_t> number{};  ///< to be typed
    std::string session{};                 ///< the cookie it was collected as
    std::string key{};                     ///< under which it was collected; empty: none
    Time collected_at{};

    static Promise made_at(Time now) {
        const Time whole = std::chrono::floor<seconds>(now);
        return {.created = whole, .expires_at = whole + seconds(600)};
    }

    bool is_over(Time now) const { return now >= expires_at; }
    bool token_is_old(Time now) const { return now >= created + seconds(660); }

    Word scan(const AccountId& by, bool on_screen, Time now) const {
        if (now >= created + seconds(600)) return "code-expired";
        if (state != State::waiting) {
            if (account != by) return "already-scanned";
            if (state != State::scanned) return "already-decided";
        }
        return on_screen ? "ok" : "not-on-screen";
    }
    /// Whether that phone may decide now.
    Word decide(const AccountId& by, Time now) const {
        if (state == State::waiting) return "login-unknown";
        if (account != by) return "not-yours";
        if (state != State::scanned) return "already-decided";
        return is_over(now) ? "login-expired" : "ok";
    }
    Word approve(const AccountId& by, std::optional<std::uint8_t> typed, Time now) {
        const Word may = decide(by, now);
        if (may != "ok") return may;
        if (number && !typed) return "number-missing";
        if (number && *typed != *number) {
            state = State::denied;
            return "wrong-number";
        }
        state = State::approved;
        expires_at = std::max<Time>(expires_at, now + seconds(60));
        return "ok";
    }
    Word deny(const AccountId& by, Time now) {
        const Word may = decide(by, now);
        if (may == "ok") state = State::denied;
        return may;
    }
    Word report(const AccountId& by, Time now) {
        if (state == State::waiting) return "login-unknown";
        if (account != by) return "not-yours";
        const bool open = state == State::scanned || state == State::approved;
        if (open && !is_over(now)) state = State::reported;
        return "ok";
    }
    Word take_back(const AccountId& by, Time now) {
        if (state == State::waiting) return "login-unknown";
        if (account != by) return "not-yours";
        if (state == State::scanned) return "not-approved";
        if (state == State::approved && !is_over(now)) state = State::cancelled;
        return "ok";
    }
    Word cancel(bool own_cookie, Time now) {
        if (token_is_old(now)) return "token-invalid";
        if (!own_cookie) return "wrong-browser";
        if (state == State::waiting) return "ok";
        if (state != State::scanned) return "already-decided";
        if (is_over(now)) return "login-expired";
        state = State::cancelled;
        return "ok";
    }
    /// What the browser's own token and cookie get; `lives` is whether the session it was collected
    /// as still does.
    Word collect(const std::string& under, bool lives, Time now) {
        if (token_is_old(now)) return "token-invalid";
        if (state == State::collected) {
            const bool again = !under.empty() && under == key && lives;
            return again && now < collected_at + seconds(60) ? "ok" : "already-collected";
        }
        if (state == State::waiting) return is_over(now) ? "login-expired" : "not-approved";
        if (state != State::scanned && state != State::approved) return "already-decided";
        if (is_over(now)) return "login-expired";
        if (state == State::scanned) return "not-approved";
        state = State::collected;
        key = under;
        collected_at = now;
        return "ok";
    }

    /// The type of the frame that says how things stand; empty: the page is sent away.
    std::string frame(Time now) const {
        switch (state) {
            case State::waiting:
                return is_over(now) ? "expired" : "waiting";
            case State::scanned:
                return is_over(now) ? "expired" : "scanned";
            case State::approved:
                return is_over(now) ? "expired" : "approved";
            case State::collected:
                return {};
            default:
                return "denied";
        }
    }
    /// How the stored row calls it; nothing is stored of one that waits.
    std::optional<login::State> stored() const {
        switch (state) {
            case State::waiting:
                return std::nullopt;
            case State::scanned:
                return login::State::scanned;
            case State::approved:
                return login::State::approved;
            case State::denied:
                return login::State::denied;
            case State::reported:
                return login::State::reported;
            case State::cancelled:
                return login::State::cancelled;
            case State::collected:
                return login::State::collected;
        }
        return std::nullopt;
    }
};

}  // namespace latchkey::test
