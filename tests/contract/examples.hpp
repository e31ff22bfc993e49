/// People, sessions and logins for tests.
#pragma once

#include "identity/ports.hpp"
#include "login/ports.hpp"

#include <chrono>
#include <string>

namespace latchkey {

inline const Time noon =
    Time(std::chrono::sys_days(std::chrono::year(2026) / 6 / 1)) + std::chrono::hours(12);

/// A value of which every byte is `fill`.
template <class T>
T filled(int fill) {
    T value;
    value.data.fill(static_cast<std::byte>(fill));
    return value;
}

inline LoginId login_id(Time created, int fill) {
    auto id = filled<LoginId>(fill);
    const auto created_s = std::chrono::floor<seconds>(created).time_since_epoch().count();
    put_big_endian<std::uint32_t>(id.span().first<4>(), static_cast<std::uint32_t>(created_s));
    return id;
}

inline identity::Account account_of(std::string name, int fill) {
    return {
        .id = filled<AccountId>(fill),
        .name = std::move(name),
        .password_hash = "hash " + std::to_string(fill),
        .disabled = false,
        .created_at = noon,
    };
}

inline const identity::Account ada = account_of("Ada", 1);
inline const identity::Account ben = account_of("Ben", 2);

inline identity::Session session_of(const identity::Account& account, int fill) {
    return {
        .id = filled<SessionId>(fill),
        .account = account.id,
        .token_hash = filled<crypto::Sha256>(fill),
        .kind = identity::SessionKind::password,
        .created_at = noon,
        .seen_at = noon,
        .expires_at = noon + identity::session_life,
        .browser = "Firefox",
        .system = "Linux",
        .address = "203.0.113.7",
        .approved_by = std::nullopt,
    };
}

inline identity::NewSession new_session(const identity::Account& account, int fill) {
    return {session_of(account, fill), account.password_hash, std::nullopt};
}

/// Ada's phone has scanned it.
inline login::Login scanned_login(int fill) {
    return {
        .id = login_id(noon, fill),
        .account = ada.id,
        .approver = filled<SessionId>(9),
        .scanned_at = noon,
        .decided_at = {},
        .expires_at = noon + login::login_life,
        .state = login::State::scanned,
    };
}

inline login::LoginStore::Change becomes(login::Login login) {
    return [login](const std::optional<login::Login>&) -> Result<login::Login> { return login; };
}

inline login::SessionGrant grant(int fill) {
    login::SessionGrant granted{
        .id = filled<SessionId>(fill),
        .token_hash = {},
        .created_at = noon,
        .expires_at = noon + identity::session_life,
        .browser = "Chrome",
        .system = "Windows",
        .address = "198.51.100.4",
    };
    granted.token_hash.data.fill(static_cast<std::byte>(fill));
    return granted;
}

inline const login::Asked asked{noon, "192.0.2.1"};

/// A browser that collects that session.
inline login::Collection as_session(int fill) {
    return {.session = grant(fill), .browser = filled<BrowserMark>(fill), .asked = asked};
}

}  // namespace latchkey
