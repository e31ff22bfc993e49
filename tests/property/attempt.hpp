/// A browser on its way to a session, as the interleavings see it: its page, and what it was told.
#pragma once

#include "login/client.hpp"
#include "property/promise.hpp"

#include <boost/json/parse.hpp>

#include <memory>
#include <optional>
#include <string>

namespace latchkey::test {

/// What an answer comes to.
inline Word word_of(const login::test::Reply& reply) {
    return reply.status < 300 ? "ok" : reply.problem();
}

/// What a frame tells. Empty for the end of a connection, also for the one that an event stream
/// spells out.
inline std::string type_of(const std::string& frame) {
    if (frame.empty()) return {};
    const auto value = boost::json::parse(frame);
    const auto* const type = value.as_object().if_contains("type");
    return type == nullptr ? std::string() : std::string(type->as_string());
}

/// A browser, its token of the moment, and what must be true of it.
struct Attempt {
    std::size_t browser = 0;
    std::string token{};
    LoginId id{};
    std::optional<Promise> promise{};
    std::unique_ptr<login::test::Page> page{};
    std::unique_ptr<login::test::Stream> stream{};
    std::string last_told{};  ///< empty: no page shows it

    void drop() {
        page.reset();
        stream.reset();
        last_told.clear();
    }
    std::string hear() const { return page ? page->hear() : stream->hear(); }
};

/// What came of an attempt.
struct Session {
    std::size_t browser;
    AccountId account;
    LoginId login;
    std::string cookie;
    bool lives = true;
};

}  // namespace latchkey::test
