/// Names of connections.
#pragma once

#include "net/socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::channels {

/// The name of one connection: `latchkey.NODE!RANDOM`. Whoever has it may send to the connection,
/// so RANDOM holds 64 random bits beside the connection's place (which makes finding it an array
/// access, not a search).
struct Name {
    std::uint32_t node = 0;
    net::SocketId place;
    std::uint64_t nonce = 0;

    std::string text() const;
    /// Nothing for anything that is no name.
    static std::optional<Name> parse(std::string_view text);
    friend bool operator==(const Name&, const Name&) = default;
};

}  // namespace latchkey::channels
