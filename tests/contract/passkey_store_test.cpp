/// What every PasskeyStore promises.
#include "contract/await.hpp"
#include "contract/backends.hpp"
#include "contract/examples.hpp"
#include "contract/memory_passkeys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace latchkey::identity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct MemoryWithPasskeys {
    MemoryStore store;
    MemoryPasskeys all{store};

    AccountStore& accounts() { return store; }
    SessionStore& sessions() { return store; }
    PasskeyStore& passkeys() { return all; }
};

Octets octets_of(int fill, std::size_t size) {
    return Octets(size, static_cast<std::byte>(fill));
}

Passkey passkey_of(const Account& account, int fill) {
    return {
        .credential =
            {
                .id = octets_of(fill, 1 + static_cast<std::size_t>(fill)),
                .account = account.id,
                .public_key = octets_of(fill, 77),
                .sign_count = 0xffff'fff0U,
                .user_verified = true,
                .backup_eligible = true,
                .backed_up = false,
                .aaguid = filled<Aaguid>(fill),
                .attestation = Attestation::self,
            },
        .transports = "hybrid internal",
        .name = "Phone " + std::to_string(fill),
        .created_at = noon + seconds(fill),
    };
}

SpentChallenge challenge(int fill, Time expires_at = noon + seconds(330)) {
    return {filled<crypto::Sha256>(fill), expires_at};
}

template <class Backend>
class PasskeyStoreContract : public testing::Test {
 protected:
    PasskeyStoreContract() {
        await(backend_.accounts().add_account(ada)).value();
        await(backend_.accounts().add_account(ben)).value();
        await(backend_.sessions().add_session(new_session(ada, 51))).value();
        await(backend_.sessions().add_session(new_session(ben, 52))).value();
    }
    PasskeyStore& store() { return backend_.passkeys(); }
    std::pair<Passkey, Passkey> two_of_ada() {
        const std::pair two(passkey_of(ada, 3), passkey_of(ada, 4));
        add(two.first, 1).value();
        add(two.second, 2).value();
        return two;
    }
    Result<void> remove(const Passkey& passkey, WaysLeft left) {
        return await(store().remove_passkey(ada.id, passkey.credential.id, left, noon));
    }
    Result<void> add(const Passkey& passkey, int challenge_fill) {
        const int session = passkey.credential.account == ada.id ? 51 : 52;
        return await(store().add_passkey(
            {passkey, filled<SessionId>(session), challenge(challenge_fill), "203.0.113.7"}
        ));
    }
    std::vector<Passkey> of(const Account& account) {
        return await(store().passkeys_of(account.id)).value();
    }
    std::optional<FoundPasskey> find(const Passkey& passkey) {
        return await(store().passkey(passkey.credential.id)).value();
    }
    Result<void> sign_in(PasskeySignIn wanted) {
        return await(store().sign_in_by_passkey(std::move(wanted)));
    }
    bool has_session(int fill) {
        return await(backend_.sessions().session_by_hash(filled<crypto::Sha256>(fill), noon))
            .value()
            .has_value();
    }
    static PasskeySignIn by(const Passkey& passkey, int session, int challenge_fill) {
        return {
            .credential = passkey.credential,
            .challenge = challenge(challenge_fill),
            .session = session_of(ada, session),
            .replaces = std::nullopt,
        };
    }

    Backend backend_;
};

using Backends = testing::Types<SqliteBackend, MemoryWithPasskeys>;
TYPED_TEST_SUITE(PasskeyStoreContract, Backends);

TYPED_TEST(PasskeyStoreContract, KeepsAllOfAPasskey) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();

    ASSERT_TRUE(this->find(passkey));
    EXPECT_EQ(this->find(passkey)->passkey, passkey);
    EXPECT_EQ(this->find(passkey)->account_name, "Ada");
    EXPECT_FALSE(this->find(passkey)->disabled);
    EXPECT_FALSE(this->find(passkey_of(ada, 4)));
}

