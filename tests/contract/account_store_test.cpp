/// What every AccountStore promises.
#include "contract/await.hpp"
#include "contract/backends.hpp"
#include "contract/examples.hpp"
#include "contract/memory_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::identity {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Admission by_setup{.by = Admission::By::setup};

template <class Backend>
class AccountStoreContract : public testing::Test {
 protected:
    AccountStore& store() { return backend_.accounts(); }
    Result<void> add(const Account& account) { return await(store().add_account(account)); }
    std::optional<Account> named(std::string name) {
        return await(store().account_named(std::move(name))).value();
    }
    std::vector<Session> sessions_of(const Account& account) {
        return await(backend_.sessions().sessions_of(account.id, noon)).value();
    }
    Result<void> sign_in(const Account& account, int fill) {
        return await(backend_.sessions().add_session(new_session(account, fill)));
    }

    Backend backend_;
};

using Backends = testing::Types<SqliteBackend, MemoryBackend>;
TYPED_TEST_SUITE(AccountStoreContract, Backends);

TYPED_TEST(AccountStoreContract, SomebodyAdministersAlwaysOnceSomebodyDoes) {
    const auto role = [this](const Account& account) {
        return await(this->store().account(account.id)).value()->role;
    };
    const auto set = [this](const Account& account, Role role) {
        return await(this->store().set_role(account.id, role, noon));
    };
    Account admin = ada;
    admin.role = Role::admin;
    await(this->store().add_account(admin)).value();
    await(this->store().add_account(ben)).value();
    EXPECT_EQ(role(ada), Role::admin);
    EXPECT_EQ(role(ben), Role::person);

    EXPECT_EQ(set(ada, Role::person).error(), Errc::last_admin);
    EXPECT_TRUE(set(ada, Role::admin));
    EXPECT_TRUE(set(ben, Role::person));
    EXPECT_TRUE(set(ben, Role::admin));
    EXPECT_TRUE(set(ada, Role::person));
    EXPECT_EQ(role(ada), Role::person);
    EXPECT_EQ(role(ben), Role::admin);
    EXPECT_EQ(set(account_of("Cleo", 3), Role::admin).error(), Errc::account_unknown);
}

TYPED_TEST(AccountStoreContract, AnotherRoleTakesAnotherSession) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();

    await(this->store().set_role(ada.id, Role::person, noon)).value();
    EXPECT_THAT(this->sessions_of(ada), SizeIs(1)) << "that is what it was";
    await(this->store().set_role(ada.id, Role::admin, noon)).value();
    EXPECT_THAT(this->sessions_of(ada), IsEmpty());
}

TYPED_TEST(AccountStoreContract, ADisabledAdministratorIsNone) {
    for (const auto& [account, fill] : {std::pair("Ada", 1), std::pair("Ben", 2)}) {
        Account admin = account_of(account, fill);
        admin.role = Role::admin;
        await(this->store().add_account(admin)).value();
    }
    await(this->store().set_disabled(ben.id, true, noon)).value();

    EXPECT_EQ(await(this->store().set_role(ada.id, Role::person, noon)).error(), Errc::last_admin);
    EXPECT_TRUE(await(this->store().set_role(ben.id, Role::person, noon)));
}

TYPED_TEST(AccountStoreContract, KeepsAccountsAsTheyWereAdded) {
    EXPECT_FALSE(await(this->store().has_accounts()).value());

    this->add(ada).value();

    EXPECT_TRUE(await(this->store().has_accounts()).value());
    const auto kept = await(this->store().account(ada.id)).value();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->id, ada.id);
    EXPECT_EQ(kept->name, "Ada");
    EXPECT_EQ(kept->password_hash, ada.password_hash);
    EXPECT_FALSE(kept->disabled);
    EXPECT_EQ(kept->created_at, noon);
}

TYPED_TEST(AccountStoreContract, FindsNamesWithoutRegardToCase) {
    this->add(ada).value();

    EXPECT_EQ(this->named("ADA")->id, ada.id);
    EXPECT_EQ(this->named("ada")->name, "Ada");
    EXPECT_FALSE(this->named("adam"));
    EXPECT_FALSE(this->named(""));
    EXPECT_FALSE(this->named("%"));
}

