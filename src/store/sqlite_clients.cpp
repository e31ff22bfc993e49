#include "store/sqlite_clients.hpp"

#include "store/audit_events.hpp"

namespace latchkey::store {
namespace {

using login::Client;

/// A result of `bool` says which of the two it is.
Result<bool> is(bool so) {
    return {boost::system::in_place_value, so};
}

}  // namespace

Async<Result<std::vector<Client>>> SqliteClients::clients() {
    return readers_.read<std::vector<Client>>(
        login::Errc::unavailable,
        [](Rows& rows) -> Result<std::vector<Client>> { return rows.clients.all(); }
    );
}

Async<Result<std::optional<Client>>> SqliteClients::add_client(Client client) {
    return writer_.write<std::optional<Client>>(
        Writes::as_it_goes,
        login::Errc::unavailable,
        [client = std::move(client)](Rows& rows) -> Result<std::optional<Client>> {
            const auto number = rows.clients.add(client);
            if (!number) return std::optional<Client>();
            Client added = client;
            added.number = *number;
            rows.audit.append(client_changed(ops::audit::client_added, added, added.created_at));
            return std::optional(std::move(added));
        }
    );
}

Async<Result<bool>> SqliteClients::rotate_key(std::string id, crypto::Sha256 key_hash, Time now) {
    return writer_.write<bool>(
        Writes::as_it_goes,
        login::Errc::unavailable,
        [id = std::move(id), key_hash, now](Rows& rows) -> Result<bool> {
            const auto client = rows.clients.named(id);
            if (!client || !rows.clients.set_key(client->number, key_hash)) return is(false);
            rows.audit.append(client_changed(ops::audit::client_key, *client, now));
            return is(true);
        }
    );
}

Async<Result<bool>> SqliteClients::remove_client(std::string id, Time now) {
    return writer_.write<bool>(
        Writes::as_it_goes,
        login::Errc::unavailable,
        [id = std::move(id), now](Rows& rows) -> Result<bool> {
            const auto client = rows.clients.named(id);
            if (!client || !rows.clients.remove(client->number, now)) return is(false);
            rows.audit.append(client_changed(ops::audit::client_removed, *client, now));
            return is(true);
        }
    );
}

Async<Result<bool>> SqliteClients::stop_client(std::string id, bool stopped, Time now) {
    return writer_.write<bool>(
        Writes::as_it_goes,
        login::Errc::unavailable,
        [id = std::move(id), stopped, now](Rows& rows) -> Result<bool> {
            const auto client = rows.clients.named(id);
            if (!client || client->removed) return is(false);
            if (client->stopped == stopped) return is(true);
            rows.clients.stop(client->number, stopped ? std::optional(now) : std::nullopt);
            const auto kind = stopped ? ops::audit::client_stopped : ops::audit::client_resumed;
            rows.audit.append(client_changed(kind, *client, now));
            return is(true);
        }
    );
}

}  // namespace latchkey::store
