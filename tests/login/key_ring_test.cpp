/// Sealing keys that change while values are under way.

#include "crypto/random.hpp"
#include "login/examples.hpp"
#include "login/values.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::login {
namespace {

using namespace test;

const LoginId id = login_made_at(noon);
const auto cookie = bytes_full_of<BrowserCookie>(0x11);

const KeyRing first{{0, sealing_key(1)}};
const KeyRing both{{1, sealing_key(2)}, {0, sealing_key(1)}};
const KeyRing second{{1, sealing_key(2)}};

/// One of each value, and how many of them are still good.
struct Sealed {
    explicit Sealed(const SealingKeys& keys)
        : codes{keys.seal_code(id), keys.seal_code(id, scriptless_step), keys.seal_code(id, 0)},
          token(keys.seal_token(id, 3, cookie)),
          opened(keys.open_token(token, noon).value()),
          handle(keys.seal_handle({id, CodeKind::moving, std::nullopt}, noon, crypto::system_random)
          ),
          secret(keys.session_secret(opened, cookie, "key").value()) {}

    int opening(const SealingKeys& keys) const {
        int open = 0;
        for (const std::string& code : codes) open += keys.open_code(code, noon) ? 1 : 0;
        open += keys.open_token(token, noon) ? 1 : 0;
        open += keys.made_by(opened, cookie) ? 1 : 0;
        open += keys.open_handle(handle, noon) ? 1 : 0;
        const auto again = keys.session_secret(opened, cookie, "key");
        open += again && *again == secret ? 1 : 0;
        return open;
    }
    static constexpr int all = 7;

    std::vector<std::string> codes;
    std::string token;
    BrowserToken opened;
    std::string handle;
    SessionSecret secret;
};

TEST(Rotation, KeepsWhatTheKeyBeforeSealedUntilThatIsDropped) {
    SealingKeys keys(first);
    const Sealed before(keys);
    EXPECT_EQ(before.opening(keys), Sealed::all);

    keys.replace(both);
    EXPECT_EQ(before.opening(keys), Sealed::all);
    keys.replace(second);
    EXPECT_EQ(before.opening(keys), 0);
}

TEST(Rotation, SealsWithTheNewKeyAtOnce) {
    SealingKeys keys(first);
    EXPECT_EQ(keys.current(), 0);
    keys.replace(both);

    EXPECT_EQ(keys.current(), 1);
    EXPECT_EQ(Sealed(keys).opening(SealingKeys(second)), Sealed::all);
    EXPECT_EQ(Sealed(keys).opening(SealingKeys(first)), 0);
    EXPECT_EQ(keys.rotation(id).key, SealingKeys(second).rotation(id).key);
    EXPECT_EQ(keys.user_code(id), SealingKeys(second).user_code(id));
}

/// An id that comes round again belongs to another key then.
TEST(Rotation, OpensNothingOfAnEarlierKeyOfTheSameId) {
    SealingKeys keys(first);
    const Sealed before(keys);
    keys.replace(KeyRing{{0, sealing_key(3)}});

    EXPECT_EQ(before.opening(keys), 0);
}

TEST(KeyRing, HasEachIdOnceAndAtLeastOne) {
    EXPECT_THROW(SealingKeys(KeyRing{}), std::invalid_argument);
    EXPECT_THROW(SealingKeys(KeyRing{{16, sealing_key(1)}}), std::invalid_argument);
    EXPECT_THROW(
        SealingKeys(KeyRing{{1, sealing_key(1)}, {1, sealing_key(2)}}), std::invalid_argument
    );
}

TEST(KeyRing, StaysWhenAnotherIsNone) {
    SealingKeys keys(first);
    const Sealed before(keys);

    EXPECT_THROW(keys.replace(KeyRing{}), std::invalid_argument);
    EXPECT_EQ(before.opening(keys), Sealed::all);
}

/// Whatever a thread seals while the ring changes opens afterwards: never half of one key and half
/// of the other.
TEST(Rotation, IsSafeBesideThreadsThatSealAndOpen) {
    SealingKeys keys(first);
    const SealingKeys everything(both);
    std::atomic<bool> done{false};
    std::atomic<int> failed{0};
    std::vector<std::jthread> threads;
    constexpr std::size_t threads_count = 3;
    threads.reserve(threads_count);
    for (std::size_t i = 0; i < threads_count; ++i) {
        threads.emplace_back([&] {
            while (!done) {
                const std::string code = keys.seal_code(id, 1);
                const std::string token = keys.seal_token(id, 0, cookie);
                if (!everything.open_code(code, noon + code_step)) ++failed;
                const auto opened = everything.open_token(token, noon);
                if (!opened || !everything.made_by(*opened, cookie)) ++failed;
                if (!keys.open_code(code, noon + code_step)) ++failed;
            }
        });
    }
    for (int i = 0; i < 50; ++i) {
        keys.replace(both);
        keys.replace(KeyRing{both[1], both[0]});
    }
    done = true;
    threads.clear();

    EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace latchkey::login
