/// RFC 6455 §8.1 and the limits: text that is no text, and messages that are too much.
#include "net/frames.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;
using Kind = FrameEvent::Kind;

const std::string kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";

bool fails_with(const std::vector<Seen>& events, CloseCode code) {
    return !events.empty() && events.back().kind == Kind::fault && events.back().code == code;
}

TEST(FrameText, CharactersMayBeSplitAnywhereAcrossFragments) {
    for (std::size_t at = 0; at <= kosme.size(); ++at) {
        const std::string bytes =
            ClientFrame{.payload = kosme.substr(0, at), .final = false}.bytes() +
            ping_frame("\xff") + ClientFrame{.opcode = 0, .payload = kosme.substr(at)}.bytes();
        for (const auto& pieces : {std::vector{bytes}, bytewise(bytes)}) {
            const auto events = read_pieces(pieces).events;
            ASSERT_EQ(events.size(), 2U) << at;
            EXPECT_EQ(events[1], (Seen{Kind::message, true, {}, kosme}));
        }
    }
}

TEST(FrameText, EachByteInAFragmentOfItsOwn) {
    std::string bytes = ClientFrame{.payload = kosme.substr(0, 1), .final = false}.bytes();
    for (const char c : kosme.substr(1)) {
        bytes += ClientFrame{.opcode = 0, .payload = std::string(1, c), .final = false}.bytes();
    }
    bytes += ClientFrame{.opcode = 0}.bytes();
    EXPECT_EQ(read_pieces({bytes}).events, (std::vector<Seen>{{Kind::message, true, {}, kosme}}));
}

TEST(FrameText, BinaryMayBeAnything) {
    const std::string anything = "\xff\xfe\xed\xa0\x80";
    EXPECT_EQ(
        read_pieces({binary_frame(anything)}).events[0], (Seen{Kind::message, false, {}, anything})
    );
}

TEST(FrameText, FailsAtTheFirstWrongByteWithoutWaitingForTheRest) {
    const std::string bad = kosme + "\xed\xa0\x80" + "edited";
    const std::string bytes = ClientFrame{.payload = bad, .final = true}.bytes();
    const std::size_t head = bytes.size() - bad.size();
    const FrameReading reading = read_pieces(bytewise(bytes));
    EXPECT_TRUE(fails_with(reading.events, CloseCode::invalid_payload));
    EXPECT_EQ(reading.bytes_fed, head + kosme.size() + 2) << "ED A0 already says surrogate";
}

TEST(FrameText, FailsInAnUnfinishedFragmentToo) {
    const std::string bytes =
        ClientFrame{.payload = kosme, .final = false}.bytes() +
        ClientFrame{.opcode = 0, .payload = "\xf4\x90\x80\x80", .final = false}.bytes();
    const FrameReading reading = read_pieces(bytewise(bytes));
    EXPECT_TRUE(fails_with(reading.events, CloseCode::invalid_payload));
    EXPECT_EQ(reading.bytes_fed, bytes.size() - 2) << "F4 90 is beyond U+10FFFF";
}

TEST(FrameText, AMessageMayNotEndInsideACharacter) {
    EXPECT_TRUE(fails_with(read_pieces({text_frame("\xce")}).events, CloseCode::invalid_payload));
    const std::string bytes =
        ClientFrame{.payload = "\xce", .final = false}.bytes() + ClientFrame{.opcode = 0}.bytes();
    EXPECT_TRUE(fails_with(read_pieces({bytes}).events, CloseCode::invalid_payload));
}

TEST(FrameText, AnUnfinishedCharacterDoesNotLeakIntoTheNextMessage) {
    const std::string bytes =
        ClientFrame{.opcode = 2, .payload = "\xce"}.bytes() + text_frame("ok");
    EXPECT_EQ(read_pieces({bytes}).events.back(), (Seen{Kind::message, true, {}, "ok"}));
}

TEST(FrameLimit, AMessageMayBeAsLongAsTheLimit) {
    const FrameLimits limits{10, 4};
    EXPECT_EQ(read_pieces({text_frame("0123456789")}, limits).events[0].payload, "0123456789");
    EXPECT_TRUE(fails_with(
        read_pieces({text_frame("0123456789a")}, limits).events, CloseCode::message_too_big
    ));
}

TEST(FrameLimit, TheHeadAloneIsEnoughToRefuse) {
    // 48 MiB are announced; not one byte of them has come.
    const std::string head("\x81\xff\x00\x00\x00\x00\x03\x00\x00\x00mask", 14);
    const FrameReading reading = read_pieces(bytewise(head), {4096, 64});
    EXPECT_TRUE(fails_with(reading.events, CloseCode::message_too_big));
}

