#include "ops/log_line.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace latchkey::ops {
namespace {

const Time evening = from_unix_ms(1'795'384'800'123);

TEST(LogLine, SaysWhenHowBadAndWhat) {
    EXPECT_EQ(
        human_line(Level::info, evening, "draining", {{"sockets", std::int64_t{12}}}),
        "2026-11-22T22:00:00.123Z info  draining  sockets=12"
    );
}

TEST(LogLine, PutsAFactWhereTheSentenceNamesIt) {
    EXPECT_EQ(
        human_line(
            Level::info,
            evening,
            "listening on {address}",
            {{"address", std::string_view("http://127.0.0.1:40123")}, {"tls", false}}
        ),
        "2026-11-22T22:00:00.123Z info  listening on http://127.0.0.1:40123  tls=false"
    );
}

TEST(LogLine, AsJsonKeepsTheEventCountableAndTheFactsApart) {
    const auto line = boost::json::parse(json_line(
        Level::warn,
        evening,
        "listening on {address}",
        {{"address", std::string_view("http://127.0.0.1:40123")}, {"took_ms", 1.5}}
    ));

    EXPECT_EQ(line.at("time").as_string(), "2026-11-22T22:00:00.123Z");
    EXPECT_EQ(line.at("level").as_string(), "warn");
    EXPECT_EQ(line.at("event").as_string(), "listening on {address}");
    EXPECT_EQ(line.at("address").as_string(), "http://127.0.0.1:40123");
    EXPECT_EQ(line.at("took_ms").as_double(), 1.5);
}

TEST(LogLine, NoValueCanForgeASecondLine) {
    const std::string_view forged = "x\n2026-11-22T22:00:01.000Z info  all is well";

    const std::string human = human_line(Level::info, evening, "refused", {{"agent", forged}});
    const std::string json = json_line(Level::info, evening, "refused", {{"agent", forged}});

    EXPECT_EQ(human.find('\n'), std::string::npos);
    EXPECT_EQ(json.find('\n'), std::string::npos);
    EXPECT_EQ(boost::json::parse(json).at("agent").as_string(), forged);
}

TEST(LogLine, NoValueCanSteerATerminal) {
    EXPECT_EQ(escaped("\x1b[2J"), "\\x1b[2J");
    EXPECT_EQ(
        escaped("\xc2\x9b"
                "2J"),
        "\\u{9b}2J"
    );
    EXPECT_EQ(
        escaped("\xe2\x80\xae"
                "gpj"),
        "\\u{202e}gpj"
    );
    EXPECT_EQ(escaped("tab\tbell\a"), "tab\\tbell\\x07");
}

TEST(LogLine, KeepsTheTextOfPeople) {
    EXPECT_EQ(escaped("Ada 王小明 🙂 é"), "Ada 王小明 🙂 é");
}

TEST(LogLine, ShowsBytesThatAreNoText) {
    EXPECT_EQ(
        escaped("a\xff"
                "b"),
        "a\\xffb"
    );
    EXPECT_NO_THROW(boost::json::parse(
        json_line(Level::info, evening, "refused", {{"agent", std::string_view("\xed\xa0\x80")}})
    ));
}

TEST(LogLine, QuotesWhatHasSpaces) {
    EXPECT_EQ(
        human_line(
            Level::error,
            evening,
            "no",
            {{"why", std::string_view("it \"is\" so")}, {"x", std::string_view()}}
        ),
        "2026-11-22T22:00:00.123Z error no  why=\"it \\\"is\\\" so\"  x=\"\""
    );
}

TEST(Log, WritesOnlyFromTheLowestLevelOn) {
    set_up_log(LogFormat::human, Level::warn);
    EXPECT_FALSE(logs(Level::info));
    EXPECT_TRUE(logs(Level::warn));

    testing::internal::CaptureStderr();
    log(Level::info, "quiet");
    log(Level::error, "loud", {{"n", std::int64_t{1}}});
    const std::string written = testing::internal::GetCapturedStderr();
    EXPECT_EQ(written.find("quiet"), std::string::npos);
    EXPECT_TRUE(written.ends_with("error loud  n=1\n")) << written;
    set_up_log(LogFormat::human, Level::info);
}

}  // namespace
}  // namespace latchkey::ops
