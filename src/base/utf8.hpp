/// UTF-8 (RFC 3629), checked as it arrives.
#pragma once

#include <cstdint>
#include <string_view>

namespace latchkey {

/// Checks a text that comes in pieces and fails at the first byte that no continuation could mend
/// (RFC 6455 §8.1 wants text messages failed at once). Overlong forms, surrogates and values above
/// U+10FFFF are faults. 2 bytes of state.
class Utf8Checker {
 public:
    /// False from the first wrong byte on.
    bool feed(std::string_view piece);
    /// Whether the text could end here: no sequence is open.
    bool complete() const { return needed_ == 0; }

 private:
    std::uint8_t needed_ = 0;  ///< continuation bytes still to come; `failed` once wrong
    std::uint8_t bounds_ = 0;  ///< which range the next continuation byte must be in
};

/// Whether the whole text is UTF-8.
bool is_utf8(std::string_view text);

/// Whether a person's text can be shown and stored: UTF-8 without control characters.
bool is_printable(std::string_view text);

/// How many code points a valid UTF-8 text has.
std::size_t code_points(std::string_view text);

}  // namespace latchkey
