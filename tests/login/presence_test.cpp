/// Which page shows a login, asked from any thread while pages hang on several.
#include "login/presence.hpp"

#include "login/house.hpp"
#include "login/steps.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace latchkey::login {
namespace {

using namespace test;

constexpr unsigned threads = 2;
/// The kernel hands a connection to any thread: one that gets none of so many is not there.
constexpr std::size_t pages_max = 64;

LoginId id_of(const House& house, const Begun& login) {
    return house.keys.open_token(login.token, house.now()).value().login;
}

std::string watching(const Begun& login, Page& page) {
    page.say(watch_message(login.token));
    return page.hear();
}

std::vector<net::SocketId> watchers(House& house, const Begun& login) {
    return house.hub.topics().members(topic_of(id_of(house, login)));
}

std::set<unsigned> threads_of(const std::vector<net::SocketId>& sockets) {
    std::set<unsigned> found;
    for (const net::SocketId& socket : sockets) found.insert(socket.loop);
    return found;
}

/// Pages that show one login, until every thread has at least one of them.
std::vector<Page> pages_on_all_threads(House& house, const Begun& login) {
    std::vector<Page> pages;
    while (threads_of(watchers(house, login)).size() < threads && pages.size() < pages_max) {
        pages.push_back(v1_page(login));
        pages.back().hear();
    }
    return pages;
}

/// What a request that came in on that thread is told.
std::optional<Presence> shown_to(House& house, unsigned thread, const LoginId& login) {
    Async<std::optional<Presence>> question = house.presences.shown(login);
    std::future<std::optional<Presence>> answer = boost::asio::co_spawn(
        house.server->context(thread), std::move(question), boost::asio::use_future
    );
    return answer.get();
}

TEST(Presence, OfAPageIsSeenFromEveryThread) {
    House house;
    const Begun login = begin(house);
    const LoginId id = id_of(house, login);
    Page page = v1_page(login);
    page.hear();

    for (unsigned thread = 0; thread < threads; ++thread) {
        const auto shown = shown_to(house, thread, id);
        ASSERT_TRUE(shown) << "asked on thread " << thread;
        EXPECT_EQ(shown->login, id);
        EXPECT_EQ(to_string(shown->address), "127.0.0.1");
    }
    EXPECT_EQ(scan(house, "alice", login.code).status, 201U);
}

TEST(Presence, EndsForEveryThreadWhenThePageWatchesAnotherLogin) {
    House house;
    const Begun before = begin(house);
    const Begun now = begin(house);
    Page page = v1_page(before);
    page.hear();
    watching(now, page);

    for (unsigned thread = 0; thread < threads; ++thread) {
        EXPECT_FALSE(shown_to(house, thread, id_of(house, before))) << "thread " << thread;
        EXPECT_TRUE(shown_to(house, thread, id_of(house, now))) << "thread " << thread;
    }
}

/// A page that comes back does so on another connection, while the one before may still be there.
TEST(Presence, OfThePageThatCameBackIsSeenWhereverTheOneBeforeIsStillClosing) {
    House house;
    const Begun login = begin(house);
    std::vector<Page> before = pages_on_all_threads(house, login);
    ASSERT_EQ(threads_of(watchers(house, login)).size(), threads);
    for (Page& page : before) {
        page.say("{}");
        EXPECT_EQ(page.closed(), 4000) << "and is not gone, since it does not answer";
    }
    const LoginId id = id_of(house, login);
    for (unsigned thread = 0; thread < threads; ++thread) {
        EXPECT_FALSE(shown_to(house, thread, id)) << "thread " << thread;
    }

    Page back = v1_page(login);
    back.hear();
    for (unsigned thread = 0; thread < threads; ++thread) {
        EXPECT_TRUE(shown_to(house, thread, id)) << "thread " << thread;
    }
    EXPECT_EQ(scan(house, "alice", login.code).status, 201U);
}

/// Two pages on one thread that show the login, the second of which is closing.
std::vector<Page> page_and_a_later_one_that_closes(House& house, const Begun& login) {
    std::vector<Page> pages;
    pages.push_back(v1_page(login));
    pages.back().hear();
    for (std::size_t tries = 0; tries < pages_max; ++tries) {
        pages.push_back(v1_page(login));
        pages.back().hear();
        if (threads_of(watchers(house, login)).size() == 1) break;
        pages.pop_back();
        while (watchers(house, login).size() > 1) {
        }
    }
    pages.back().say("{}");
    EXPECT_EQ(pages.back().closed(), 4000);
    return pages;
}

TEST(Presence, IsNotHiddenByALaterPageThatIsClosing) {
    House house;
    const Begun login = begin(house);
    const std::vector<Page> pages = page_and_a_later_one_that_closes(house, login);

    for (unsigned thread = 0; thread < threads; ++thread) {
        EXPECT_TRUE(shown_to(house, thread, id_of(house, login))) << "thread " << thread;
    }
}

TEST(Presence, EndsWhenThePageIsSentAway) {
    House house;
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    house.server->drain([] {});
    EXPECT_EQ(page.closed(), 4200) << "and is not gone, since it does not answer";

    for (unsigned thread = 0; thread < threads; ++thread) {
        EXPECT_FALSE(shown_to(house, thread, id_of(house, login))) << "thread " << thread;
    }
}

TEST(Presence, EndsWithTheLastPageWhicheverThreadItWasOn) {
    House house;
    const Begun login = begin(house);
    const LoginId id = id_of(house, login);
    {
        const std::vector<Page> pages = pages_on_all_threads(house, login);
        for (unsigned thread = 0; thread < threads; ++thread) {
            EXPECT_TRUE(shown_to(house, thread, id)) << "thread " << thread;
        }
    }
    while (!watchers(house, login).empty()) {
    }
    for (unsigned thread = 0; thread < threads; ++thread) {
        EXPECT_FALSE(shown_to(house, thread, id)) << "thread " << thread;
    }
}

}  // namespace
}  // namespace latchkey::login
