/// RFC 6455 §5: what a frame reader makes of bytes, in whatever pieces they come.
#include "net/frame.hpp"

#include "net/frames.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;
using Kind = FrameEvent::Kind;

/// The events of `bytes`, which must be the same whole, byte by byte and in random pieces.
std::vector<Seen> events_of(const std::string& bytes, const FrameLimits& limits = roomy) {
    const std::vector<Seen> whole = read_pieces({bytes}, limits).events;
    EXPECT_EQ(read_pieces(bytewise(bytes), limits).events, whole);
    std::mt19937 random(1);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(read_pieces(random_pieces(bytes, random), limits).events, whole);
    }
    return whole;
}

Seen text_message(std::string payload) {
    return {Kind::message, true, {}, std::move(payload)};
}
Seen binary_message(std::string payload) {
    return {Kind::message, false, {}, std::move(payload)};
}
Seen fault_of(CloseCode code) {
    return {Kind::fault, false, code, {}};
}
const Seen protocol_fault = fault_of(CloseCode::protocol_error);

using Events = std::vector<Seen>;

TEST(FrameReader, ReadsEveryLengthOfBothKinds) {
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 127U, 65535U, 65536U, 70001U}) {
        std::string payload(size, '\0');
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>('a' + i % 26);
        EXPECT_EQ(events_of(text_frame(payload)), Events{text_message(payload)}) << size;
        payload.assign(size, '\xfe');
        EXPECT_EQ(events_of(binary_frame(payload)), Events{binary_message(payload)}) << size;
    }
}

TEST(FrameReader, ReadsFramesOneBehindAnother) {
    EXPECT_EQ(
        events_of(text_frame("a") + ping_frame("p") + binary_frame("\xff") + pong_frame("q")),
        (Events{
            text_message("a"),
            {Kind::ping, false, {}, "p"},
            binary_message("\xff"),
            {Kind::pong, false, {}, "q"}
        })
    );
}

TEST(FrameReader, LeavesWhatFollowsAnEventInTheInput) {
    std::string bytes = text_frame("one") + text_frame("two");
    std::span<char> input(bytes);
    FrameReader reader;
    EXPECT_EQ(reader.next(input, roomy).payload, "one");
    EXPECT_EQ(input.size(), text_frame("two").size());
    EXPECT_EQ(reader.next(input, roomy).payload, "two");
    EXPECT_TRUE(input.empty());
}

TEST(FrameReader, MaskOfZerosIsAMask) {
    ClientFrame frame{.payload = "plain"};
    frame.mask = std::string(4, '\0');
    EXPECT_EQ(events_of(frame.bytes()), Events{text_message("plain")});
}

TEST(FrameReader, JoinsFragments) {
    const std::string bytes = ClientFrame{.payload = "Hel", .final = false}.bytes() +
                              ClientFrame{.opcode = 0, .final = false}.bytes() +
                              ClientFrame{.opcode = 0, .payload = "lo", .final = true}.bytes();
    EXPECT_EQ(events_of(bytes), Events{text_message("Hello")});
}

TEST(FrameReader, FragmentsMayAllBeEmpty) {
    const std::string bytes = ClientFrame{.opcode = 2, .final = false}.bytes() +
                              ClientFrame{.opcode = 0, .final = false}.bytes() +
                              ClientFrame{.opcode = 0}.bytes();
    EXPECT_EQ(events_of(bytes), Events{binary_message("")});
}

TEST(FrameReader, AMessageAfterFragmentsStartsAfresh) {
    const std::string bytes = ClientFrame{.opcode = 2, .payload = "\xff", .final = false}.bytes() +
                              ClientFrame{.opcode = 0, .payload = "\xfe"}.bytes() +
                              text_frame("clean") +
                              ClientFrame{.payload = "a", .final = false}.bytes() +
                              ClientFrame{.opcode = 0, .payload = "b"}.bytes();
    EXPECT_EQ(
        events_of(bytes),
        (Events{binary_message("\xff\xfe"), text_message("clean"), text_message("ab")})
    );
}

TEST(FrameReader, ControlFramesMayStandBetweenFragments) {
    const std::string long_ping(125, 'p');
    const std::string bytes = ClientFrame{.payload = "a", .final = false}.bytes() +
                              ping_frame(long_ping) +
                              ClientFrame{.opcode = 0, .payload = "b", .final = false}.bytes() +
                              pong_frame() + ClientFrame{.opcode = 0, .payload = "c"}.bytes();
    EXPECT_EQ(
        events_of(bytes),
        (Events{
            {Kind::ping, false, {}, long_ping}, {Kind::pong, false, {}, ""}, text_message("abc")
        })
    );
}

TEST(FrameReader, ACloseMayStandBetweenFragments) {
    const std::string bytes =
        ClientFrame{.payload = "a", .final = false}.bytes() + close_frame(1000, "bye");
    EXPECT_EQ(events_of(bytes), (Events{{Kind::close, false, CloseCode::normal, "bye"}}));
}

