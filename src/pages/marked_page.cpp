#include "pages/marked_page.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchkey::pages {
namespace {

constexpr std::string_view fence = "@@";
constexpr std::string_view prefix = "latchkey-";
constexpr std::string_view when_mark = "when ";
constexpr std::string_view end_mark = "end";

bool has_word(std::string_view words, std::string_view wanted) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (words.substr(0, end) == wanted) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

/// `value`, or nothing when it could mean something in HTML.
std::string_view harmless(std::string_view value) {
    constexpr std::string_view characters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ ";
    return value.find_first_not_of(characters) == std::string_view::npos ? value
                                                                         : std::string_view{};
}

}  // namespace

MarkedPage::MarkedPage(const Asset& asset, std::initializer_list<std::string_view> names)
    : content_type_(asset.content_type) {
    const auto refuse = [&](std::string_view mark) {
        throw std::runtime_error(
            std::string(asset.path) + " is wrong at its mark " + std::string(mark)
        );
    };
    std::string_view rest = asset.raw.bytes;
    std::string_view when;
    for (std::size_t open = rest.find(fence); open != std::string_view::npos;
         open = rest.find(fence)) {
        const std::size_t close = rest.find(fence, open + fence.size());
        if (close == std::string_view::npos) refuse(fence);
        std::string_view mark = rest.substr(open + fence.size(), close - open - fence.size());
        pieces_.push_back({when, rest.substr(0, open), {}});
        rest.remove_prefix(close + fence.size());
        if (!mark.starts_with(prefix)) refuse(mark);
        mark.remove_prefix(prefix.size());
        if (mark.starts_with(when_mark)) {
            if (!when.empty()) refuse(mark);
            when = mark.substr(when_mark.size());
        } else if (mark == end_mark) {
            if (when.empty()) refuse(mark);
            when = {};
        } else {
            if (std::ranges::find(names, mark) == names.end()) refuse(mark);
            pieces_.push_back({when, {}, mark});
        }
    }
    if (!when.empty()) refuse(when);
    pieces_.push_back({{}, rest, {}});
    for (const std::string_view name : names) {
        if (std::ranges::find(pieces_, name, &Piece::name) == pieces_.end()) refuse(name);
    }
}

std::string MarkedPage::filled(std::string_view word, Values values) const {
    std::string page;
    for (const Piece& piece : pieces_) {
        if (!piece.when.empty() && !has_word(piece.when, word)) continue;
        page += piece.text;
        for (const auto& [name, value] : values) {
            if (!name.empty() && name == piece.name) page += harmless(value);
        }
    }
    return page;
}

}  // namespace latchkey::pages
