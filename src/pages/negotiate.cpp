#include "pages/negotiate.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace latchkey::pages {
namespace {

constexpr int weight_max = 1000;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

/// What stands before the next `separator`, trimmed; takes it off `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
    const auto end = std::min(rest.find(separator), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return trimmed(part);
}

/// A weight (RFC 9110 §12.4.2) in thousandths: `1`, `0.5`, `0.123`.
std::optional<int> read_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * weight_max;
    int digit_worth = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        weight += (digit - '0') * digit_worth;
        digit_worth /= 10;
    }
    if (weight > weight_max) return std::nullopt;
    return weight;
}

/// Calls `see(word, weight)` for each element of a weighted list.
template <class See>
void each_weighted(std::string_view list, See see) {
    while (!list.empty()) {
        auto element = next_part(list, ',');
        const auto word = next_part(element, ';');
        std::optional<int> weight = weight_max;
        while (!element.empty()) {
            const auto parameter = next_part(element, ';');
            if (parameter.size() >= 2 && same_word(parameter.substr(0, 2), "q=")) {
                weight = read_weight(parameter.substr(2));
            }
        }
        if (!word.empty() && weight) see(word, *weight);
    }
}

/// The weight of the most specific of three ways to name a thing; nothing when none of them occurs.
struct Named {
    std::optional<int> exactly;
    std::optional<int> by_family;
    std::optional<int> by_star;

    int weight_or(int otherwise) const {
        return exactly.value_or(by_family.value_or(by_star.value_or(otherwise)));
    }
};

}  // namespace

Language choose_language(std::string_view cookie, std::string_view accept_language) {
    if (cookie == "en") return Language::en;
    if (cookie == "zh") return Language::zh;
    int best = 0;
    auto chosen = Language::en;
    each_weighted(accept_language, [&](std::string_view tag, int weight) {
        const auto primary = tag.substr(0, tag.find('-'));
        if (weight <= best) return;
        if (same_word(primary, "zh")) {
            chosen = Language::zh;
        } else if (same_word(primary, "en") || tag == "*") {
            chosen = Language::en;
        } else {
            return;
        }
        best = weight;
    });
    return chosen;
}

Coding choose_coding(std::string_view accept_encoding, bool has_brotli, bool has_gzip) {
    Named brotli, gzip, identity;
    each_weighted(accept_encoding, [&](std::string_view word, int weight) {
        if (same_word(word, "br")) brotli.exactly = weight;
        if (same_word(word, "gzip") || same_word(word, "x-gzip")) gzip.exactly = weight;
        if (same_word(word, "identity")) identity.exactly = weight;
        if (word == "*") brotli.by_star = gzip.by_star = identity.by_star = weight;
    });
    const int brotli_weight = has_brotli ? brotli.weight_or(0) : 0;
    const int gzip_weight = has_gzip ? gzip.weight_or(0) : 0;
    // Plain bytes are acceptable unless refused, but liked least when nothing was said about them.
    const int identity_weight = identity.weight_or(1);
    if (brotli_weight > 0 && brotli_weight >= std::max(gzip_weight, identity_weight)) {
        return Coding::brotli;
    }
    if (gzip_weight > 0 && gzip_weight >= identity_weight) return Coding::gzip;
    return Coding::identity;
}

bool prefers_json(std::string_view accept) {
    Named json, html;
    each_weighted(accept, [&](std::string_view type, int weight) {
        const bool is_json =
            same_word(type, "application/json") || same_word(type, "application/problem+json");
        if (is_json) json.exactly = std::max(json.exactly.value_or(0), weight);
        if (same_word(type, "text/html")) html.exactly = weight;
        if (same_word(type, "application/*")) json.by_family = weight;
        if (same_word(type, "text/*")) html.by_family = weight;
        if (type == "*/*") json.by_star = html.by_star = weight;
    });
    return json.weight_or(0) > html.weight_or(0);
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        auto one = next_part(if_none_match, ',');
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag) return true;
    }
    return false;
}

}  // namespace latchkey::pages
