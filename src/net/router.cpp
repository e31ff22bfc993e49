#include "net/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchkey::net {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash before it
        const std::size_t end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

std::string_view to_string(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::delete_:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return "";
}

/// Whether `path` has the form of `segments` (an empty one stands for anything but nothing); notes
/// the parameters.
bool matches(const std::vector<std::string>& segments, Request& request) {
    std::string_view rest = request.path();
    std::string_view parts[Request::parameters_max];
    std::size_t found = 0;
    for (const std::string& segment : segments) {
        if (rest.empty() || rest.front() != '/') return false;
        rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find('/'), rest.size());
        const std::string_view part = rest.substr(0, end);
        rest.remove_prefix(end);
        if (segment.empty()) {
            if (part.empty()) return false;
            parts[found++] = part;
        } else if (part != segment) {
            return false;
        }
    }
    if (!rest.empty()) return false;
    std::string kept[Request::parameters_max];  // noting one may move the request's text
    for (std::size_t i = 0; i < found; ++i) kept[i] = parts[i];
    for (std::size_t i = 0; i < found; ++i) request.set_parameter(i, kept[i]);
    return true;
}

}  // namespace

Router::Place& Router::place(std::string_view pattern) {
    if (!pattern.starts_with('/')) throw std::invalid_argument("a route must begin with /");
    if (pattern.find("{}") == std::string_view::npos) return literal_[std::string(pattern)];

    std::vector<std::string> segments = segments_of(pattern);
    std::size_t parameters = 0;
    for (std::string& segment : segments) {
        if (segment == "{}") {
            segment.clear();
            ++parameters;
        } else if (segment.empty() || segment.find("{}") != std::string::npos) {
            throw std::invalid_argument("a route with an empty segment, or {} inside of one");
        }
    }
    if (parameters > Request::parameters_max) {
        throw std::invalid_argument("a route with too many {}");
    }
    for (const auto& known : patterns_) {
        if (known->segments == segments) return known->place;
    }
    patterns_.push_back(std::make_unique<Pattern>(Pattern{std::move(segments), {}}));
    return patterns_.back()->place;
}

void Router::on(Method method, std::string_view pattern, Handler handler, Spends spends) {
    Place& at = place(pattern);
    const bool taken = std::ranges::any_of(at.handlers, [&](const Served& known) {
        return known.method == method;
    });
    if (taken) throw std::invalid_argument("two handlers for " + std::string(pattern));
    at.handlers.push_back({method, std::move(handler), spends});
}

void Router::socket(std::string_view path, SocketEndpoint& endpoint, Wire wire) {
    Place& at = place(path);
    at.endpoint = &endpoint;
    at.wire = wire;
}

const Router::Place* Router::find_place(Request& request) const {
    if (const auto found = literal_.find(request.path()); found != literal_.end())
        return &found->second;
    for (const auto& pattern : patterns_) {
        if (matches(pattern->segments, request)) return &pattern->place;
    }
    return nullptr;
}

Router::Match Router::find(Request& request) const {
    Match match;
    const Place* at = find_place(request);
    if (at == nullptr) return match;

    match.endpoint = at->endpoint;
    match.wire = at->wire;
    for (const auto& [method, handler, spends] : at->handlers) {
        const bool head_of_get = request.method == Method::head && method == Method::get;
        if (method == request.method || (head_of_get && match.handler == nullptr)) {
            match.handler = &handler;
            match.spends = spends;
        }
    }
    if (match.handler != nullptr) return match;
    if (at->endpoint != nullptr) match.allowed = "GET";
    for (const auto& [method, handler, spends] : at->handlers) {
        if (!match.allowed.empty()) match.allowed += ", ";
        match.allowed += to_string(method);
        if (method == Method::get) match.allowed += ", HEAD";
    }
    return match;
}

Response Router::not_found(const Request& request) const {
    if (otherwise_) return otherwise_(request);
    return problem(404, "not-found", "There is nothing at this address");
}

}  // namespace latchkey::net
