#include "ops/log.hpp"

#include "ops/log_line.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <stdexcept>

namespace latchkey::ops {
namespace {

std::atomic<LogFormat> format_now{LogFormat::human};
std::atomic<Level> lowest_now{Level::info};

/// Lives as long as the process: threads may still log while static objects go.
spdlog::logger& sink() {
    static auto* const logger = [] {
        auto made = std::make_unique<spdlog::logger>(
            "latchkey", std::make_shared<spdlog::sinks::stderr_sink_mt>()
        );
        made->set_pattern("%v");
        made->set_level(spdlog::level::trace);
        made->flush_on(spdlog::level::trace);
        return made.release();
    }();
    return *logger;
}

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    const auto make =
        format_now.load(std::memory_order_relaxed) == LogFormat::json ? json_line : human_line;
    sink().log(
        spdlog_level(level), spdlog::string_view_t(make(level, wall_clock_now(), event, fields))
    );
}

}  // namespace

void set_up_log(LogFormat format, Level lowest) {
    format_now = format;
    lowest_now = lowest;
    sink();
}

bool logs(Level level) {
    return level >= lowest_now.load(std::memory_order_relaxed);
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (logs(level)) write(level, event, fields);
}

void announce(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::info, event, fields);
}

}  // namespace latchkey::ops
