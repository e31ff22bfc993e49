/// Settings as the options of the two servers of a process, and of its logins.
#pragma once

#include "crypto/password.hpp"
#include "identity/identity.hpp"
#include "login/confirmation.hpp"
#include "net/server.hpp"
#include "ops/config.hpp"

namespace latchkey {

identity::AccountRules account_rules_of(const ops::Settings& settings);
identity::SessionLifetimes session_lifetimes_of(const ops::Settings& settings);
crypto::PasswordCost password_cost_of(const ops::Settings& settings);

/// Every limit of the wire has a key; `tests/main` holds this against both structs.
net::Limits limits_of(const ops::Settings& settings);

/// When browser and phone are in one network.
login::SameNetwork same_network_of(const ops::Settings& settings);

/// What people's browsers and phones connect to.
net::ServerOptions public_options(const ops::Settings& settings, Random random);

/// `/healthz`, `/readyz` and `/metrics`: one thread, no TLS, few connections, no budgets. Only when
/// `operator_listen` is not `off`.
net::ServerOptions operator_options(const ops::Settings& settings, Random random);

/// `threads`, or the cores of this machine where it is 0. SocketId::loop numbers at most 256.
unsigned threads_of(const ops::Settings& settings);

}  // namespace latchkey