TYPED_TEST(AccountStoreContract, GivesANameOnce) {
    this->add(ada).value();

    EXPECT_EQ(this->add(account_of("aDA", 7)).error(), Errc::name_taken);
    EXPECT_FALSE(await(this->store().account(filled<AccountId>(7))).value());
}

TYPED_TEST(AccountStoreContract, TakesNamesOfAnyScript) {
    const Account li = account_of("李雷 '; DROP TABLE accounts; --", 3);
    this->add(li).value();

    EXPECT_EQ(this->named(li.name)->id, li.id);
}

TYPED_TEST(AccountStoreContract, ListsThemByName) {
    this->add(ben).value();
    this->add(account_of("charlie", 3)).value();
    this->add(ada).value();

    EXPECT_THAT(
        await(this->store().accounts()).value(),
        ElementsAre(
            Field(&Account::name, "Ada"),
            Field(&Account::name, "Ben"),
            Field(&Account::name, "charlie")
        )
    );
}

TYPED_TEST(AccountStoreContract, TheFirstAccountComesWithItsSession) {
    Session session = session_of(ada, 1);
    session.kind = SessionKind::setup;

    await(this->store().found_account({ada, session}, by_setup)).value();

    EXPECT_THAT(this->sessions_of(ada), ElementsAre(session));
}

TYPED_TEST(AccountStoreContract, OnlyOneOfManyBecomesTheFirst) {
    std::vector<Async<Result<void>>> callers;
    for (int i = 1; i <= 16; ++i) {
        const Account account = account_of("person " + std::to_string(i), i);
        callers.push_back(this->store().found_account({account, session_of(account, i)}, by_setup));
    }

    const auto answers = await_all(std::move(callers));

    std::size_t won = 0;
    for (const auto& answer : answers) {
        if (answer) {
            ++won;
        } else {
            EXPECT_EQ(answer.error(), Errc::invitation_unknown);
        }
    }
    EXPECT_EQ(won, 1U);
    EXPECT_THAT(await(this->store().accounts()).value(), SizeIs(1));
}

TYPED_TEST(AccountStoreContract, ANewPasswordMayLeaveOneSession) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();
    this->sign_in(ada, 2).value();
    const Session here = this->sessions_of(ada).front();

    await(this->store().set_password({ada.id, here.id}, "another hash", noon)).value();

    EXPECT_THAT(this->sessions_of(ada), ElementsAre(here));
}

TYPED_TEST(AccountStoreContract, APasswordIsDroppedOnlyWhereThereIsAPasskey) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();

    EXPECT_EQ(await(this->store().drop_password(ada.id, noon)).error(), Errc::last_way_in);
    EXPECT_EQ(this->named("ada")->password_hash, ada.password_hash);
    EXPECT_THAT(this->sessions_of(ada), SizeIs(1));
    EXPECT_EQ(await(this->store().drop_password(ben.id, noon)).error(), Errc::account_unknown);
}

TYPED_TEST(AccountStoreContract, ARemovedAccountLeavesNothingAndFreesItsName) {
    this->add(ada).value();
    this->add(ben).value();
    this->sign_in(ada, 1).value();
    this->sign_in(ben, 2).value();
    const std::vector<crypto::Sha256> codes{filled<crypto::Sha256>(1)};
    await(this->backend_.recovery().replace_codes(ada.id, codes, noon)).value();

    await(this->store().remove_account(ada.id, noon)).value();

    EXPECT_FALSE(this->named("ada"));
    EXPECT_THAT(this->sessions_of(ada), IsEmpty());
    EXPECT_EQ(await(this->backend_.recovery().codes_of(ada.id)).value().left, 0);
    EXPECT_THAT(this->sessions_of(ben), SizeIs(1));
    EXPECT_EQ(await(this->store().remove_account(ada.id, noon)).error(), Errc::account_unknown);
    EXPECT_TRUE(this->add(account_of("ADA", 7)));
}

