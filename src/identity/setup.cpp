#include "identity/setup.hpp"

#include "base/encoding.hpp"

#include <utility>

namespace latchkey::identity {
namespace {

struct SetupTokenTag;
using SetupToken = Bytes<SetupTokenTag, 32>;

}  // namespace

std::string Setup::open() {
    const auto token = random_bytes<SetupToken>(random_);
    const std::scoped_lock lock(mutex_);
    token_hash_ = crypto::sha256(token.view());
    return base64url(token.view());
}

bool Setup::is_open() const {
    const std::scoped_lock lock(mutex_);
    return token_hash_.has_value();
}

bool Setup::accepts(std::string_view token) const {
    const auto bytes = bytes_from<SetupToken>(token, from_base64url);
    if (!bytes) return false;
    const crypto::Sha256 hash = crypto::sha256(bytes->view());
    const std::scoped_lock lock(mutex_);
    return token_hash_ && crypto::equal_in_constant_time(hash.view(), token_hash_->view());
}

void Setup::close() {
    const std::scoped_lock lock(mutex_);
    token_hash_.reset();
}

Async<Result<Setup::Done>> Setup::finish(
    std::string token, std::string name, Secret password, Device device, Time now
) {
    if (!accepts(token)) co_return Errc::setup_closed;
    auto account = co_await accounts_.make(std::move(name), std::move(password), now);
    if (!account) co_return account.error();
    account->role = Role::admin;

    Minted minted = sessions_.mint(account->id, SessionKind::setup, std::move(device), now);
    const auto stored = co_await store_.add_first_account(*account, minted.session);
    if (stored || stored.error() == Errc::setup_closed) close();
    if (!stored) co_return stored.error();
    co_return Done{std::move(*account), std::move(minted)};
}

}  // namespace latchkey::identity
