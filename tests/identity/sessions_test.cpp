#include "identity/sessions.hpp"

#include "base/encoding.hpp"
#include "identity/people.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace latchkey::identity {
namespace {

class SessionsOf : public testing::Test {
 protected:
    People people;
    Account ada = people.add("Ada", "correct horse");
};

TEST_F(SessionsOf, TheCookieIs32RandomBytesAndOnlyTheirHashIsStored) {
    const Minted minted = people.sign_in(ada);

    const auto secret = from_base64url(minted.cookie_value);
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->size(), 32U);
    EXPECT_EQ(minted.session.token_hash, crypto::sha256(*secret));
    EXPECT_EQ(people.store.all_sessions.front().token_hash, minted.session.token_hash);
    EXPECT_NE(people.sign_in(ada).cookie_value, minted.cookie_value);
}

TEST_F(SessionsOf, IdsBeginWithWhenTheyWereMadeAndGoOnAtRandom) {
    const auto made = [this](Time at) {
        return people.sessions.mint(ada.id, SessionKind::password, {}, at).session.id;
    };
    const SessionId first = made(noon);
    const SessionId second = made(noon);
    const SessionId later = made(noon + milliseconds(1));

    EXPECT_TRUE(std::ranges::equal(first.view().first(6), second.view().first(6)));
    EXPECT_NE(first, second);
    EXPECT_TRUE(std::ranges::lexicographical_compare(first.view().first(6), later.view().first(6)));
}

TEST_F(SessionsOf, TheCookieSaysWhoIsSignedIn) {
    const Minted minted = people.sign_in(ada);

    const auto found = people.who(minted);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->session, minted.session);
    EXPECT_EQ(found->account_name, "Ada");
}

TEST_F(SessionsOf, NoOtherValueSignsAnybodyIn) {
    const Minted minted = people.sign_in(ada);
    const std::string hash = base64url(minted.session.token_hash.view());
    const std::string id = base64url(minted.session.id.view());

    for (const std::string& value :
         {std::string(),
          hash,
          id,
          minted.cookie_value + "A",
          minted.cookie_value.substr(1),
          std::string("!")}) {
        EXPECT_FALSE(await(people.sessions.authenticate(value, noon)).value()) << value;
        EXPECT_FALSE(people.sessions.cached(value, noon)) << value;
    }
}

TEST_F(SessionsOf, ALookUpIsGoodForASecond) {
    const Minted minted = people.sign_in(ada);
    EXPECT_FALSE(people.sessions.cached(minted.cookie_value, noon));

    people.who(minted);
    people.who(minted);
    EXPECT_TRUE(
        people.sessions.cached(minted.cookie_value, noon + session_fresh_max - milliseconds(1))
    );
    EXPECT_EQ(people.store.reads, 1);

    EXPECT_FALSE(people.sessions.cached(minted.cookie_value, noon + session_fresh_max));
    EXPECT_FALSE(people.sessions.cached(minted.cookie_value, noon - milliseconds(1)))
        << "a clock that was set back keeps nothing";
    people.now += session_fresh_max;
    people.who(minted);
    EXPECT_EQ(people.store.reads, 2);
}

TEST_F(SessionsOf, ACachedSessionEndsAtItsTime) {
    Minted minted = people.sessions.mint(ada.id, SessionKind::password, {}, noon);
    minted.session.expires_at = noon + milliseconds(500);
    await(people.sessions.begin({minted.session, ada.password_hash, std::nullopt})).value();
    people.who(minted);

    EXPECT_TRUE(people.sessions.cached(minted.cookie_value, noon + milliseconds(499)));
    EXPECT_FALSE(people.sessions.cached(minted.cookie_value, noon + milliseconds(500)));
}

TEST_F(SessionsOf, EndingOneEmptiesTheCacheOfItAlone) {
    const Minted phone = people.sign_in(ada);
    const Minted laptop = people.sign_in(ada);
    people.who(phone);
    people.who(laptop);

    await(people.sessions.end(ada.id, phone.session.id, EndedFrom::itself, noon)).value();

    EXPECT_FALSE(people.sessions.cached(phone.cookie_value, noon));
    EXPECT_FALSE(people.who(phone));
    EXPECT_TRUE(people.sessions.cached(laptop.cookie_value, noon));
}

