#include "login/vectors.hpp"

#include "login/examples.hpp"

#include <gtest/gtest.h>

namespace latchkey::login {
namespace {

using namespace test;
using boost::json::object;

/// A server whose current key is that one.
SealingKeys with_only(const object& key) {
    return SealingKeys(KeyRing{{Vectors::id_of(key), hex_in<SealingKey>(key, "key")}});
}

std::uint16_t number_in(const object& of, std::string_view name) {
    return of.at(name).to_number<std::uint16_t>();
}

CodeKind kind_in(const object& of) {
    const std::string kind = text_in(of, "kind");
    if (kind == "moving") return CodeKind::moving;
    return kind == "static" ? CodeKind::fixed : CodeKind::scriptless;
}

ScanHandle handle_in(const object& of, const LoginId& login) {
    ScanHandle handle{login, kind_in(of), std::nullopt};
    if (of.at("account").is_string()) handle.account = hex_in<AccountId>(of, "account");
    return handle;
}

TEST(Vectors, HaveTheLoginAndTheBrowserOfTheProtocol) {
    const Vectors vectors;

    EXPECT_EQ(created_at(vectors.login), noon);
    EXPECT_EQ(to_text(vectors.cookie), text_in(vectors.all, "cookie_text"));
    EXPECT_EQ(mark_of(vectors.cookie), hex_in<BrowserMark>(vectors.all, "browser_mark"));
    ASSERT_EQ(vectors.ring.size(), 2U);
}

TEST(Vectors, AreWhatIsSealed) {
    const Vectors vectors;
    for (const auto& element : vectors.keys()) {
        const object& key = element.as_object();
        const SealingKeys sealing = with_only(key);

        for (const auto& code : key.at("codes").as_array()) {
            const auto step = number_in(code.as_object(), "step");
            EXPECT_EQ(sealing.seal_code(vectors.login, step), text_in(code.as_object(), "code"));
        }
        EXPECT_EQ(sealing.seal_code(vectors.login), text_in(key, "static_code"));
        EXPECT_EQ(
            sealing.seal_code(vectors.login, scriptless_step), text_in(key, "scriptless_code")
        );
        EXPECT_EQ(
            sealing.seal_code(vectors.login, scriptless_step_last),
            text_in(key, "last_scriptless_code")
        );
        for (const auto& token : key.at("tokens").as_array()) {
            const auto client = token.as_object().at("client").to_number<std::uint32_t>();
            EXPECT_EQ(
                sealing.seal_token(vectors.login, client, vectors.cookie),
                text_in(token.as_object(), "token")
            );
        }
        EXPECT_EQ(to_text(sealing.user_code(vectors.login)), text_in(key, "user_code"));
    }
}

TEST(Vectors, AreWhatAHandleIsWithThatNonce) {
    const Vectors vectors;
    const Time issued(seconds(vectors.all.at("handle_issued_s").to_number<std::int64_t>()));
    const Random nonce = [&](std::span<std::byte> bytes) {
        const auto fixed = from_hex(text_in(vectors.all, "handle_nonce")).value();
        std::ranges::copy(fixed, bytes.begin());
    };
    for (const auto& element : vectors.keys()) {
        const object& key = element.as_object();
        for (const auto& handle : key.at("handles").as_array()) {
            EXPECT_EQ(
                with_only(key).seal_handle(
                    handle_in(handle.as_object(), vectors.login), issued, nonce
                ),
                text_in(handle.as_object(), "handle")
            );
        }
    }
}

TEST(Vectors, AreWhatAPageGetsToMakeItsCodesFrom) {
    const Vectors vectors;
    for (const auto& element : vectors.keys()) {
        const object& key = element.as_object();
        const Rotation rotation = with_only(key).rotation(vectors.login);

        EXPECT_EQ(rotation.login, vectors.login);
        EXPECT_EQ(rotation.field, number_in(key.at("rotation").as_object(), "field"));
        EXPECT_EQ(base64url(rotation.key.view()), text_in(key.at("rotation").as_object(), "key"));
    }
}

/// One server with the whole ring opens what was sealed under either key, each with its own.
TEST(Vectors, OpenUnderTheWholeRing) {
    const Vectors vectors;
    const SealingKeys sealing(vectors.ring);
    for (const auto& element : vectors.keys()) {
        const object& key = element.as_object();
        const auto token = text_in(key.at("tokens").as_array().front().as_object(), "token");
        const auto opened = sealing.open_token(token, noon).value();

        EXPECT_EQ(opened.login, vectors.login);
        EXPECT_EQ(opened.key_id, Vectors::id_of(key));
        EXPECT_EQ(opened.tag, hex_in<BrowserTag>(key, "browser_tag"));
        EXPECT_TRUE(sealing.made_by(opened, vectors.cookie));
        EXPECT_EQ(
            sealing.open_code(text_in(key, "static_code"), noon).value().login, vectors.login
        );
        const auto secret =
            sealing.session_secret(opened, vectors.cookie, text_in(vectors.all, "idempotency_key"));
        EXPECT_EQ(base64url(secret.value().view()), text_in(key, "session_secret"));
        for (const auto& handle : key.at("handles").as_array()) {
            EXPECT_EQ(
                sealing.open_handle(text_in(handle.as_object(), "handle"), noon + seconds(42))
                    .value(),
                handle_in(handle.as_object(), vectors.login)
            );
        }
    }
}

}  // namespace
}  // namespace latchkey::login
