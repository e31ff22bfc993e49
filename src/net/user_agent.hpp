/// Which browser and system a request comes from, as words a person knows. Only a hint for people:
/// whoever sends the request chooses what it says, so nothing may be decided by it.
#pragma once

#include "net/http.hpp"

#include <cstdint>
#include <string_view>

namespace latchkey::net {

/// Names out of a fixed list (`Chrome`, `Windows`), never text of the request, so they are safe to
/// show and to store. Empty when unknown. The views live as long as the process.
struct UserAgent {
    std::string_view browser;
    std::string_view system;
    friend bool operator==(const UserAgent&, const UserAgent&) = default;
};

/// The same in two bytes, for what is kept by the thousand. Zero when unknown. Codes are good
/// within one run of one version only: never store them.
struct UserAgentCode {
    std::uint8_t browser = 0;
    std::uint8_t system = 0;
    friend bool operator==(const UserAgentCode&, const UserAgentCode&) = default;
};

/// Reads `Sec-CH-UA` and `Sec-CH-UA-Platform` where they are sent (secure pages of Chromium's kin),
/// else `User-Agent`, of which it reads the first `user_agent_bytes_max` bytes. Pure.
UserAgent user_agent(const Request& request);

/// Names that `user_agent` never gives become 0.
UserAgentCode code_of(const UserAgent& agent);
/// Codes that `code_of` never gives become an empty name.
UserAgent user_agent_of(UserAgentCode code);

inline constexpr std::size_t user_agent_bytes_max = 512;

}  // namespace latchkey::net