TEST_F(SessionsOf, ANewSessionEndsTheOneItReplacesDespiteTheCache) {
    const Minted old = people.sign_in(ada);
    people.who(old);
    const Minted fresh = people.sessions.mint(ada.id, SessionKind::password, {}, noon);

    await(people.sessions.begin({fresh.session, ada.password_hash, old.session.token_hash}))
        .value();

    EXPECT_FALSE(people.who(old));
    EXPECT_TRUE(people.who(fresh));
}

TEST_F(SessionsOf, BeingSeenIsWrittenEachMinuteAtMost) {
    const Minted minted = people.sign_in(ada);
    people.now = noon + seen_precision - session_fresh_max;
    people.who(minted);
    EXPECT_EQ(people.store.touches, 0);

    people.now = noon + seen_precision;
    people.who(minted);
    people.now += session_fresh_max;
    people.who(minted);
    EXPECT_EQ(people.store.touches, 1);
    EXPECT_EQ(people.store.all_sessions.front().seen_at, noon + seen_precision);
}

TEST_F(SessionsOf, AnIdleSessionEndsAndASeenOneGoesOn) {
    const Minted idle = people.sign_in(ada);
    const Minted used = people.sign_in(ada);
    people.now = noon + session_idle_max - seconds(1);
    EXPECT_TRUE(people.who(used));

    people.now = noon + session_idle_max;
    EXPECT_FALSE(people.who(idle));
    EXPECT_TRUE(people.who(used));

    people.now = noon + session_life;
    EXPECT_FALSE(people.who(used)) << "30 days are the end in any case";
}

TEST_F(SessionsOf, LastAsLongAsTheOperatorSays) {
    Sessions brief(people.store, people.random, {.absolute = seconds(600), .idle = seconds(60)});
    const Minted minted = brief.mint(ada.id, SessionKind::password, {}, noon);
    EXPECT_EQ(minted.session.expires_at, noon + seconds(600));
    EXPECT_EQ(life_of(minted.session), seconds(600));
}

TEST(SessionCache, KnowsNoSessionThatIsIdleForTooLong) {
    constexpr milliseconds almost = session_fresh_max - milliseconds(1);
    SessionCache cache(seconds(60));
    SignedIn signed_in{.session = session_of(ada, 1), .account_name = "Ada"};
    signed_in.session.seen_at = noon - seconds(60) + almost;
    const crypto::Sha256 hash = signed_in.session.token_hash;
    cache.keep(signed_in, noon, cache.epoch());

    EXPECT_TRUE(cache.find(hash, noon + almost - milliseconds(1)));
    EXPECT_FALSE(cache.find(hash, noon + almost));
}

TEST_F(SessionsOf, ABrokenStoreIsNotNobody) {
    const Minted minted = people.sign_in(ada);
    people.store.broken = true;

    EXPECT_EQ(
        await(people.sessions.authenticate(minted.cookie_value, noon)).error(), Errc::unavailable
    );
}

TEST(SessionCacheOf, KeepsNothingThatEndedWhileItWasLookedUp) {
    SessionCache cache(session_idle_max);
    const SignedIn seen{session_of(ada, 1), "Ada"};
    const std::uint64_t before = cache.epoch();

    cache.forget(seen.session.account, seen.session.id);
    cache.keep(seen, noon, before);

    EXPECT_FALSE(cache.find(seen.session.token_hash, noon));
    cache.keep(seen, noon, cache.epoch());
    EXPECT_TRUE(cache.find(seen.session.token_hash, noon));
}

TEST(SessionCacheOf, NeverHoldsMoreThanItsEntries) {
    SessionCache cache(session_idle_max);
    std::vector<crypto::Sha256> hashes;
    for (std::uint32_t i = 0; i < 3 * SessionCache::entries_max; ++i) {
        SignedIn seen{session_of(ada, 1), "Ada"};
        std::array<std::byte, 4> counter{};
        put_big_endian<std::uint32_t>(counter, i);
        seen.session.token_hash = crypto::sha256(counter);
        hashes.push_back(seen.session.token_hash);
        cache.keep(seen, noon, cache.epoch());
    }

    const auto held = std::ranges::count_if(hashes, [&](const crypto::Sha256& hash) {
        return cache.find(hash, noon).has_value();
    });
    EXPECT_LE(static_cast<std::size_t>(held), SessionCache::entries_max);
    EXPECT_GT(static_cast<std::size_t>(held), SessionCache::entries_max / 2);
    EXPECT_TRUE(cache.find(hashes.back(), noon)) << "the newest is there";
}

}  // namespace
}  // namespace latchkey::identity
