/// What a browser would rather have: language, coding, media type, and whether it has it already.
/// Pure functions over header values; a broken element of a list counts as not there.
#pragma once

#include <cstdint>
#include <string_view>

namespace latchkey::pages {

enum class Language : std::uint8_t { en, zh };
enum class Coding : std::uint8_t { identity, brotli, gzip };

/// The person's own choice (the cookie `latchkey_lang`, `en` or `zh`) if there is one, else the
/// first of ours with the greatest weight in `Accept-Language` (RFC 9110 §12.5.4, by primary tag),
/// else English.
Language choose_language(std::string_view cookie, std::string_view accept_language);

/// The coding to send among identity and those that are there (RFC 9110 §12.5.3): the greatest
/// weight wins, brotli before gzip before identity where weights are equal. Never one that was
/// refused with `q=0`, unless all were: identity then. Without the header: identity.
Coding choose_coding(std::string_view accept_encoding, bool has_brotli, bool has_gzip);

/// Whether an `Accept` asks for JSON rather than for HTML (RFC 9110 §12.5.1).
bool prefers_json(std::string_view accept);

/// Whether `If-None-Match` (RFC 9110 §13.1.2, weak comparison) names `etag`, so that 304 is the
/// answer.
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace latchkey::pages
