// What a browser would rather have: languages, codings, media types, and what it has already.

#include "pages/negotiate.hpp"

#include <gtest/gtest.h>

namespace latchkey::pages {
namespace {

TEST(Language, IsEnglishWhenNothingIsSaid) {
    EXPECT_EQ(choose_language("", ""), Language::en);
}

TEST(Language, FollowsThePersonsOwnChoiceBeforeTheBrowsers) {
    EXPECT_EQ(choose_language("zh", "en-GB,en;q=0.9"), Language::zh);
    EXPECT_EQ(choose_language("en", "zh-CN"), Language::en);
}

TEST(Language, IgnoresAChoiceThatIsNone) {
    EXPECT_EQ(choose_language("fr", "zh-CN"), Language::zh);
    EXPECT_EQ(choose_language("zh; Path=/", ""), Language::en);
}

TEST(Language, TakesTheGreatestWeight) {
    EXPECT_EQ(choose_language("", "en;q=0.4, zh-CN;q=0.9"), Language::zh);
    EXPECT_EQ(choose_language("", "zh;q=0.4, en;q=0.9"), Language::en);
}

TEST(Language, TakesTheFirstOfEqualWeights) {
    EXPECT_EQ(choose_language("", "zh-Hans-CN, en"), Language::zh);
    EXPECT_EQ(choose_language("", "en-US,zh"), Language::en);
}

TEST(Language, SkipsLanguagesThatWeDoNotSpeak) {
    EXPECT_EQ(choose_language("", "de-DE,de;q=0.9,zh;q=0.3"), Language::zh);
    EXPECT_EQ(choose_language("", "de"), Language::en);
    EXPECT_EQ(choose_language("", "zha"), Language::en) << "Zhuang is not Chinese";
}

TEST(Language, NeverTakesOneThatWasRefused) {
    EXPECT_EQ(choose_language("", "zh;q=0"), Language::en);
    EXPECT_EQ(choose_language("", "zh;q=0.000, *;q=0.1"), Language::en);
}

TEST(Language, SurvivesBrokenHeaders) {
    for (const auto* broken :
         {",", ";;;", "zh;q=", "zh;q=2", "zh;q=0.1234", "zh;q=-1", "q=1", "zh;q=1.5"}) {
        EXPECT_EQ(choose_language("", broken), Language::en) << broken;
    }
}

TEST(Coding, IsPlainWithoutTheHeader) {
    EXPECT_EQ(choose_coding("", true, true), Coding::identity);
}

TEST(Coding, PrefersBrotliThenGzip) {
    EXPECT_EQ(choose_coding("gzip, deflate, br, zstd", true, true), Coding::brotli);
    EXPECT_EQ(choose_coding("gzip, deflate", true, true), Coding::gzip);
    EXPECT_EQ(choose_coding("deflate", true, true), Coding::identity);
}

TEST(Coding, FollowsTheWeights) {
    EXPECT_EQ(choose_coding("br;q=0.5, gzip;q=0.8", true, true), Coding::gzip);
    EXPECT_EQ(choose_coding("identity, br;q=0.5", true, true), Coding::identity);
    EXPECT_EQ(choose_coding("BR;Q=0.9", true, true), Coding::brotli);
}

TEST(Coding, NeverSendsWhatWasRefused) {
    EXPECT_EQ(choose_coding("br;q=0, gzip", true, true), Coding::gzip);
    EXPECT_EQ(choose_coding("br;q=0, gzip;q=0.000", true, true), Coding::identity);
    EXPECT_EQ(choose_coding("*;q=0", true, true), Coding::identity);
    EXPECT_EQ(choose_coding("gzip;q=0, *", true, true), Coding::brotli);
    EXPECT_EQ(choose_coding("identity;q=0, br;q=0.1", true, true), Coding::brotli);
}

TEST(Coding, SendsOnlyWhatIsThere) {
    EXPECT_EQ(choose_coding("br, gzip", false, true), Coding::gzip);
    EXPECT_EQ(choose_coding("br, gzip", false, false), Coding::identity);
    EXPECT_EQ(choose_coding("*", true, true), Coding::brotli);
}

TEST(Accept, MeansJsonOnlyWhenItIsLikedMore) {
    EXPECT_TRUE(prefers_json("application/json"));
    EXPECT_TRUE(prefers_json("application/problem+json, text/html;q=0.5"));
    EXPECT_TRUE(prefers_json("application/json, text/html;q=0"));
    EXPECT_FALSE(prefers_json("text/html,application/xhtml+xml,*/*;q=0.8"));
    EXPECT_FALSE(prefers_json("*/*"));
    EXPECT_FALSE(prefers_json(""));
    EXPECT_FALSE(prefers_json("application/json;q=0"));
}

TEST(IfNoneMatch, FindsTheTagInAList) {
    EXPECT_TRUE(names_etag(R"("a")", R"("a")"));
    EXPECT_TRUE(names_etag(R"("x" , W/"a")", R"("a")"));
    EXPECT_TRUE(names_etag("*", R"("a")"));
    EXPECT_FALSE(names_etag("", R"("a")"));
    EXPECT_FALSE(names_etag(R"("ab")", R"("a")"));
    EXPECT_FALSE(names_etag("a", R"("a")"));
}

}  // namespace
}  // namespace latchkey::pages