TYPED_TEST(PasskeyStoreContract, ListsThoseOfOneAccountTheNewestFirst) {
    this->add(passkey_of(ada, 3), 1).value();
    this->add(passkey_of(ada, 5), 2).value();
    this->add(passkey_of(ben, 4), 3).value();

    EXPECT_THAT(this->of(ada), ElementsAre(passkey_of(ada, 5), passkey_of(ada, 3)));
    EXPECT_THAT(this->of(ben), ElementsAre(passkey_of(ben, 4)));
}

TYPED_TEST(PasskeyStoreContract, AnIdIsOnceOnlyOverAllAccounts) {
    this->add(passkey_of(ada, 3), 1).value();

    EXPECT_EQ(this->add(passkey_of(ada, 3), 2).error(), Errc::passkey_known);
    EXPECT_EQ(this->add(passkey_of(ben, 3), 3).error(), Errc::passkey_known);
    EXPECT_THAT(this->of(ben), IsEmpty());
}

TYPED_TEST(PasskeyStoreContract, AChallengeAddsOnePasskey) {
    this->add(passkey_of(ada, 3), 1).value();

    EXPECT_EQ(this->add(passkey_of(ada, 4), 1).error(), Errc::challenge_expired);
    EXPECT_THAT(this->of(ada), SizeIs(1));
}

TYPED_TEST(PasskeyStoreContract, WhatWasRefusedSpendsNoChallenge) {
    this->add(passkey_of(ada, 3), 1).value();
    EXPECT_EQ(this->add(passkey_of(ada, 3), 2).error(), Errc::passkey_known);

    EXPECT_TRUE(this->add(passkey_of(ada, 4), 2));
}

TYPED_TEST(PasskeyStoreContract, AnAccountHasSoManyAtMost) {
    const int most = static_cast<int>(passkeys_max);
    for (int i = 0; i < most; ++i) this->add(passkey_of(ada, 10 + i), 10 + i).value();

    EXPECT_EQ(this->add(passkey_of(ada, 99), 99).error(), Errc::too_many_passkeys);
    EXPECT_THAT(this->of(ada), SizeIs(passkeys_max));
    EXPECT_TRUE(this->add(passkey_of(ben, 99), 100));
}

TYPED_TEST(PasskeyStoreContract, ASessionThatHasEndedAddsNone) {
    await(this->backend_.sessions().end_session(
              ada.id, filled<SessionId>(51), identity::EndedFrom::elsewhere, noon
          ))
        .value();
    EXPECT_EQ(this->add(passkey_of(ada, 3), 1).error(), Errc::not_signed_in);

    await(this->backend_.accounts().set_disabled(ben.id, true, noon)).value();
    EXPECT_EQ(this->add(passkey_of(ben, 3), 1).error(), Errc::not_signed_in);
}

TYPED_TEST(PasskeyStoreContract, OfTwoSignInsAtOnceTheHigherCountStays) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    PasskeySignIn later = this->by(passkey, 7, 2);
    later.credential.sign_count += 9;
    PasskeySignIn earlier = this->by(passkey, 8, 3);
    earlier.credential.sign_count += 4;

    this->sign_in(later).value();
    this->sign_in(earlier).value();

    EXPECT_EQ(this->find(passkey)->passkey.credential.sign_count, later.credential.sign_count);
}

TYPED_TEST(PasskeyStoreContract, AnotherPasswordTakesNoPasskeyAway) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    await(this->backend_.accounts().set_password(ada.id, "another hash", noon)).value();

    EXPECT_TRUE(this->sign_in(this->by(passkey, 7, 2)));
}

