/// A QR code (ISO/IEC 18004) as the outline of an SVG path.
#pragma once

#include <string>
#include <string_view>

namespace latchkey::pages {

/// Light modules that must stand around a QR code.
inline constexpr int quiet_zone = 4;
/// No link is longer: what a request calls its host may be.
inline constexpr std::size_t picture_characters_max = 300;

/// Lengths are modules, `side` with the quiet zone on both sides. The path has digits, blanks, `-`
/// and letters only.
struct QrPicture {
    int side = 0;  ///< 0: the text is too long
    std::string path{};
};

/// The smallest picture of `text`, at error correction M or what more fits into the same size.
/// Pure.
QrPicture draw_qr(std::string_view text);

}  // namespace latchkey::pages
