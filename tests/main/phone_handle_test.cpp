/// The handle in the phone's page, from a whole server.

#include "main/key_ring.hpp"
#include "main/sealing_key.hpp"
#include "main/serving.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey {
namespace {

using test::Process;

/// What stands behind `mark`, up to `end`; empty when it is not there.
std::string behind(const std::string& text, const std::string& mark, char end) {
    const auto at = text.find(mark);
    if (at == std::string::npos) return {};
    const auto from = at + mark.size();
    return text.substr(from, text.find(end, from) - from);
}

class PhoneHandle : public test::Serving {
 protected:
    /// What the handle of a fresh code says, in the page that is served with this session cookie.
    Result<login::ScanHandle> served(unsigned port, const std::string& session) const {
        const std::string started = test::converse(
            port,
            "POST /qrcode/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
            "0\r\n\r\n"
        );
        const std::string page = test::converse(
            port,
            "GET /s/" + behind(started, R"("code":")", '"') +
                " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: latchkey_session=" +
                session + "\r\n\r\n"
        );
        const login::SealingKeys keys(ring_of(load_sealing_keys(data()).value()));
        const std::string mark = R"(name="latchkey-handle" content=")";
        return keys.open_handle(behind(page, mark, '"'), wall_clock_now());
    }
};

TEST_F(PhoneHandle, IsOfWhoeverIsSignedInAlsoWhenTheServerHasNotSeenThatSessionYet) {
    add_ada();
    std::string session;
    {
        Process latchkey(arguments());
        const unsigned port = test::port_of(latchkey.error_line());
        const std::string answer = test::sign_in(port, "Ada", "correct horse");
        session = behind(answer, "latchkey_session=", ';');
        ASSERT_FALSE(session.empty()) << answer;
    }
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());

    const auto own = served(port, session);
    ASSERT_TRUE(own);
    EXPECT_TRUE(own->account.has_value());
    session.front() = session.front() == 'A' ? 'B' : 'A';
    const auto anybodys = served(port, session);
    ASSERT_TRUE(anybodys);
    EXPECT_FALSE(anybodys->account.has_value());
}

}  // namespace
}  // namespace latchkey
