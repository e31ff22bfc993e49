#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace latchkey {
namespace {

constexpr std::uint8_t failed = 0xff;

struct Range {
    std::uint8_t low;
    std::uint8_t high;
};
enum Bounds : std::uint8_t { any, not_overlong_3, not_surrogate, not_overlong_4, not_beyond };
/// RFC 3629 §4: the first continuation byte after E0, ED, F0 and F4 is narrower.
constexpr std::array<Range, 5> ranges = {
    {{0x80, 0xbf}, {0xa0, 0xbf}, {0x80, 0x9f}, {0x90, 0xbf}, {0x80, 0x8f}}
};

}  // namespace

bool Utf8Checker::feed(std::string_view piece) {
    if (needed_ == failed) return false;
    for (const char c : piece) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (needed_ > 0) {
            const Range range = ranges[bounds_];
            bounds_ = any;
            if (byte < range.low || byte > range.high) {
                needed_ = failed;
                return false;
            }
            --needed_;
        } else if (byte >= 0x80) {
            if (byte >= 0xc2 && byte <= 0xdf) {
                needed_ = 1;
            } else if (byte >= 0xe0 && byte <= 0xef) {
                needed_ = 2;
                bounds_ = byte == 0xe0 ? not_overlong_3 : byte == 0xed ? not_surrogate : any;
            } else if (byte >= 0xf0 && byte <= 0xf4) {
                needed_ = 3;
                bounds_ = byte == 0xf0 ? not_overlong_4 : byte == 0xf4 ? not_beyond : any;
            } else {
                needed_ = failed;
                return false;
            }
        }
    }
    return true;
}

bool is_utf8(std::string_view text) {
    Utf8Checker checker;
    return checker.feed(text) && checker.complete();
}

bool is_printable(std::string_view text) {
    const bool controls = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (controls || !is_utf8(text)) return false;
    // U+0080 to U+009F are control characters, too.
    for (std::size_t at = text.find('\xc2'); at != std::string_view::npos;
         at = text.find('\xc2', at + 1)) {
        if (static_cast<unsigned char>(text[at + 1]) < 0xa0) return false;
    }
    return true;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

}  // namespace latchkey