TEST(FrameReader, FragmentsOutOfOrderAreFaults) {
    EXPECT_EQ(events_of(ClientFrame{.opcode = 0}.bytes()), Events{protocol_fault});
    EXPECT_EQ(events_of(ClientFrame{.opcode = 0, .final = false}.bytes()), Events{protocol_fault});
    const std::string begun = ClientFrame{.payload = "a", .final = false}.bytes();
    EXPECT_EQ(events_of(begun + text_frame("b")), Events{protocol_fault});
    EXPECT_EQ(events_of(begun + binary_frame("b")), Events{protocol_fault});
    EXPECT_EQ(
        events_of(
            begun + ClientFrame{.opcode = 0, .payload = "b"}.bytes() +
            ClientFrame{.opcode = 0, .payload = "c"}.bytes()
        ),
        (Events{text_message("ab"), protocol_fault})
    );
}

TEST(FrameReader, ReservedBitsAreFaults) {
    for (const auto bits : std::vector<std::uint8_t>{0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70}) {
        for (const auto opcode : std::vector<std::uint8_t>{1, 2, 8, 9, 10}) {
            const ClientFrame frame{.opcode = opcode, .reserved = bits};
            EXPECT_EQ(
                events_of(text_frame("a") + frame.bytes()),
                (Events{text_message("a"), protocol_fault})
            ) << int{bits}
              << " on " << int{opcode};
        }
    }
}

TEST(FrameReader, ReservedOpcodesAreFaults) {
    for (const auto opcode : std::vector<std::uint8_t>{3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        EXPECT_EQ(
            events_of(ClientFrame{.opcode = opcode, .payload = "x"}.bytes()), Events{protocol_fault}
        );
    }
}

TEST(FrameReader, ClientsMustMask) {
    for (const auto opcode : std::vector<std::uint8_t>{1, 2, 8, 9, 10}) {
        EXPECT_EQ(
            events_of(ClientFrame{.opcode = opcode, .masked = false}.bytes()),
            Events{protocol_fault}
        );
    }
}

TEST(FrameReader, LengthsMustBeInTheirShortestForm) {
    for (const std::size_t size : {0U, 1U, 125U}) {
        EXPECT_EQ(
            events_of(ClientFrame{.payload = std::string(size, 'a'), .length_bytes = 2}.bytes()),
            Events{protocol_fault}
        );
    }
    for (const std::size_t size : {0U, 125U, 126U, 65535U}) {
        EXPECT_EQ(
            events_of(ClientFrame{.payload = std::string(size, 'a'), .length_bytes = 8}.bytes()),
            Events{protocol_fault}
        );
    }
}

TEST(FrameReader, ALengthHas63Bits) {
    EXPECT_EQ(events_of("\x82\xff\x80" + std::string(11, '\0')), Events{protocol_fault});
}

TEST(FrameReader, ControlFramesAreShortAndWhole) {
    for (const auto opcode : std::vector<std::uint8_t>{8, 9, 10}) {
        const ClientFrame in_fragments{.opcode = opcode, .final = false};
        EXPECT_EQ(events_of(in_fragments.bytes()), Events{protocol_fault});
        const ClientFrame too_long{.opcode = opcode, .payload = std::string(126, 'a')};
        EXPECT_EQ(events_of(too_long.bytes()), Events{protocol_fault});
    }
}

TEST(FrameReader, AFaultIsSeenBeforeThePayloadCame) {
    // Two bytes say that this is a fragmented ping of 125 bytes.
    EXPECT_EQ(read_pieces({"\x09\xfd"}).events, Events{protocol_fault});
}

TEST(FrameReader, NothingIsReadAfterAFault) {
    FrameReader reader;
    std::string bad = ClientFrame{.opcode = 3}.bytes();
    std::span<char> input(bad);
    EXPECT_EQ(reader.next(input, roomy).kind, Kind::fault);
    std::string good = text_frame("late");
    input = good;
    const FrameEvent again = reader.next(input, roomy);
    EXPECT_EQ(again.kind, Kind::fault);
    EXPECT_EQ(again.code, CloseCode::protocol_error);
}

TEST(FrameReader, TakesEveryCloseCodeThatMayBeSentAndNoOther) {
    for (unsigned code = 0; code <= 0xffff; ++code) {
        const bool registered = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                                (code >= 3000 && code <= 4999);
        const Seen expected = registered
                                  ? Seen{Kind::close, false, static_cast<CloseCode>(code), "r"}
                                  : protocol_fault;
        ASSERT_EQ(read_pieces({close_frame(code, "r")}).events, Events{expected}) << code;
    }
}

TEST(FrameReader, ACloseMayBeEmptyButNotHaveHalfACode) {
    EXPECT_EQ(
        events_of(ClientFrame{.opcode = 8}.bytes()),
        (Events{{Kind::close, false, CloseCode::no_status, ""}})
    );
    EXPECT_EQ(
        events_of(ClientFrame{.opcode = 8, .payload = "\x03"}.bytes()), Events{protocol_fault}
    );
}

TEST(FrameReader, AReasonIsUtf8) {
    const std::string longest(123, 'r');
    EXPECT_EQ(
        events_of(close_frame(1000, longest)),
        (Events{{Kind::close, false, CloseCode::normal, longest}})
    );
    EXPECT_EQ(
        events_of(close_frame(1000, "\xce\xba\xe1")), Events{fault_of(CloseCode::invalid_payload)}
    );
}

}  // namespace
}  // namespace latchkey::net
