#include "login/values.hpp"

#include "base/encoding.hpp"
#include "crypto/random.hpp"
#include "login/examples.hpp"
#include "login/sealed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

const SealingKeys keys(sealing_key(1));
const LoginId id = login_made_at(noon);
const auto cookie = bytes_full_of<BrowserCookie>(0x11);
const auto other_cookie = bytes_full_of<BrowserCookie>(0x12);

TEST(Token, OpensToItsLoginAndItsBrowser) {
    const auto token = keys.open_token(keys.seal_token(id, 42, cookie), noon + 1s).value();

    EXPECT_EQ(token.login, id);
    EXPECT_EQ(token.client, 42U);
    EXPECT_EQ(token.key_id, 0);
    EXPECT_TRUE(keys.made_by(token, cookie));
    EXPECT_FALSE(keys.made_by(token, other_cookie));
    EXPECT_FALSE(keys.made_by(token, BrowserCookie{}));
}

TEST(Token, CarriesTheLargestClient) {
    const auto token = keys.open_token(keys.seal_token(id, client_max, cookie), noon).value();

    EXPECT_EQ(token.client, client_max);
    EXPECT_EQ(token.key_id, 0);
}

/// What is stored of a login and of a browser is enough to say whether they belong together.
TEST(Token, IsOfTheBrowserWhoseMarkIsKnown) {
    const auto token = keys.open_token(keys.seal_token(id, 0, cookie), noon).value();
    const LoginId another = login_made_at(noon, 2);

    EXPECT_TRUE(keys.is_of(token.login, token.key_id, token.tag, mark_of(cookie)));
    EXPECT_FALSE(keys.is_of(token.login, token.key_id, token.tag, mark_of(other_cookie)));
    EXPECT_FALSE(keys.is_of(token.login, token.key_id, token.tag, BrowserMark{}));
    EXPECT_FALSE(keys.is_of(another, token.key_id, token.tag, mark_of(cookie)));
    EXPECT_FALSE(keys.is_of(token.login, 1, token.tag, mark_of(cookie))) << "no such key";
    EXPECT_FALSE(keys.is_of(token.login, 255, token.tag, mark_of(cookie)));
    for (std::size_t byte = 0; byte < BrowserTag::size; ++byte) {
        BrowserTag tag = token.tag;
        tag.data.at(byte) ^= std::byte{1};
        EXPECT_FALSE(keys.is_of(token.login, token.key_id, tag, mark_of(cookie))) << byte;
    }
}

/// Whoever reads the database must not be able to pass for a browser.
TEST(BrowserMark, IsNotItsCookie) {
    EXPECT_NE(mark_of(cookie).data, cookie.data);
    EXPECT_NE(mark_of(cookie), mark_of(other_cookie));
    EXPECT_EQ(mark_of(cookie), mark_of(cookie));
}

TEST(Token, OpensUntilALateApprovalIsCollected) {
    const std::string token = keys.seal_token(id, 0, cookie);

    EXPECT_TRUE(keys.open_token(token, noon + 660s - 1ms));
    EXPECT_EQ(keys.open_token(token, noon + 660s).error(), Errc::token_invalid);
    EXPECT_TRUE(keys.open_token(token, noon - clock_skew_max));
    EXPECT_EQ(keys.open_token(token, noon - clock_skew_max - 1ms).error(), Errc::token_invalid);
}

TEST(Token, FailsWithAnyBitFlipped) {
    const auto sealed = from_base64url(keys.seal_token(id, 0, cookie)).value();
    for_each_flipped_bit(sealed, [](const auto& forged, std::size_t bit) {
        EXPECT_EQ(keys.open_token(base64url(forged), noon).error(), Errc::token_invalid) << bit;
    });
}

TEST(Token, HasOneTextOnly) {
    std::string token = keys.seal_token(id, 0, cookie);
    // 40 bytes leave 4 unused bits in the last character.
    token.back() = token.back() == 'B' ? 'C' : 'B';

    EXPECT_EQ(keys.open_token(token, noon).error(), Errc::token_invalid);
}

TEST(Token, OfAnyOtherLengthIsInvalid) {
    const std::string token = keys.seal_token(id, 0, cookie);
    for (std::size_t size = 0; size < token.size(); ++size) {
        EXPECT_EQ(keys.open_token(token.substr(0, size), noon).error(), Errc::token_invalid);
    }
    EXPECT_EQ(keys.open_token(token + "A", noon).error(), Errc::token_invalid);
}

