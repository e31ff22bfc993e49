#include "store/client_rows.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace latchkey::store {
namespace {

using login::Client;
using login::ClientPolicy;

std::string select_clients(std::string_view rest) {
    return "SELECT number, id, name, key_hash, redirects, confirm, browsers, network, "
           "phone_session_age_min_s, classic, created_at, removed_at, stopped_at FROM clients" +
           std::string(rest);
}

std::string to_json(const std::vector<std::string>& texts) {
    boost::json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return boost::json::serialize(array);
}

/// What is no text is left out: nobody is sent to where nobody has registered.
std::vector<std::string> from_json(std::string_view text) {
    boost::system::error_code fault;
    const boost::json::value value = boost::json::parse(text, fault);
    std::vector<std::string> texts;
    if (fault || !value.is_array()) return texts;
    for (const boost::json::value& item : value.get_array()) {
        if (item.is_string()) texts.emplace_back(item.get_string());
    }
    return texts;
}

/// Of a number that no policy has, the strictest.
template <class Choice>
Choice choice(std::int64_t stored, Choice strictest) {
    const bool known = stored >= 0 && stored <= static_cast<std::int64_t>(strictest);
    return known ? static_cast<Choice>(stored) : strictest;
}

Client client_in(const Query& query) {
    return {
        .number = static_cast<std::uint32_t>(query.number(0)),
        .id = query.text(1),
        .name = query.text(2),
        .redirects = from_json(query.text(4)),
        .policy =
            {
                .confirm = choice(query.number(5), ClientPolicy::Confirm::passkey),
                .browsers = choice(query.number(6), ClientPolicy::Browsers::known),
                .network = choice(query.number(7), ClientPolicy::Network::refuse),
                .phone_session_age_min = seconds(query.number(8)),
            },
        .classic = query.number(9) != 0,
        .created_at = query.time(10),
        .removed = !query.is_null(11),
        .stopped = !query.is_null(12),
        .key_hash = query.bytes<crypto::Sha256>(3),
    };
}

}  // namespace

ClientRows::ClientRows(Connection& connection)
    : connection_(connection),
      count_(
          connection,
          "SELECT count(*) FILTER (WHERE removed_at IS NULL), coalesce(max(number), 0) FROM clients"
      ),
      add_(
          connection,
          "INSERT INTO clients (number, id, name, key_hash, redirects, confirm, browsers, network, "
          "phone_session_age_min_s, classic, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
          "?9, ?10, ?11)"
      ),
      find_(connection, select_clients(" WHERE number = ?1")),
      named_(connection, select_clients(" WHERE id = ?1")),
      all_(connection, select_clients(" WHERE removed_at IS NULL ORDER BY number")),
      set_key_(
          connection, "UPDATE clients SET key_hash = ?2 WHERE number = ?1 AND removed_at IS NULL"
      ),
      remove_(
          connection,
          "UPDATE clients SET removed_at = ?2, key_hash = zeroblob(32) WHERE number = ?1 AND "
          "removed_at IS NULL"
      ),
      stop_(
          connection, "UPDATE clients SET stopped_at = ?2 WHERE number = ?1 AND removed_at IS NULL"
      ) {}

std::optional<std::uint32_t> ClientRows::add(const Client& client) {
    std::int64_t last = 0;
    {
        Query query = count_();
        query.next();
        if (query.number(0) >= static_cast<std::int64_t>(login::clients_max)) return std::nullopt;
        last = query.number(1);
    }
    if (last >= login::client_number_max) return std::nullopt;
    add_.run(
        last + 1,
        client.id,
        client.name,
        client.key_hash,
        to_json(client.redirects),
        static_cast<std::int64_t>(client.policy.confirm),
        static_cast<std::int64_t>(client.policy.browsers),
        static_cast<std::int64_t>(client.policy.network),
        std::int64_t{client.policy.phone_session_age_min.count()},
        client.classic,
        client.created_at
    );
    return static_cast<std::uint32_t>(last + 1);
}

std::optional<Client> ClientRows::find(std::uint32_t number) {
    Query query = find_(std::int64_t{number});
    if (!query.next()) return std::nullopt;
    return client_in(query);
}

std::optional<Client> ClientRows::named(std::string_view id) {
    Query query = named_(id);
    if (!query.next()) return std::nullopt;
    return client_in(query);
}

std::vector<Client> ClientRows::all() {
    std::vector<Client> clients;
    Query query = all_();
    while (query.next()) clients.push_back(client_in(query));
    return clients;
}

bool ClientRows::set_key(std::uint32_t number, const crypto::Sha256& key_hash) {
    set_key_.run(std::int64_t{number}, key_hash);
    return connection_.changes() == 1;
}

bool ClientRows::remove(std::uint32_t number, Time now) {
    remove_.run(std::int64_t{number}, now);
    return connection_.changes() == 1;
}

bool ClientRows::stop(std::uint32_t number, std::optional<Time> since) {
    stop_.run(std::int64_t{number}, since);
    return connection_.changes() == 1;
}

}  // namespace latchkey::store
