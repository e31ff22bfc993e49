/// What a person at a terminal is shown and asked.
#pragma once

#include "base/address.hpp"
#include "base/secret.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey {

/// A QR code in half blocks, two modules high each, with its quiet zone of 4. With `colours` always
/// dark on white, so that it can be read on any terminal; without, the light modules are drawn, as
/// dark terminals need it. Throws `std::length_error` for a text that no QR code holds.
std::string qr_in_half_blocks(std::string_view text, bool colours);

/// One network interface of this machine and an address of it.
struct Interface {
    std::string name;
    IpAddress address;
};
/// Those that are up, IPv4 addresses first; loopback and link-local ones left out.
std::vector<Interface> interfaces_of_machine();

/// A place under which the server can be reached, and from where: `eth0`, or `this machine`.
struct Place {
    std::string from;
    std::string url;
    bool local = false;  ///< only from this machine
};
/// Of what was bound (URLs as `net::Server::bound` has them): one for each interface where it
/// listens on all.
std::vector<Place> places(
    const std::vector<std::string>& bound, const std::vector<Interface>& interfaces
);

/// Where a browser, and best one on another machine, reaches the server: `public_url` unless it is
/// empty. Nothing when it listens on Unix sockets alone.
std::optional<Place> best_place(const std::string& public_url, const std::vector<Place>& places);

/// A link, alone in its line, and its QR.
std::string shown_link(const std::string& link, bool colours);

struct Greeting {
    std::vector<Place> places;
    std::string public_url;  ///< empty: the first place that others reach, else the first at all
    Secret setup_token;      ///< empty: there are accounts, nothing to set up
    std::string data;        ///< absolute path
    bool colours = false;
};
/// The first run: what this is, the addresses, the one-time link and its QR (or what to do when no
/// browser could open one), where the data lies.
std::string greeting(const Greeting& shown);

/// Whether standard output is a terminal that wants colours (`NO_COLOR`, `TERM=dumb`).
bool terminal_has_colours();

/// A new password: one line of standard input with `from_stdin`, else asked for on the terminal,
/// without echo, twice. Throws `std::runtime_error` that says what would do (no terminal, two
/// different ones, empty or too long).
Secret ask_password(bool from_stdin);

}  // namespace latchkey
