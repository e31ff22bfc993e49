/// The ground on which every LoginStore is held to its promises.
#pragma once

#include "contract/await.hpp"
#include "contract/backends.hpp"
#include "contract/examples.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace latchkey::login {

template <class Backend>
class LoginStoreContract : public testing::Test {
 protected:
    /// Ada is signed in on the phone that approves.
    LoginStoreContract() {
        await(backend_.accounts().add_account(ada)).value();
        await(backend_.sessions().add_session(new_session(ada, phone))).value();
    }
    static constexpr int phone = 9;
    LoginStore& store() { return backend_.logins(); }
    Result<Login> update(LoginId id, LoginStore::Change change) {
        return await(store().update(id, std::move(change), {noon, "192.0.2.1"}));
    }
    /// What a scan by Ada is told of her.
    History history() {
        History told;
        const auto refused = await(store().scan(
            login_id(noon, 99),
            ada.id,
            [&told](const std::optional<Login>&, const History& known) -> Result<Login> {
                told = known;
                return Errc::code_expired;
            },
            asked
        ));
        EXPECT_EQ(refused.error(), Errc::code_expired);
        return told;
    }
    std::optional<Login> found(LoginId id) { return await(store().find(id)).value(); }
    std::optional<identity::SignedIn> session(int fill) {
        return await(backend_.sessions().session_by_hash(filled<crypto::Sha256>(fill), noon))
            .value();
    }

    Backend backend_;
};

using Backends = testing::Types<SqliteBackend>;

}  // namespace latchkey::login
