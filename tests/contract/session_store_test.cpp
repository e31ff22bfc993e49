/// What every SessionStore promises.
#include "contract/await.hpp"
#include "contract/backends.hpp"
#include "contract/examples.hpp"
#include "contract/memory_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::identity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr milliseconds a_moment{1};

template <class Backend>
class SessionStoreContract : public testing::Test {
 protected:
    SessionStoreContract() {
        await(backend_.accounts().add_account(ada)).value();
        await(backend_.accounts().add_account(ben)).value();
    }
    SessionStore& store() { return backend_.sessions(); }
    void add(const Session& session) {
        await(store().add_session({session, ada.password_hash, std::nullopt})).value();
    }
    std::optional<SignedIn> by_hash(int fill, Time now = noon) {
        return await(store().session_by_hash(filled<crypto::Sha256>(fill), now)).value();
    }

    Backend backend_;
};

using Backends = testing::Types<SqliteBackend, MemoryBackend>;
TYPED_TEST_SUITE(SessionStoreContract, Backends);

TYPED_TEST(SessionStoreContract, FindsASessionByItsHashWithItsAccountsName) {
    const Session session = session_of(ada, 1);
    this->add(session);

    ASSERT_TRUE(this->by_hash(1));
    EXPECT_EQ(this->by_hash(1)->session, session);
    EXPECT_EQ(this->by_hash(1)->account_name, "Ada");
    EXPECT_EQ(this->by_hash(1)->shown_as, ShownAs::name);
    await(this->backend_.accounts().set_shown_as(ada.id, ShownAs::initials, noon)).value();
    EXPECT_EQ(this->by_hash(1)->shown_as, ShownAs::initials);
    EXPECT_FALSE(this->by_hash(2));
}

TYPED_TEST(SessionStoreContract, ASessionEndsAtItsTime) {
    Session session = session_of(ada, 1);
    session.expires_at = noon + seconds(60);
    this->add(session);

    EXPECT_TRUE(this->by_hash(1, session.expires_at - a_moment));
    EXPECT_FALSE(this->by_hash(1, session.expires_at));
    EXPECT_THAT(await(this->store().sessions_of(ada.id, session.expires_at)).value(), IsEmpty());
}

TYPED_TEST(SessionStoreContract, AnIdleSessionEnds) {
    this->add(session_of(ada, 1));

    EXPECT_TRUE(this->by_hash(1, noon + session_idle_max - a_moment));
    EXPECT_FALSE(this->by_hash(1, noon + session_idle_max));
    EXPECT_THAT(
        await(this->store().sessions_of(ada.id, noon + session_idle_max)).value(), IsEmpty()
    );
}

TYPED_TEST(SessionStoreContract, BeingSeenKeepsItFromBeingIdleButNotFromItsEnd) {
    Session session = session_of(ada, 1);
    this->add(session);

    const Time later = noon + session_idle_max - a_moment;
    await(this->store().touch_session(ada.id, session.id, later)).value();
    EXPECT_EQ(this->by_hash(1, later)->session.seen_at, later);
    EXPECT_TRUE(this->by_hash(1, noon + session_idle_max));

    await(this->store().touch_session(ada.id, session.id, session.expires_at)).value();
    EXPECT_FALSE(this->by_hash(1, session.expires_at));
}

TYPED_TEST(SessionStoreContract, BeingSeenNeverMovesBack) {
    this->add(session_of(ada, 1));

    await(this->store().touch_session(ada.id, filled<SessionId>(1), noon - seconds(5))).value();
    await(this->store().touch_session(ada.id, filled<SessionId>(77), noon + seconds(5))).value();

    EXPECT_EQ(this->by_hash(1)->session.seen_at, noon);
}

TYPED_TEST(SessionStoreContract, ListsOnesOwnSessionsTheNewestFirst) {
    Session newer = session_of(ada, 2);
    newer.created_at = noon + seconds(1);
    this->add(session_of(ada, 1));
    this->add(newer);
    await(this->store().add_session(new_session(ben, 3))).value();

    EXPECT_THAT(
        await(this->store().sessions_of(ada.id, noon)).value(),
        ElementsAre(newer, session_of(ada, 1))
    );
}

TYPED_TEST(SessionStoreContract, KeepsWhoApprovedIt) {
    Session session = session_of(ada, 2);
    session.kind = SessionKind::scan;
    session.approved_by = filled<SessionId>(1);
    this->add(session);

    EXPECT_EQ(await(this->store().session(ada.id, session.id)).value(), session);
}

TYPED_TEST(SessionStoreContract, AllSessionsOfAnAccountEndOrAllButOne) {
    for (const int fill : {1, 2, 3}) this->add(session_of(ada, fill));
    await(this->store().add_session(new_session(ben, 4))).value();
    const auto end = [this](std::optional<SessionId> but) {
        return await(this->store().end_sessions(ada.id, but, noon)).value();
    };

    EXPECT_EQ(end(filled<SessionId>(2)), 2);
    EXPECT_FALSE(this->by_hash(1));
    EXPECT_TRUE(this->by_hash(2));
    EXPECT_EQ(end(std::nullopt), 1);
    EXPECT_FALSE(this->by_hash(2));
    EXPECT_EQ(end(std::nullopt), 0);
    EXPECT_TRUE(this->by_hash(4)) << "another's";
}

TYPED_TEST(SessionStoreContract, OnlyItsOwnAccountSeesOrEndsASession) {
    const Session session = session_of(ada, 1);
    this->add(session);

    EXPECT_FALSE(await(this->store().session(ben.id, session.id)).value());
    EXPECT_EQ(
        await(this->store().end_session(ben.id, session.id, identity::EndedFrom::elsewhere, noon))
            .error(),
        Errc::session_unknown
    );
    EXPECT_TRUE(this->by_hash(1));

    await(this->store().end_session(ada.id, session.id, identity::EndedFrom::elsewhere, noon))
        .value();
    EXPECT_FALSE(this->by_hash(1));
    EXPECT_EQ(
        await(this->store().end_session(ada.id, session.id, identity::EndedFrom::elsewhere, noon))
            .error(),
        Errc::session_unknown
    );
}

TYPED_TEST(SessionStoreContract, ANewOneEndsTheOneThatItReplaces) {
    await(this->store().add_session(new_session(ben, 1))).value();
    NewSession wanted = new_session(ada, 2);
    wanted.replaces = filled<crypto::Sha256>(1);

    await(this->store().add_session(wanted)).value();

    EXPECT_FALSE(this->by_hash(1));
    EXPECT_TRUE(this->by_hash(2));
}

TYPED_TEST(SessionStoreContract, APasswordThatChangedMeanwhileGivesNoSession) {
    this->add(session_of(ada, 1));
    await(this->backend_.accounts().replace_hash(ada.id, ada.password_hash, "another")).value();
    NewSession late = new_session(ada, 2);
    late.replaces = filled<crypto::Sha256>(1);

    EXPECT_EQ(await(this->store().add_session(late)).error(), Errc::wrong_credentials);
    EXPECT_FALSE(this->by_hash(2));
    EXPECT_TRUE(this->by_hash(1)) << "a refused sign-in ends nothing";
}

TYPED_TEST(SessionStoreContract, ADisabledAccountGetsNoSession) {
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();

    EXPECT_EQ(
        await(this->store().add_session(new_session(ada, 1))).error(), Errc::wrong_credentials
    );
}

}  // namespace
}  // namespace latchkey::identity