TEST(Token, SealedByAnotherKeyIsInvalid) {
    const SealingKeys others(sealing_key(2));

    EXPECT_EQ(keys.open_token(others.seal_token(id, 0, cookie), noon).error(), Errc::token_invalid);
}

TEST(Token, OfOneBrowserDoesNotShowThatAnotherIsOfTheSame) {
    const auto one = keys.open_token(keys.seal_token(id, 0, cookie), noon).value();
    const auto two =
        keys.open_token(keys.seal_token(login_made_at(noon, 2), 0, cookie), noon).value();

    EXPECT_NE(one.tag, two.tag);
}

/// One purpose's MAC must be worth nothing for another.
TEST(SealedValues, OfOneKindNeverPassForAnother) {
    const std::string code = keys.seal_code(id, 0);
    const std::string token = keys.seal_token(id, client_max, cookie);
    const std::string handle =
        keys.seal_handle({id, CodeKind::moving, std::nullopt}, noon, crypto::system_random);

    for (const std::string& other : {token, handle}) {
        EXPECT_EQ(keys.open_code(other, noon).error(), Errc::code_unknown);
    }
    for (const std::string& other : {code, handle}) {
        EXPECT_EQ(keys.open_token(other, noon).error(), Errc::token_invalid);
    }
    for (const std::string& other : {code, token}) {
        EXPECT_EQ(keys.open_handle(other, noon).error(), Errc::code_unknown);
    }

    const auto token_bytes = from_base64url(token).value();
    for (const std::uint16_t step : {std::uint16_t{0}, static_step}) {
        auto with_the_tokens_mac = from_base32(keys.seal_code(id, step)).value();
        std::copy_n(token_bytes.begin() + 24, 8, with_the_tokens_mac.begin() + 14);
        EXPECT_EQ(keys.open_code(base32(with_the_tokens_mac), noon).error(), Errc::code_unknown);
    }
}

/// The MAC of a code that moves is none of one that does not, whatever its step says.
TEST(SealedValues, OfACodeNeverPassForOneOfAnotherKind) {
    const auto moving = from_base32(keys.seal_code(id, 0)).value();
    auto fixed = from_base32(keys.seal_code(id)).value();
    std::copy_n(moving.begin() + 14, 8, fixed.begin() + 14);

    EXPECT_EQ(keys.open_code(base32(fixed), noon).error(), Errc::code_unknown);
}

TEST(SessionSecret, IsAnotherForEachLoginBrowserKeyAndServer) {
    const auto secret_of = [](const SealingKeys& of,
                              const LoginId& login,
                              const BrowserCookie& browser,
                              std::string_view key) {
        BrowserToken token;
        token.login = login;
        return of.session_secret(token, browser, key).value();
    };
    const SessionSecret secret = secret_of(keys, id, cookie, "key");

    EXPECT_EQ(secret_of(keys, id, cookie, "key"), secret);
    EXPECT_NE(secret_of(keys, login_made_at(noon, 2), cookie, "key"), secret);
    EXPECT_NE(secret_of(keys, id, other_cookie, "key"), secret);
    EXPECT_NE(secret_of(keys, id, cookie, "kez"), secret);
    EXPECT_NE(secret_of(SealingKeys(sealing_key(2)), id, cookie, "key"), secret);
}

/// Else a lost answer of `collect` would be lost for good when a key is rotated in between.
TEST(SessionSecret, IsOfTheKeyThatSealedTheToken) {
    const SealingKeys after(KeyRing{{1, sealing_key(2)}, {0, sealing_key(1)}});
    const auto token = keys.open_token(keys.seal_token(id, 0, cookie), noon).value();

    EXPECT_EQ(
        after.session_secret(token, cookie, "key").value(),
        keys.session_secret(token, cookie, "key").value()
    );
    const SealingKeys dropped(KeyRing{{1, sealing_key(2)}});
    EXPECT_EQ(dropped.session_secret(token, cookie, "key").error(), Errc::token_invalid);
}

TEST(BrowserCookie, IsReadStrictly) {
    EXPECT_EQ(parse_cookie(to_text(cookie)).value(), cookie);
    EXPECT_FALSE(parse_cookie(""));
    EXPECT_FALSE(parse_cookie("QEFCQ0RFRkdISUpLTE1OT"));
    EXPECT_FALSE(parse_cookie("QEFCQ0RFRkdISUpLTE1OTx"));
    EXPECT_FALSE(parse_cookie("QEFCQ0RFRkdISUpLTE1OT+"));
}

}  // namespace
}  // namespace latchkey::login
