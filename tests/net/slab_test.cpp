/// Places of connections, and who has which.
#include "net/record.hpp"
#include "net/socket.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

/// Takes a place, as somebody whose phase is `http`.
std::uint32_t taken(Slab& slab) {
    const std::uint32_t slot = slab.take();
    slab[slot].phase = Phase::http;
    return slot;
}

TEST(Slab, WhoeverHadAPlaceBeforeIsNotFound) {
    Slab slab;
    const std::uint32_t slot = taken(slab);
    const std::uint32_t first = slab[slot].generation;
    EXPECT_EQ(slab.find(slot, first), &slab[slot]);
    slab.give_back(slot);
    EXPECT_EQ(slab.find(slot, first), nullptr);
    ASSERT_EQ(taken(slab), slot);
    EXPECT_EQ(slab.find(slot, first), nullptr);
    EXPECT_EQ(slab.find(slot, slab[slot].generation), &slab[slot]);
    EXPECT_EQ(slab.find(slab.capacity(), 0), nullptr);
}

TEST(Slab, SocketsInTurnAreDifferentOnesOnTheSameConnectionToo) {
    Slab slab;
    const std::uint32_t slot = taken(slab);
    const std::uint32_t connection = slab[slot].generation;
    const auto next_socket = [&] {
        Slab::begin_socket(slab[slot]);
        slab[slot].phase = Phase::open;
        return SocketId{0, slot, slab[slot].socket_generation};
    };
    const SocketId first = next_socket();
    EXPECT_EQ(slab.find_socket(first), &slab[slot]);
    slab[slot].phase = Phase::http;
    EXPECT_EQ(slab.find_socket(first), nullptr) << "it is none any more";
    const SocketId second = next_socket();
    EXPECT_EQ(slab.find_socket(first), nullptr);
    EXPECT_EQ(slab.find_socket(second), &slab[slot]);
    EXPECT_EQ(slab.find(slot, connection), &slab[slot]) << "the connection is the same";
    slab.give_back(slot);
    ASSERT_EQ(taken(slab), slot);
    EXPECT_NE(next_socket(), second);
    EXPECT_EQ(slab.find_socket(second), nullptr);
    EXPECT_EQ(slab.find_socket({0, slab.capacity(), 0}), nullptr);
}

TEST(Slab, GenerationsStayWithinWhatAnIdHolds) {
    Slab slab;
    const std::uint32_t slot = taken(slab);
    slab[slot].generation = SocketId::generation_max - 1;
    for (int i = 0; i < 4; ++i) {
        slab.give_back(slot);
        ASSERT_EQ(taken(slab), slot);
        EXPECT_LE(slab[slot].generation, SocketId::generation_max);
    }
    EXPECT_EQ(slab[slot].generation, 2U) << "they begin again";
}

}  // namespace
}  // namespace latchkey::net
