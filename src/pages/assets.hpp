/// The files of the front end, as the build put them into the binary (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace latchkey::pages {

/// One form of a file. Bytes and tag live as long as the process.
struct Body {
    std::string_view bytes;
    std::string_view
        etag;  ///< strong, with its quotes: from the file's SHA-256, and one for each coding

    bool there() const { return !etag.empty(); }
};

struct Asset {
    std::string_view path;  ///< `/assets/login.1a2b3c.js`, `/login.en.html`
    std::string_view content_type;
    Body raw;
    Body brotli;  ///< not there when it would not be smaller
    Body gzip;    ///< not there when it would not be smaller
};

/// What was embedded, sorted by path. Constant, so thread-safe.
std::span<const Asset> embedded_assets();

}  // namespace latchkey::pages
