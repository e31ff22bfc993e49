/// What an operator's tools ask on their own listener.
#pragma once

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/router.hpp"
#include "ops/health.hpp"
#include "ops/metrics.hpp"

#include <functional>

namespace latchkey {

/// Whether the database can be read just now.
using Readable = std::function<Async<Result<void>>()>;

/// Mounts `/healthz` (200 as long as the process answers), `/readyz` (200, or 503 with the reasons)
/// and `/metrics` (Prometheus text 0.0.4). `health` and `metrics` must outlive the router.
/// `readable` is asked for each `/readyz`.
void mount_operator(
    net::Router& router, const ops::Health& health, const ops::Metrics& metrics, Readable readable
);

/// Adds what the operating system knows of this process, under the names that Prometheus gives
/// them.
void add_process_metrics(ops::Metrics& metrics);

}  // namespace latchkey
