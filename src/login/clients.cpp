#include "login/clients.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <utility>

namespace latchkey::login {
namespace {

struct ClientIdTag;
struct ApiKeyTag;

bool is_visible(char c) {
    return c > 0x20 && c < 0x7f;
}

}  // namespace

bool valid_redirect(std::string_view url) {
    if (url.size() > redirect_bytes_max || !std::ranges::all_of(url, is_visible)) return false;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!url.starts_with(scheme)) continue;
        const std::string_view rest = url.substr(scheme.size());
        const std::string_view host = rest.substr(0, rest.find_first_of("/?"));
        // Browsers take a backslash for a slash.
        return !host.empty() && !host.starts_with(':') &&
               host.find('@') == std::string_view::npos &&
               rest.find_first_of("#\\\"<>^`{|}") == std::string_view::npos;
    }
    return false;
}

std::string new_client_id(const Random& random) {
    return hex(random_bytes<Bytes<ClientIdTag, 8>>(random).view());
}

Secret new_api_key(const Random& random) {
    return Secret(
        std::string(api_key_prefix) + base64url(random_bytes<Bytes<ApiKeyTag, 32>>(random).view())
    );
}

std::optional<crypto::Sha256> api_key_hash(std::string_view api_key) {
    if (!api_key.starts_with(api_key_prefix)) return std::nullopt;
    api_key.remove_prefix(api_key_prefix.size());
    const auto bytes = bytes_from<Bytes<ApiKeyTag, 32>>(api_key, from_base64url);
    if (!bytes) return std::nullopt;
    return crypto::sha256(bytes->view());
}

Clients::Table::Table(std::vector<Client> clients, Time read_at) : read_at(read_at) {
    for (Client& client : clients) {
        if (client.removed || client.stopped) continue;
        const auto kept = std::make_shared<const Client>(std::move(client));
        ids.emplace(kept->id, kept);
        numbers.emplace(kept->number, kept);
        keys.emplace(kept->key_hash, kept);
    }
}

Clients::Found Clients::Table::by_id(std::string_view id) const {
    const auto found = ids.find(id);
    return found == ids.end() ? nullptr : found->second;
}

Clients::Found Clients::Table::by_number(std::uint32_t number) const {
    const auto found = numbers.find(number);
    return found == numbers.end() ? nullptr : found->second;
}

Clients::Found Clients::Table::by_key(const crypto::Sha256& hash) const {
    const auto found = keys.find(hash);
    if (found == keys.end()) return nullptr;
    const bool same = crypto::equal_in_constant_time(found->second->key_hash.view(), hash.view());
    return same ? found->second : nullptr;
}

Clients::Shared Clients::fresh(Time now) const {
    const std::scoped_lock lock(mutex_);
    const bool good = table_ && table_->read_at <= now && now < table_->read_at + clients_fresh_max;
    return good ? table_ : nullptr;
}

Async<Result<Clients::Shared>> Clients::table(Time now) {
    if (auto kept = fresh(now)) co_return kept;
    auto clients = co_await store_.clients();
    if (!clients) co_return clients.error();
    Shared read = std::make_shared<const Table>(std::move(*clients), now);
    const std::scoped_lock lock(mutex_);
    // A table from the future was read before the clock was set back.
    const bool keep = table_ && table_->read_at > now && table_->read_at <= now + clients_fresh_max;
    if (!keep) table_ = read;
    co_return read;
}

Async<Result<Clients::Found>> Clients::by_id(std::string id, Time now) {
    const auto table = co_await this->table(now);
    if (!table) co_return table.error();
    co_return (*table)->by_id(id);
}

Async<Result<Clients::Found>> Clients::by_number(std::uint32_t number, Time now) {
    const auto table = co_await this->table(now);
    if (!table) co_return table.error();
    co_return (*table)->by_number(number);
}

Async<Result<Clients::Found>> Clients::by_api_key(Secret api_key, Time now) {
    const auto hash = api_key_hash(api_key.reveal());
    if (!hash) co_return Found();
    const auto table = co_await this->table(now);
    if (!table) co_return table.error();
    co_return (*table)->by_key(*hash);
}

std::optional<Clients::Found> Clients::known_by_id(std::string_view id, Time now) const {
    const Shared kept = fresh(now);
    return kept ? std::optional(kept->by_id(id)) : std::nullopt;
}

std::optional<Clients::Found> Clients::known_by_number(std::uint32_t number, Time now) const {
    const Shared kept = fresh(now);
    return kept ? std::optional(kept->by_number(number)) : std::nullopt;
}

}  // namespace latchkey::login