TYPED_TEST(PasskeyStoreContract, RenamesAndRemovesOnlyOnesOwn) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    const CredentialId id = passkey.credential.id;

    EXPECT_EQ(
        await(this->store().rename_passkey(ben.id, id, "Mine", noon)).error(), Errc::passkey_unknown
    );
    EXPECT_EQ(
        await(this->store().remove_passkey(ben.id, id, WaysLeft::any, noon)).error(),
        Errc::passkey_unknown
    );
    EXPECT_EQ(await(this->store().rename_passkey(ada.id, id, "Blue", noon)).value().name, "Blue");
    EXPECT_EQ(this->find(passkey)->passkey.name, "Blue");
    EXPECT_TRUE(await(this->store().remove_passkey(ada.id, id, WaysLeft::any, noon)));
    EXPECT_FALSE(this->find(passkey));
    EXPECT_EQ(
        await(this->store().remove_passkey(ada.id, id, WaysLeft::any, noon)).error(),
        Errc::passkey_unknown
    );
}

TYPED_TEST(PasskeyStoreContract, TheLastWayInGoesOnlyWhenThatIsMeant) {
    const auto [first, second] = this->two_of_ada();
    await(this->backend_.accounts().drop_password(ada.id, noon)).value();

    EXPECT_TRUE(this->remove(first, WaysLeft::any));
    EXPECT_EQ(this->remove(second, WaysLeft::any).error(), Errc::last_way_in);
    EXPECT_TRUE(this->find(second));
    EXPECT_TRUE(this->remove(second, WaysLeft::none));
}

TYPED_TEST(PasskeyStoreContract, ASessionThatHasEndedTakesNoneAway) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    const Actor gone(ada.id, filled<SessionId>(77));

    EXPECT_EQ(
        await(this->store().remove_passkey(gone, passkey.credential.id, WaysLeft::none, noon))
            .error(),
        Errc::not_signed_in
    );
    EXPECT_TRUE(this->find(passkey));
}

TYPED_TEST(PasskeyStoreContract, APasswordIsNoWayInWhereAPasskeyMustBeLeft) {
    const auto [first, second] = this->two_of_ada();

    EXPECT_TRUE(this->remove(first, WaysLeft::passkey));
    EXPECT_EQ(this->remove(second, WaysLeft::passkey).error(), Errc::last_way_in);
    EXPECT_TRUE(this->find(second));
    EXPECT_TRUE(this->remove(second, WaysLeft::any));
}

TYPED_TEST(PasskeyStoreContract, AnAccountIsFoundedWithItsPasskeyOrNotAtAll) {
    this->add(passkey_of(ada, 3), 1).value();
    const Account cleo = account_of("Cleo", 9);
    const auto found = [&](const Passkey& passkey, int challenge_fill) {
        NewAccount wanted{cleo, session_of(cleo, 9), passkey, challenge(challenge_fill)};
        return await(this->backend_.accounts().found_account(std::move(wanted), Admission{}));
    };

    EXPECT_EQ(found(passkey_of(cleo, 3), 7).error(), Errc::passkey_known);
    EXPECT_EQ(found(passkey_of(cleo, 5), 1).error(), Errc::challenge_expired);
    EXPECT_FALSE(await(this->backend_.accounts().account_named("cleo")).value());

    found(passkey_of(cleo, 5), 7).value();
    EXPECT_THAT(this->of(cleo), ElementsAre(passkey_of(cleo, 5)));
    EXPECT_TRUE(this->has_session(9));

    Account renamed = cleo;
    renamed.name = "Another";
    NewAccount again{renamed, session_of(renamed, 10), passkey_of(cleo, 5), challenge(7)};
    EXPECT_EQ(
        await(this->backend_.accounts().found_account(std::move(again), Admission{})).error(),
        Errc::challenge_expired
    ) << "the same answer under another name";
}

TYPED_TEST(PasskeyStoreContract, SigningInBeginsTheSessionAndKeepsWhatChanged) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    PasskeySignIn wanted = this->by(passkey, 7, 2);
    wanted.credential.sign_count += 5;
    wanted.credential.backed_up = true;

    this->sign_in(wanted).value();

    EXPECT_TRUE(this->has_session(7));
    const Passkey seen = this->find(passkey)->passkey;
    EXPECT_EQ(seen.credential, wanted.credential);
    EXPECT_EQ(seen.used_at, noon);
    EXPECT_EQ(seen.name, passkey.name);
}

