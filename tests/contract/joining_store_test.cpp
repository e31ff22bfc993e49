/// What every InvitationStore and every RecoveryStore promises, and how accounts are founded.
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

Invitation invitation(int fill, seconds life = seconds(60)) {
    return {
        .hash = filled<crypto::Sha256>(fill),
        .role = Role::admin,
        .created_at = noon + milliseconds(fill),
        .expires_at = noon + life,
    };
}

Admission by(const Invitation& one) {
    return {Admission::By::invitation, one.role, one.hash, one.expires_at};
}

NewAccount newcomer(const std::string& name, int fill) {
    const Account account = account_of(name, fill);
    return {account, session_of(account, fill)};
}

template <class Backend>
class JoiningStoreContract : public testing::Test {
 protected:
    InvitationStore& store() { return backend_.invitations(); }
    void add(const Invitation& one) { await(store().add_invitation(one)).value(); }
    std::vector<Invitation> all(Time now = noon) { return await(store().invitations(now)).value(); }
    std::optional<Invitation> find(const Invitation& one, Time now = noon) {
        return await(store().invitation(one.hash, now)).value();
    }
    Result<void> found(NewAccount wanted, Admission admission) {
        return await(backend_.accounts().found_account(std::move(wanted), admission));
    }
    Result<void> recover(const Session& session, int code) {
        return await(backend_.recovery().sign_in_by_code(
            {filled<crypto::Sha256>(code), session, std::nullopt}
        ));
    }
    std::int64_t codes_of(const Account& account) {
        return await(backend_.recovery().codes_of(account.id)).value().left;
    }
    std::vector<Session> sessions_of(const Account& account) {
        return await(backend_.sessions().sessions_of(account.id, noon)).value();
    }
    void give_codes(const Account& account, std::initializer_list<int> codes) {
        std::vector<crypto::Sha256> hashes;
        for (const int code : codes) hashes.push_back(filled<crypto::Sha256>(code));
        await(backend_.recovery().replace_codes(account.id, hashes, noon)).value();
    }

    Backend backend_;
};

using Backends = testing::Types<SqliteBackend, MemoryBackend>;
TYPED_TEST_SUITE(JoiningStoreContract, Backends);

TYPED_TEST(JoiningStoreContract, KeepsInvitationsUntilTheyAreOver) {
    const Invitation first = invitation(1);
    const Invitation second = invitation(2, seconds(30));
    this->add(first);
    this->add(second);

    EXPECT_THAT(this->all(), ElementsAre(second, first));
    EXPECT_EQ(this->find(second), second);
    EXPECT_FALSE(this->find(invitation(3)));
    EXPECT_THAT(this->all(noon + seconds(30)), ElementsAre(first));
    EXPECT_FALSE(this->find(second, noon + seconds(30)));
}

TYPED_TEST(JoiningStoreContract, ARemovedInvitationIsGone) {
    this->add(invitation(1));

    await(this->store().remove_invitation(invitation(1).hash, noon)).value();

    EXPECT_THAT(this->all(), IsEmpty());
    EXPECT_EQ(
        await(this->store().remove_invitation(invitation(1).hash, noon)).error(),
        Errc::invitation_unknown
    );
    EXPECT_EQ(this->found(newcomer("Ada", 1), by(invitation(1))).error(), Errc::invitation_unknown);
}

TYPED_TEST(JoiningStoreContract, OneOfManyUsesAnInvitation) {
    this->add(invitation(1));
    std::vector<Async<Result<void>>> callers;
    for (int i = 1; i <= 16; ++i) {
        callers.push_back(this->backend_.accounts().found_account(
            newcomer("person " + std::to_string(i), i), by(invitation(1))
        ));
    }

    std::ptrdiff_t won = 0;
    for (const auto& answer : await_all(std::move(callers))) {
        if (answer) {
            ++won;
        } else {
            EXPECT_EQ(answer.error(), Errc::invitation_unknown);
        }
    }

    EXPECT_EQ(won, 1);
    EXPECT_THAT(await(this->backend_.accounts().accounts()).value(), SizeIs(1));
    EXPECT_THAT(this->all(), IsEmpty());
}

TYPED_TEST(JoiningStoreContract, WhatIsRefusedLeavesTheInvitationAndNothingElse) {
    this->add(invitation(1));
    this->found(newcomer("Ada", 1), Admission{}).value();

    EXPECT_EQ(this->found(newcomer("aDA", 2), by(invitation(1))).error(), Errc::name_taken);

    EXPECT_THAT(this->all(), SizeIs(1));
    EXPECT_THAT(await(this->backend_.accounts().accounts()).value(), SizeIs(1));
    EXPECT_TRUE(this->found(newcomer("Ben", 2), by(invitation(1))));
}

TYPED_TEST(JoiningStoreContract, WhoJoinsLeavesTheSessionThatTheBrowserHad) {
    this->found(newcomer("Ada", 1), Admission{}).value();
    NewAccount wanted = newcomer("Ben", 2);
    wanted.replaces = session_of(ada, 1).token_hash;

    EXPECT_EQ(this->found(wanted, by(invitation(1))).error(), Errc::invitation_unknown);
    EXPECT_THAT(this->sessions_of(account_of("Ada", 1)), SizeIs(1));
    this->found(wanted, Admission{}).value();
    EXPECT_THAT(this->sessions_of(account_of("Ada", 1)), IsEmpty());
    EXPECT_THAT(this->sessions_of(account_of("Ben", 2)), SizeIs(1));
}

TYPED_TEST(JoiningStoreContract, ACodeBeginsOneSession) {
    this->found(newcomer("Ada", 1), Admission{}).value();
    this->give_codes(ada, {7, 8});
    EXPECT_EQ(this->codes_of(ada), 2);

    EXPECT_EQ(this->recover(session_of(ada, 5), 9).error(), Errc::recovery_refused);
    EXPECT_EQ(this->recover(session_of(ben, 5), 7).error(), Errc::recovery_refused);
    EXPECT_TRUE(this->recover(session_of(ada, 5), 7));
    EXPECT_EQ(this->recover(session_of(ada, 6), 7).error(), Errc::recovery_refused);

    EXPECT_EQ(this->codes_of(ada), 1);
    EXPECT_THAT(this->sessions_of(ada), SizeIs(2));
}

TYPED_TEST(JoiningStoreContract, NewCodesTakeThePlaceOfOldOnes) {
    this->found(newcomer("Ada", 1), Admission{}).value();
    this->give_codes(ada, {7, 8});
    this->give_codes(ada, {9});

    EXPECT_EQ(this->codes_of(ada), 1);
    EXPECT_EQ(this->recover(session_of(ada, 5), 7).error(), Errc::recovery_refused);
    EXPECT_EQ(
        await(this->backend_.recovery().replace_codes(ben.id, {}, noon)).error(),
        Errc::account_unknown
    );
}

TYPED_TEST(JoiningStoreContract, ADisabledAccountKeepsItsCodesAndIsNotOpenedByThem) {
    this->found(newcomer("Ada", 1), Admission{}).value();
    this->give_codes(ada, {7});
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();

    EXPECT_EQ(this->recover(session_of(ada, 5), 7).error(), Errc::recovery_refused);

    EXPECT_EQ(this->codes_of(ada), 1);
    EXPECT_THAT(this->sessions_of(ada), IsEmpty());
}

}  // namespace
}  // namespace latchkey::identity
