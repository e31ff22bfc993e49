/// A page of the front end that is filled in for each request, at marks which its template has.
#pragma once

#include "pages/assets.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::pages {

/// Cut once, filled in often. The asset's bytes must outlive it.
///
///     @@latchkey-when WORD WORD…@@ … @@latchkey-end@@   only when one of the words is asked for
///     @@latchkey-NAME@@                                 the value of that name
///
/// A value has letters, digits, blanks, `-` and `_`, so that it means nothing in HTML, not even in
/// an attribute; one with anything else in it is left out.
class MarkedPage {
 public:
    /// Throws `std::runtime_error` when a mark is not closed, is not one of `names`, or a name has
    /// no mark.
    MarkedPage(const Asset& asset, std::initializer_list<std::string_view> names);

    using Values = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    std::string filled(std::string_view word, Values values) const;
    std::string_view content_type() const { return content_type_; }

 private:
    /// A stretch of the template, or the place of a value.
    struct Piece {
        std::string_view when;  ///< words; empty: always
        std::string_view text;
        std::string_view name;  ///< empty: it is a stretch
    };
    std::vector<Piece> pieces_;
    std::string_view content_type_;
};

}  // namespace latchkey::pages
