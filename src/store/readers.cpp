#include "store/readers.hpp"

#include "ops/log.hpp"

#include <optional>

namespace latchkey::store {

Readers::Readers(
    std::vector<Connection> connections, std::size_t jobs_max, seconds session_idle_max
)
    : queue_(jobs_max) {
    for (Connection& connection : connections) {
        rows_.push_back(std::make_unique<Rows>(std::move(connection), session_idle_max));
    }
    for (const auto& rows : rows_) {
        threads_.emplace_back([this, &mine = *rows] { serve(mine); });
    }
}

Readers::~Readers() {
    stop();
}

void Readers::stop() {
    queue_.close();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Readers::serve(Rows& rows) {
    while (std::optional<Job> job = queue_.take()) (*job)(&rows);
}

void note_failed_read(const char* cause) {
    ops::log(
        ops::Level::error, "the database cannot be read", {{"cause", std::string_view(cause)}}
    );
}

}  // namespace latchkey::store