TEST(FrameLimit, FragmentsCountTogether) {
    const FrameLimits limits{10, 64};
    const std::string first = ClientFrame{.payload = "012345", .final = false}.bytes();
    EXPECT_EQ(
        read_pieces({first + ClientFrame{.opcode = 0, .payload = "6789"}.bytes()}, limits)
            .events.size(),
        1U
    );
    const std::string second = ClientFrame{.opcode = 0, .payload = "6789a"}.bytes();
    const FrameReading reading = read_pieces(bytewise(first + second), limits);
    EXPECT_TRUE(fails_with(reading.events, CloseCode::message_too_big));
    EXPECT_EQ(reading.bytes_fed, first.size() + 6) << "the second frame's head says so";
}

TEST(FrameLimit, FragmentsAreCounted) {
    const FrameLimits limits{100, 3};
    std::string bytes = ClientFrame{.payload = "a", .final = false}.bytes();
    for (int i = 0; i < 2; ++i) bytes += ClientFrame{.opcode = 0, .final = false}.bytes();
    EXPECT_TRUE(read_pieces({bytes}, limits).events.empty()) << "three are allowed";
    bytes += ClientFrame{.opcode = 0}.bytes();
    EXPECT_TRUE(fails_with(read_pieces({bytes}, limits).events, CloseCode::message_too_big));
}

TEST(FrameLimit, ControlFramesDoNotCount) {
    const FrameLimits limits{2, 2};
    std::string bytes = ClientFrame{.payload = "a", .final = false}.bytes();
    for (int i = 0; i < 10; ++i) bytes += ping_frame("pinging");
    bytes += ClientFrame{.opcode = 0, .payload = "b"}.bytes();
    EXPECT_EQ(read_pieces({bytes}, limits).events.back(), (Seen{Kind::message, true, {}, "ab"}));
}

TEST(FrameIdle, OnlyWhatIsIncompleteKeepsAReaderBusy) {
    EXPECT_TRUE(read_pieces({}).idle);
    EXPECT_TRUE(read_pieces({text_frame("whole")}).idle);
    EXPECT_TRUE(read_pieces(bytewise(text_frame("whole") + ping_frame("p"))).idle);
    EXPECT_FALSE(read_pieces({"\x81"}).idle) << "half a head";
    EXPECT_FALSE(read_pieces({text_frame("whole").substr(0, 6)}).idle) << "a head";
    EXPECT_FALSE(read_pieces({text_frame("whole").substr(0, 8)}).idle) << "half a payload";
    EXPECT_FALSE(read_pieces({ClientFrame{.final = false}.bytes()}).idle) << "half a message";
    EXPECT_FALSE(read_pieces({ClientFrame{.final = false}.bytes() + ping_frame()}).idle);
}

TEST(FrameReaderProperty, AnyBytesInAnyPiecesAreReadAlike) {
    std::mt19937 random(2);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes;
        for (unsigned i = random() % 8; i > 0; --i) {
            ClientFrame frame;
            constexpr std::uint8_t opcodes[] = {0, 0, 0, 1, 1, 2, 8, 9, 10, 3};
            frame.opcode = opcodes[random() % std::size(opcodes)];
            frame.final = random() % 3 != 0;
            frame.payload.resize(random() % 5 == 0 ? random() % 300 : random() % 12);
            for (char& c : frame.payload)
                c = static_cast<char>(random() % 20 == 0 ? random() : 'a');
            if (random() % 40 == 0) frame.reserved = 0x40;
            if (random() % 40 == 0) frame.length_bytes = 8;
            bytes += frame.bytes();
            if (random() % 20 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        const FrameLimits limits{200, 4};
        const auto whole = read_pieces({bytes}, limits);
        EXPECT_EQ(read_pieces(bytewise(bytes), limits).events, whole.events);
        EXPECT_EQ(read_pieces(random_pieces(bytes, random), limits).events, whole.events);
    }
}

TEST(FrameWriter, WritesEveryLengthInItsShortestForm) {
    const auto head_of = [](std::size_t size) {
        std::string out;
        append_frame(out, Opcode::binary, std::string(size, 'x'));
        return out.substr(0, out.size() - size);
    };
    using namespace std::string_literals;
    EXPECT_EQ(head_of(0), "\x82\x00"s);
    EXPECT_EQ(head_of(125), "\x82\x7d"s);
    EXPECT_EQ(head_of(126), "\x82\x7e\x00\x7e"s);
    EXPECT_EQ(head_of(65535), "\x82\x7e\xff\xff"s);
    EXPECT_EQ(head_of(65536), "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(FrameWriter, WritesCloses) {
    std::string out;
    append_close(out, CloseCode::draining, "x");
    EXPECT_EQ(out, "\x88\x03\x10\x68x");
    out.clear();
    append_close(out, CloseCode::no_status, "never said");
    EXPECT_EQ(out, std::string("\x88\x00", 2));
    out.clear();
    append_close(out, CloseCode::normal, std::string(200, 'r'));
    EXPECT_EQ(out.size(), 2U + 125U);
}

TEST(FrameWriter, AReasonIsNeverCutInsideACharacter) {
    std::string out;
    append_close(out, CloseCode::normal, std::string(122, 'r') + "\xc3\xa9");
    EXPECT_TRUE(is_utf8(std::string_view(out).substr(4)));
}

}  // namespace
}  // namespace latchkey::net