TYPED_TEST(AccountStoreContract, ASessionThatHasEndedChangesNothing) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();
    const Actor gone(ada.id, filled<SessionId>(2));

    EXPECT_EQ(
        await(this->store().set_password(gone, "another hash", noon)).error(), Errc::not_signed_in
    );
    EXPECT_EQ(this->named("ada")->password_hash, ada.password_hash);
    EXPECT_EQ(await(this->store().drop_password(gone, noon)).error(), Errc::not_signed_in);
    const std::vector<crypto::Sha256> codes{filled<crypto::Sha256>(1)};
    EXPECT_EQ(
        await(this->backend_.recovery().replace_codes(gone, codes, noon)).error(),
        Errc::not_signed_in
    );
    EXPECT_EQ(await(this->store().remove_account(gone, noon)).error(), Errc::not_signed_in);
    EXPECT_THAT(this->sessions_of(ada), SizeIs(1));
}

TYPED_TEST(AccountStoreContract, TheLastAdministratorIsNotRemoved) {
    Account admin = ada;
    admin.role = Role::admin;
    this->add(admin).value();
    this->add(ben).value();

    EXPECT_EQ(await(this->store().remove_account(ada.id, noon)).error(), Errc::last_admin);
    EXPECT_TRUE(await(this->store().remove_account(ben.id, noon)));
    EXPECT_TRUE(this->named("ada"));
}

TYPED_TEST(AccountStoreContract, ANewPasswordEndsEverySession) {
    this->add(ada).value();
    this->add(ben).value();
    this->sign_in(ada, 1).value();
    this->sign_in(ada, 2).value();
    this->sign_in(ben, 3).value();

    await(this->store().set_password(ada.id, "another hash", noon)).value();

    EXPECT_EQ(this->named("ada")->password_hash, "another hash");
    EXPECT_THAT(this->sessions_of(ada), IsEmpty());
    EXPECT_THAT(this->sessions_of(ben), SizeIs(1));
}

TYPED_TEST(AccountStoreContract, TheSamePasswordAtAnotherCostEndsNone) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();

    await(this->store().replace_hash(ada.id, ada.password_hash, "costlier")).value();
    EXPECT_EQ(this->named("ada")->password_hash, "costlier");
    EXPECT_THAT(this->sessions_of(ada), SizeIs(1));

    await(this->store().replace_hash(ada.id, ada.password_hash, "too late")).value();
    EXPECT_EQ(this->named("ada")->password_hash, "costlier");
}

TYPED_TEST(AccountStoreContract, ADisabledAccountLosesItsSessionsForGood) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();

    await(this->store().set_disabled(ada.id, true, noon)).value();
    EXPECT_TRUE(this->named("ada")->disabled);
    EXPECT_THAT(this->sessions_of(ada), IsEmpty());

    await(this->store().set_disabled(ada.id, false, noon)).value();
    EXPECT_FALSE(this->named("ada")->disabled);
    EXPECT_THAT(this->sessions_of(ada), IsEmpty());
}

TYPED_TEST(AccountStoreContract, KeepsWhatScreensShowOfAnAccount) {
    this->add(ada).value();
    this->sign_in(ada, 1).value();
    EXPECT_EQ(this->named("ada")->shown_as, ShownAs::name);

    for (const ShownAs shown_as : {ShownAs::initials, ShownAs::nothing, ShownAs::name}) {
        await(this->store().set_shown_as(ada.id, shown_as, noon)).value();
        EXPECT_EQ(this->named("ada")->shown_as, shown_as);
        EXPECT_EQ(this->sessions_of(ada).size(), 1U) << "sessions go on";
    }
    Account ben_without_a_name = ben;
    ben_without_a_name.shown_as = ShownAs::nothing;
    this->add(ben_without_a_name).value();
    EXPECT_EQ(this->named("ben")->shown_as, ShownAs::nothing);
}

TYPED_TEST(AccountStoreContract, SaysWhenThereIsNoSuchAccount) {
    EXPECT_EQ(
        await(this->store().set_shown_as(ada.id, ShownAs::nothing, noon)).error(),
        Errc::account_unknown
    );
    EXPECT_EQ(
        await(this->store().set_password(ada.id, "hash", noon)).error(), Errc::account_unknown
    );
    EXPECT_EQ(await(this->store().set_disabled(ada.id, true, noon)).error(), Errc::account_unknown);
    EXPECT_FALSE(await(this->store().account(ada.id)).value());
}

}  // namespace
}  // namespace latchkey::identity
