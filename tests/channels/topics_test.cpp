/// Who joined what, against a plain set.
#include "channels/topics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace latchkey::channels {
namespace {

net::SocketId member(std::uint32_t number) {
    return {static_cast<std::uint8_t>(number % 3), number, number * 7};
}

std::set<net::SocketId> members_of(const Topics& topics, Topic topic) {
    const auto found = topics.members(topic);
    std::set<net::SocketId> set(found.begin(), found.end());
    EXPECT_EQ(set.size(), found.size()) << "nobody is there twice";
    return set;
}

TEST(Topics, MembersJoinAndLeave) {
    Topics topics;
    topics.join(7, member(1));
    topics.join(7, member(2));
    topics.join(8, member(1));
    EXPECT_EQ(members_of(topics, 7), (std::set{member(1), member(2)}));
    topics.leave(7, member(1));
    EXPECT_EQ(members_of(topics, 7), std::set{member(2)});
    EXPECT_EQ(members_of(topics, 8), std::set{member(1)});
    EXPECT_EQ(topics.size(), 2U);
}

TEST(Topics, AMemberComesBackAsItWas) {
    Topics topics;
    const net::SocketId last{255, (1U << 24) - 1, net::SocketId::generation_max};
    topics.join(7, last);
    EXPECT_EQ(members_of(topics, 7), std::set{last});
}

TEST(Topics, LeavingWhatOneNeverJoinedDoesNothing) {
    Topics topics;
    topics.leave(7, member(1));
    topics.join(7, member(1));
    topics.leave(7, member(2));
    topics.leave(9, member(1));
    EXPECT_EQ(topics.size(), 1U);
}

TEST(Topics, JoiningTwiceIsJoiningOnce) {
    Topics topics;
    topics.join(7, member(1));
    topics.join(7, member(1));
    EXPECT_EQ(topics.size(), 1U);
    EXPECT_EQ(members_of(topics, 7), std::set{member(1)});
    topics.leave(7, member(1));
    EXPECT_EQ(topics.size(), 0U);
}

TEST(Topics, PlacesComeBackAsTheyWere) {
    Topics topics;
    for (const net::SocketId id :
         {net::SocketId{0, 0, 0},
          net::SocketId{255, 0xffffff, 0x7fffffff},
          net::SocketId{7, 19'000, 1}}) {
        topics.join(0, id);
        EXPECT_EQ(members_of(topics, 0), std::set{id});
        topics.leave(0, id);
    }
}

TEST(Topics, DoesAsThePlainSet) {
    Topics topics;
    std::map<Topic, std::set<net::SocketId>> model;
    std::size_t size = 0;
    std::mt19937_64 random(6);
    for (int step = 0; step < 40'000; ++step) {
        // Few topics, in clusters, so that they crowd each other; at times many join, at times many
        // leave.
        const Topic topic = random() % 400 * (random() % 2 == 0 ? 1 : 16);
        const net::SocketId who = member(static_cast<std::uint32_t>(random() % 20));
        const bool growing = step / 5'000 % 2 == 0;
        if (random() % 10 < (growing ? 7U : 3U)) {
            topics.join(topic, who);
            size += model[topic].insert(who).second;
        } else {
            topics.leave(topic, who);
            size -= model[topic].erase(who);
        }
        ASSERT_EQ(members_of(topics, topic), model[topic]);
        ASSERT_EQ(topics.size(), size);
    }
    for (const auto& [topic, members] : model) EXPECT_EQ(members_of(topics, topic), members);
}

TEST(Topics, ACrowdThatLeavesLeavesNothingBehind) {
    Topics topics;
    for (std::uint32_t i = 0; i < 50'000; ++i) topics.join(i * 0x9e3779b97f4a7c15U, member(i));
    EXPECT_EQ(topics.size(), 50'000U);
    for (std::uint32_t i = 0; i < 50'000; ++i) topics.leave(i * 0x9e3779b97f4a7c15U, member(i));
    EXPECT_EQ(topics.size(), 0U);
    for (std::uint32_t i = 0; i < 50'000; ++i)
        ASSERT_TRUE(topics.members(i * 0x9e3779b97f4a7c15U).empty());
}

TEST(Topics, ThreadsShareThem) {
    Topics topics;
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint32_t i = 0; i < 2000; ++i) {
                topics.join(i % 50, member(t * 10'000 + i));
                EXPECT_FALSE(topics.members(i % 50).empty());
                if (i % 2 == 0) topics.leave(i % 50, member(t * 10'000 + i));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(topics.size(), 4U * 1000);
}

}  // namespace
}  // namespace latchkey::channels
