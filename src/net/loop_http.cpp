#include "net/forwarded.hpp"
#include "net/loop.hpp"
#include "ops/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <charconv>
#include <ctime>

namespace latchkey::net {
namespace {

constexpr std::size_t static_body_copied_bytes_max = std::size_t{16} * 1024;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view connection_close = "Connection: close\r\n";

bool changes_something(Method method) {
    return method != Method::get && method != Method::head && method != Method::options;
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

Response failed(const char* what) {
    ops::log(ops::Level::error, "a request failed", {{"cause", std::string_view(what)}});
    return problem(
        500, "internal", "Something went wrong here", "The operator finds the cause in the log."
    );
}

Response answer(const Immediate& handler, const Request& request) {
    try {
        return handler(request);
    } catch (const std::exception& error) {
        return failed(error.what());
    }
}

/// `handler` is a route's and outlives every request.
Async<Response> answer(const Deferred* handler, Request request) {
    try {
        co_return co_await (*handler)(std::move(request));
    } catch (const std::exception& error) {
        co_return failed(error.what());
    }
}

Response too_many_requests(milliseconds wait) {
    const auto wait_s = std::chrono::ceil<seconds>(wait).count();
    Response response =
        problem(429, "too-many-requests", "Too many requests", "Try again a little later.");
    response.add("Retry-After", std::to_string(wait_s));
    return response;
}

bool has_no_body(unsigned status) {
    return status == 204 || status == 304 || status < 200;
}

}  // namespace

void Loop::read_requests(std::uint32_t slot, std::span<char> bytes) {
    std::string joined;
    if (Record& record = slab_[slot]; record.work && !record.work->input.empty()) {
        joined.swap(record.work->input);
        joined.append(bytes.data(), bytes.size());
        bytes = joined;
    }
    while (!bytes.empty() && may_read(slab_[slot]) && slab_[slot].phase == Phase::http) {
        Record& record = slab_[slot];
        std::unique_ptr<HttpReader> reader;
        if (record.work) reader = std::move(record.work->reader);
        if (!reader) reader = std::move(spare_reader_);
        if (!reader) {
            reader = std::make_unique<HttpReader>(
                HttpReader::Limits{limits_.header_bytes_max, limits_.body_bytes_max}
            );
        }
        const HttpReader::Status status = reader->feed(bytes);
        if (status == HttpReader::Status::fault) {
            refuse_request(slot, reader->fault_status(), reader->fault_reason());
            return;
        }
        if (status != HttpReader::Status::done) {
            await_more(slot, std::move(reader), status);
            break;
        }
        dispatch(slot, *reader);
        reader->reset();
        spare_reader_ = std::move(reader);
    }
    if (bytes.empty()) return;
    Record& record = slab_[slot];
    switch (record.phase) {
        case Phase::open:
        case Phase::closing:
            on_bytes(slot, bytes);
            break;
        case Phase::http:
        case Phase::handling:
        case Phase::leaving:
            work(record).input.assign(bytes.data(), bytes.size());
            break;
        default:
            break;
    }
}

void Loop::await_more(
    std::uint32_t slot, std::unique_ptr<HttpReader> reader, HttpReader::Status status
) {
    Record& record = slab_[slot];
    Work& held = work(record);
    if (status == HttpReader::Status::need_body && reader->expects_continue() &&
        !held.continue_sent) {
        held.continue_sent = true;
        send(slot, continue_line);
    }
    // The time is that of the whole head, then of the whole body: a byte now and then does not
    // lengthen it.
    const bool in_body = status == HttpReader::Status::need_body;
    if (in_body && !held.body_waits) {
        held.body_waits = true;
        held.read_by = after(limits_.body_time_max);
    } else if (held.read_by == never) {
        held.read_by = after(limits_.header_time_max);
    }
    set_deadline(slot, held.read_by);
    held.reader = std::move(reader);
}

/// Answers a request that cannot be read. What follows cannot be found, so the connection ends.
void Loop::refuse_request(std::uint32_t slot, unsigned status, std::string_view reason) {
    if (status == 400 || status == 505) {
        LoopCounts::add(counts_.protocol_errors);
    } else {
        LoopCounts::add(counts_.refused_limit);
    }
    Response response = problem(status, "bad-request", reason_phrase(status), reason);
    response.close = true;
    respond(slot, response, false, false);
}

std::optional<Response> Loop::refusal(const Request& request, Spends spends) {
    Budget& budget = spends == Spends::finish ? shared_.finishes : shared_.requests;
    const milliseconds wait = budget.take(request.peer.address.budget_prefix(), present_);
    if (wait.count() > 0) {
        LoopCounts::add(counts_.refused_limit);
        return too_many_requests(wait);
    }
    if (changes_something(request.method) &&
        !is_same_site(request, shared_.options.allowed_origins)) {
        return problem(403, "cross-site", "This request came from another site's page");
    }
    return std::nullopt;
}

void Loop::dispatch(std::uint32_t slot, HttpReader& reader) {
    LoopCounts::add(counts_.requests);
    Record& record = slab_[slot];
    Request& request = reader.request();
    const bool keep_alive = reader.keep_alive() && !draining_;
    const bool head = request.method == Method::head;
    request.peer = {record.address, record.secure};
    if (record.trusted) {
        request.peer = forwarded_peer(
            request, request.peer, shared_.options.trusted_proxies, shared_.options.forwarded_by
        );
    }
    Router::Match match = shared_.router.find(request);
    if (auto refused = refusal(request, match.spends)) {
        respond(slot, *refused, head, keep_alive);
        return;
    }
    if (match.endpoint != nullptr && match.handler == nullptr && request.method == Method::get) {
        if (match.wire != Wire::websocket || reader.wants_websocket()) {
            upgrade(slot, reader, *match.endpoint, match.wire, keep_alive);
            return;
        }
        Response response = problem(426, "upgrade-required", "A WebSocket is served here");
        response.add("Upgrade", "websocket").add("Connection", "Upgrade");
        respond(slot, response, head, keep_alive);
    } else if (match.handler == nullptr && !match.allowed.empty()) {
        Response response = problem(405, "method-not-allowed", "That method is not served here");
        response.add("Allow", match.allowed);
        respond(slot, response, head, keep_alive);
    } else if (match.handler == nullptr) {
        respond(slot, shared_.router.not_found(request), head, keep_alive);
    } else if (const auto* immediate = std::get_if<Immediate>(match.handler)) {
        respond(slot, answer(*immediate, request), head, keep_alive);
    } else {
        Work& held = work(record);
        held.head_request = head;
        held.keep_alive = keep_alive;
        defer(slot, std::get<Deferred>(*match.handler), std::move(request));
    }
}

void Loop::defer(std::uint32_t slot, const Deferred& handler, Request request) {
    Record& record = slab_[slot];
    record.phase = Phase::handling;
    record.deadline = never;
    ++in_flight_;
    boost::asio::co_spawn(
        context_.get_executor(),
        answer(&handler, std::move(request)),
        [this, slot, generation = record.generation](
            const std::exception_ptr& strange, const Response& response
        ) {
            const Response& good = strange ? failed("not a standard exception") : response;
            deferred_done(slot, generation, good);
        }
    );
}

void Loop::deferred_done(std::uint32_t slot, std::uint32_t generation, const Response& response) {
    const Turn turn(*this);
    if (in_flight_ > 0) --in_flight_;
    Record* const record = slab_.find(slot, generation);
    if (record != nullptr && record->phase == Phase::handling) {
        record->phase = Phase::http;
        const bool head = record->work->head_request;
        respond(slot, response, head, record->work->keep_alive && !draining_);
        go_on(slot);
    }
    reap();
}

/// Reads what came while an answer was awaited.
void Loop::go_on(std::uint32_t slot) {
    const Record& record = slab_[slot];
    if (record.phase == Phase::http && record.work && !record.work->input.empty())
        read_requests(slot, {});
    pump(slot);
}

std::string_view Loop::date() {
    const auto now = std::chrono::floor<seconds>(shared_.options.wall_clock());
    const std::time_t second = now.time_since_epoch().count();
    if (second != date_second_) {
        date_second_ = second;
        std::tm parts{};
        gmtime_r(&second, &parts);
        std::strftime(date_text_.data(), date_text_.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
    return date_text_.data();
}

void Loop::begin_head(unsigned status) {
    out_.assign("HTTP/1.1 ");
    append_number(out_, status);
    out_.append(" ").append(reason_phrase(status));
    out_.append("\r\nDate: ").append(date()).append("\r\n");
}

void Loop::write_head(const Response& response, std::size_t body_bytes, bool keep_alive) {
    begin_head(response.status);
    if (!response.content_type.empty()) {
        out_.append("Content-Type: ").append(response.content_type).append("\r\n");
    }
    if (!has_no_body(response.status)) {
        out_.append("Content-Length: ");
        append_number(out_, body_bytes);
        out_.append("\r\n");
    }
    if (!keep_alive) out_.append(connection_close);
    out_.append(response.fields).append("\r\n");
}

void Loop::respond(
    std::uint32_t slot, const Response& response, bool head_request, bool keep_alive
) {
    Record& record = slab_[slot];
    const std::string_view body =
        response.static_body.empty() ? std::string_view(response.body) : response.static_body;
    const bool stays = keep_alive && !response.close;
    if (response.status < 600) LoopCounts::add(counts_.responses_by_class[response.status / 100]);
    if (!stays) record.close_when_sent = true;

    write_head(response, body.size(), stays);
    const bool with_body = !head_request && !has_no_body(response.status);
    if (with_body && body.size() <= static_body_copied_bytes_max) {
        out_ += body;
        send(slot, out_);
    } else {
        send(slot, out_);
        if (with_body && record.phase != Phase::doomed) send(slot, body);
    }
    if (record.phase != Phase::doomed) await_taking(slot);
}

/// All of an answer was sent. Corked bytes are on their way as far as the next request is
/// concerned.
void Loop::await_taking(std::uint32_t slot) {
    const Record& record = slab_[slot];
    if (record.work && !record.work->out.empty()) {
        set_deadline(slot, after(limits_.write_time_max));
    } else {
        answered(slot);
    }
}

/// An answer is with the kernel: wait for the next request, or say goodbye.
void Loop::answered(std::uint32_t slot) {
    Record& record = slab_[slot];
    if (record.work) {
        record.work->body_waits = record.work->continue_sent = false;
        record.work->read_by = never;
        drop_idle_work(record);
    }
    if (record.close_when_sent || draining_) {
        linger(slot);
    } else {
        set_deadline(slot, after(limits_.keep_alive_time_max));
    }
}

}  // namespace latchkey::net