TYPED_TEST(PasskeyStoreContract, AChallengeSignsInOnce) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    this->sign_in(this->by(passkey, 7, 2)).value();

    EXPECT_EQ(this->sign_in(this->by(passkey, 8, 2)).error(), Errc::challenge_expired);
    EXPECT_FALSE(this->has_session(8));
}

TYPED_TEST(PasskeyStoreContract, TheSessionThatTheBrowserHadEnds) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    this->sign_in(this->by(passkey, 7, 2)).value();
    PasskeySignIn again = this->by(passkey, 8, 3);
    again.replaces = filled<crypto::Sha256>(7);
    this->sign_in(again).value();

    EXPECT_FALSE(this->has_session(7));
    EXPECT_TRUE(this->has_session(8));
}

TYPED_TEST(PasskeyStoreContract, ARemovedPasskeyOrADisabledAccountSignsNobodyIn) {
    const Passkey passkey = passkey_of(ada, 3);
    this->add(passkey, 1).value();
    await(this->store().remove_passkey(ada.id, passkey.credential.id, WaysLeft::any, noon)).value();
    EXPECT_EQ(this->sign_in(this->by(passkey, 7, 2)).error(), Errc::passkey_unknown);

    this->add(passkey, 3).value();
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();
    EXPECT_EQ(this->sign_in(this->by(passkey, 7, 4)).error(), Errc::passkey_unknown);
    EXPECT_FALSE(this->has_session(7));
    EXPECT_TRUE(this->find(passkey)->disabled);
}

class PasskeysInSqlite : public testing::Test {
 protected:
    PasskeysInSqlite() {
        await(backend_.accounts().add_account(ada)).value();
        await(backend_.sessions().add_session(new_session(ada, 51))).value();
    }
    void add(const Passkey& passkey, const SpentChallenge& spent) {
        await(backend_.passkeys().add_passkey({passkey, filled<SessionId>(51), spent, {}})).value();
    }
    std::vector<std::string> kinds() {
        std::vector<std::string> kinds;
        const auto piece = await(backend_.database.audit().after(0)).value();
        kinds.reserve(piece.entries.size());
        for (const auto& entry : piece.entries) kinds.push_back(entry.row.event.kind);
        return kinds;
    }
    SqliteBackend backend_;
};

TEST_F(PasskeysInSqlite, TheAuditLogIsToldOfAllThatChanges) {
    const Passkey passkey = passkey_of(ada, 3);
    add(passkey, challenge(1));
    await(backend_.passkeys().rename_passkey(ada.id, passkey.credential.id, "Blue", noon)).value();
    await(backend_.passkeys().sign_in_by_passkey({
              .credential = passkey.credential,
              .challenge = challenge(2),
              .session = session_of(ada, 7),
              .replaces = std::nullopt,
              .counter_went_back = true,
          }))
        .value();
    await(backend_.passkeys().remove_passkey(ada.id, passkey.credential.id, WaysLeft::any, noon))
        .value();

    EXPECT_THAT(
        kinds(),
        ElementsAre(
            "account.added",
            "session.began",
            "passkey.added",
            "passkey.renamed",
            "session.began",
            "passkey.counter",
            "passkey.removed"
        )
    );
}

TEST_F(PasskeysInSqlite, SpentChallengesGoWhenTheyAreTooOldAnyway) {
    const Passkey passkey = passkey_of(ada, 3);
    const Time end = noon + seconds(330);
    add(passkey, challenge(1, end));

    EXPECT_EQ(await(backend_.database.sweep(end - milliseconds(1))).value(), 0U);
    EXPECT_EQ(await(backend_.database.sweep(end)).value(), 1U);
}

}  // namespace
}  // namespace latchkey::identity
