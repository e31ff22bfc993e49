#include "identity/client_data.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace latchkey::identity {
namespace {

const std::string members =
    R"("type":"webauthn.get","challenge":"AAEC","origin":"https://example.org")";

std::optional<ClientData> read(const std::string& text) {
    return read_client_data(bytes_of(text));
}

/// With those members and `more`.
std::optional<ClientData> read_with(const std::string& more) {
    return read("{" + members + more + "}");
}

TEST(ClientData, IsReadWithWhatIsKnownOfIt) {
    const auto data = read_with(R"(,"crossOrigin":true,"topOrigin":"https://example.com")");
    ASSERT_TRUE(data);
    EXPECT_EQ(data->type, "webauthn.get");
    EXPECT_EQ(data->challenge, "AAEC");
    EXPECT_EQ(data->origin, "https://example.org");
    EXPECT_TRUE(data->cross_origin);
    EXPECT_EQ(data->top_origin, "https://example.com");
}

TEST(ClientData, IsOfNoFrameUnlessItSaysSo) {
    EXPECT_FALSE(read_with("")->cross_origin);
    EXPECT_FALSE(read_with("")->top_origin);
    EXPECT_FALSE(read_with(R"(,"crossOrigin":false)")->cross_origin);
    EXPECT_EQ(read_with(R"(,"topOrigin":"")")->top_origin, "");
}

TEST(ClientData, MayComeInAnyOrderAndWithWhiteSpace) {
    const auto data = read(
        "\n{ \"origin\" : \"o\", \"crossOrigin\" : true,\t\"challenge\":\"c\", \"type\" : \"t\" } "
        "\r\n"
    );
    ASSERT_TRUE(data);
    EXPECT_EQ(data->type + data->challenge + data->origin, "tco");
}

TEST(ClientData, MayHaveMembersThatNobodyKnowsYet) {
    for (const char* more : {
             R"(,"extraData":"a")",
             R"(,"tokenBinding":{"status":"supported"})",
             R"(,"new":{"type":"x","challenge":"x","origin":"x","crossOrigin":true,"topOrigin":"x"})",
             R"(,"new":[1,-1,1.5,null,true,{"a":[]}])",
             R"(,"new":1,"new":2)",
             R"(,"Type":"x","toporigin":1)",
         }) {
        const auto data = read_with(more);
        ASSERT_TRUE(data) << more;
        EXPECT_EQ(data->type, "webauthn.get") << more;
        EXPECT_FALSE(data->cross_origin) << more;
        EXPECT_FALSE(data->top_origin) << more;
    }
}

TEST(ClientData, MayHaveAByteOrderMarkAndEscapes) {
    EXPECT_TRUE(read("\xef\xbb\xbf{" + members + "}"));
    EXPECT_FALSE(read("\xef\xbb\xbf\xef\xbb\xbf{" + members + "}"));
    const auto data = read(R"({"\u0074ype":"webauthn\u002eget","challenge":"","origin":"\u00e9"})");
    ASSERT_TRUE(data);
    EXPECT_EQ(data->type, "webauthn.get");
    EXPECT_EQ(data->origin, "\u00e9");
}

TEST(ClientData, NeedsItsMembersOnceEachAndOfTheirKinds) {
    const std::pair<const char*, std::string> examples[] = {
        {"nothing", ""},
        {"white space", " "},
        {"a text", R"("type")"},
        {"a number", "1"},
        {"an array", "[{" + members + "}]"},
        {"no members", "{}"},
        {"no type", R"({"challenge":"","origin":""})"},
        {"no challenge", R"({"type":"","origin":""})"},
        {"no origin", R"({"type":"","challenge":""})"},
        {"a type in another object", R"({"a":{"type":""},"challenge":"","origin":""})"},
        {"a type twice", "{" + members + R"(,"type":"webauthn.get"})"},
        {"a challenge twice", "{" + members + R"(,"challenge":"AAEC"})"},
        {"an origin twice", "{" + members + R"(,"origin":"https://example.org"})"},
        {"crossOrigin twice", "{" + members + R"(,"crossOrigin":false,"crossOrigin":false})"},
        {"topOrigin twice", "{" + members + R"(,"topOrigin":"a","topOrigin":"a"})"},
        {"a type twice, once with an escape", "{" + members + R"(,"\u0074ype":"webauthn.get"})"},
        {"a type that is no text", R"({"type":1,"challenge":"","origin":""})"},
        {"a type in an array", R"({"type":["webauthn.get"],"challenge":"","origin":""})"},
        {"a challenge that is null", R"({"type":"","challenge":null,"origin":""})"},
        {"an origin that is an object", R"({"type":"","challenge":"","origin":{}})"},
        {"a crossOrigin that is a text", "{" + members + R"(,"crossOrigin":"false"})"},
        {"a crossOrigin that is null", "{" + members + R"(,"crossOrigin":null})"},
        {"a crossOrigin that is a number", "{" + members + R"(,"crossOrigin":0})"},
        {"a topOrigin that is null", "{" + members + R"(,"topOrigin":null})"},
        {"a topOrigin that is a boolean", "{" + members + R"(,"topOrigin":false})"},
        {"a type that is a boolean", R"({"type":true,"challenge":"","origin":""})"},
        {"two objects", "{" + members + "}{}"},
        {"an object and a zero byte", "{" + members + "}" + std::string(1, '\0')},
        {"a comma too many", "{" + members + ",}"},
        {"a comment", "{" + members + "/**/}"},
        {"a text that is not UTF-8", "{" + members + ",\"a\":\"\xff\"}"},
        {"half of a pair", "{" + members + R"(,"a":"\ud800"})"},
    };
    for (const auto& [what, text] : examples) EXPECT_FALSE(read(text)) << what;
}

TEST(ClientData, HasALimitedSizeAndDepth) {
    const auto padded = [&](std::size_t size) {
        const std::string front = "{" + members + R"(,"a":")";
        return front + std::string(size - front.size() - 2, 'a') + R"("})";
    };
    EXPECT_TRUE(read(padded(client_data_bytes_max)));
    EXPECT_FALSE(read(padded(client_data_bytes_max + 1)));

    const auto nested = [&](std::size_t depth) {
        return R"(,"a":)" + std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(read_with(nested(client_data_depth_max - 1)));
    EXPECT_FALSE(read_with(nested(client_data_depth_max)));
}

}  // namespace
}  // namespace latchkey::identity
