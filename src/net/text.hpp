/// Small things about the text of header fields.
#pragma once

#include <string_view>

namespace latchkey::net {

/// `text` without the optional whitespace around it (OWS, RFC 9110 §5.6.3). A view into the same
/// bytes.
inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace latchkey::net
