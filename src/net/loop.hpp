/// One thread of the server: an `io_context`, one epoll set that it watches, and the connections in
/// it. Everything but what says otherwise is called on the loop's own thread. A connection never
/// leaves its loop.
#pragma once

#include "net/record.hpp"
#include "net/shared.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <atomic>
#include <functional>

namespace latchkey::net {

class Loop {
 public:
    Loop(Shared& shared, std::uint8_t index);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Takes over a listening descriptor. Before `run`.
    void listen(int descriptor, bool tls, bool unix_socket);
    /// Serves until `stop`.
    void run();
    void stop();  ///< Thread-safe.
    /// Stops accepting, says goodbye, and calls `done` once nothing is left or the time is over.
    /// Thread-safe.
    void drain(std::function<void()> done);
    void with_socket(const SocketId& id, std::function<void(Socket*)> act);  ///< Thread-safe.
    bool look_at_socket(const SocketId& id, const std::function<void(Socket*)>& look);
    void look_at_clock();  ///< Acts on what is due. Thread-safe.
    boost::asio::io_context& context() { return context_; }
    const LoopCounts& counts() const { return counts_; }

 private:
    friend class Socket;
    using Timer = boost::asio::basic_waitable_timer<
        std::chrono::steady_clock,
        boost::asio::wait_traits<std::chrono::steady_clock>,
        Executor>;
    struct Listener {
        int descriptor;
        bool tls;
        bool unix_socket;
    };
    /// Stands for the listeners where an event names a connection's place.
    static constexpr std::uint32_t listener_slot = WheelLink::none;

    /// What epoll keeps for us with a descriptor.
    static std::uint64_t packed(std::uint32_t slot, std::uint32_t generation) {
        return std::uint64_t{slot} << 32 | generation;
    }

    // loop.cpp: events, time, the end of connections and of the loop
    void watch();
    void take_events();
    void on_event(std::uint32_t slot, std::uint32_t generation, std::uint32_t events);
    /// Whatever the thread begins with connections begins with one. Until the next no clock is
    /// asked.
    class Turn {
     public:
        explicit Turn(Loop& loop);
        ~Turn() { loop_.in_turn_ = false; }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

     private:
        Loop& loop_;
    };
    void act_on(const SocketId& id, const std::function<void(Socket*)>& act);
    Tick now() const;
    Tick after(milliseconds delay) const;
    void set_deadline(std::uint32_t slot, Tick at);
    void hang_up_wheel(std::uint32_t slot);
    void arm(Tick at);
    void on_time();
    void on_due(std::uint32_t slot);
    void on_phase_deadline(std::uint32_t slot);
    void doom(std::uint32_t slot, CloseCode code);
    void reap();
    void bury(std::uint32_t slot);
    void end_socket(std::uint32_t slot);
    void begin_drain(std::function<void()> done);
    void end_drain();
    void dismiss(std::uint32_t slot);
    void finish_drain_if_empty();

    // loop_accept.cpp: listeners, and the birth of connections
    static int open_reserve();
    enum class Accepted : std::uint8_t {
        one,    ///< let in or refused; there may be more
        none,   ///< nobody waits
        stuck,  ///< somebody may wait, but there is nothing to take them with
    };
    bool watch_listener(std::uint32_t number);
    void pause_listening();
    void resume_listening();
    void stop_listening();
    void accept(const Listener& listener);
    Accepted accept_one(const Listener& listener);
    void refuse_connection(int descriptor, const Listener& listener);
    bool watch_connection(std::uint32_t slot, int operation);
    static IpAddress peer_of(int descriptor);
    void admit(int descriptor, const Listener& listener, const IpAddress& address);

    // loop_io.cpp: bytes
    void pump(std::uint32_t slot);
    void pump_later(std::uint32_t slot);
    bool may_read(const Record& record) const;
    Transfer receive(Record& record);
    void on_end_of_input(std::uint32_t slot);
    void on_bytes(std::uint32_t slot, std::span<char> bytes);
    void read_proxy_header(std::uint32_t slot);
    void shake_hands(std::uint32_t slot);
    void send(std::uint32_t slot, std::string_view bytes);
    Transfer write(Record& record, std::string_view bytes);
    void watch_writing(std::uint32_t slot);
    void await_writing(std::uint32_t slot);
    void flush(std::uint32_t slot);
    void linger(std::uint32_t slot);
    void cork(std::uint32_t slot);
    void uncork();
    Work& work(Record& record);
    void drop_idle_work(Record& record);

    // loop_http.cpp: requests
    void read_requests(std::uint32_t slot, std::span<char> bytes);
    void await_more(
        std::uint32_t slot, std::unique_ptr<HttpReader> reader, HttpReader::Status status
    );
    void refuse_request(std::uint32_t slot, unsigned status, std::string_view reason);
    void dispatch(std::uint32_t slot, HttpReader& reader);
    std::optional<Response> refusal(const Request& request, Spends spends);
    void defer(std::uint32_t slot, const Deferred& handler, Request request);
    void deferred_done(std::uint32_t slot, std::uint32_t generation, const Response& response);
    void respond(std::uint32_t slot, const Response& response, bool head_request, bool keep_alive);
    void begin_head(unsigned status);
    void write_head(const Response& response, std::size_t body_bytes, bool keep_alive);
    void await_taking(std::uint32_t slot);
    void answered(std::uint32_t slot);
    void go_on(std::uint32_t slot);
    std::string_view date();

    // loop_socket.cpp: sockets of every wire
    void upgrade(
        std::uint32_t slot, HttpReader& reader, SocketEndpoint& endpoint, Wire wire, bool keep_alive
    );
    std::optional<Response> upgrade_fault(const Request& request, Wire wire) const;
    void open(std::uint32_t slot, const Request& request, SocketEndpoint& endpoint, Wire wire);
    void say(std::uint32_t slot, Opcode opcode, std::string_view data);
    void close_socket(std::uint32_t slot, CloseCode code, std::string_view reason);
    void close_slow(std::uint32_t slot);
    void on_beat(std::uint32_t slot);
    LoopCounts::Count& count_of(Wire wire);
    std::uint64_t next_nonce();
    SocketEndpoint& endpoint_of(const Record& record) { return *endpoints_[record.endpoint]; }
    std::uint8_t endpoint_number(SocketEndpoint& endpoint);

    // loop_websocket.cpp: frames
    std::optional<Response> handshake_fault(const Request& request) const;
    void shake_hands_back(std::uint32_t slot, const Request& request, std::string_view subprotocol);
    void read_frames(std::uint32_t slot, std::span<char> bytes);
    bool on_frame(std::uint32_t slot, const FrameEvent& event);
    void send_frame(std::uint32_t slot, Opcode opcode, std::string_view payload);
    void end(std::uint32_t slot);

    // loop_events.cpp: event streams and long polls
    void begin_events(std::uint32_t slot);
    void send_event(std::uint32_t slot, std::string_view text);
    void watch_for_absence(const Record& record);
    void hold_back(std::uint32_t slot, std::span<char> bytes);
    void leave(std::uint32_t slot, CloseCode code, std::optional<Response> answer);
    void release(std::uint32_t slot, const std::optional<Response>& answer);

    Shared& shared_;
    const Limits& limits_;
    const std::uint8_t index_;
    LoopCounts counts_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<Executor> work_guard_{context_.get_executor()};
    boost::asio::posix::basic_stream_descriptor<Executor> epoll_;
    Timer timer_;
    const SteadyTime start_;
    SteadyTime present_ = start_;  ///< looked up once for what happens at once; see `Turn`
    Slab slab_;
    TimingWheel<Slab> wheel_{slab_};
    Tick armed_ = never;
    std::vector<Listener> listeners_;
    int reserve_descriptor_;  ///< given up for a moment to refuse a connection when descriptors run
                              ///< out
    std::vector<std::uint32_t> doomed_;
    struct Leaving {
        std::uint32_t slot = 0;
        std::optional<Response> answer;  ///< of a long poll
    };
    std::vector<Leaving> leaving_;
    std::vector<SocketEndpoint*> endpoints_;
    std::unique_ptr<HttpReader> spare_reader_;
    std::vector<char> scratch_;
    std::string out_;     ///< answers and frames are put together here
    std::string corked_;  ///< for the connection whose event is being dealt with
    std::uint32_t corked_slot_ = WheelLink::none;
    std::array<std::uint64_t, 64> nonces_{};
    std::size_t nonces_left_ = 0;
    std::time_t date_second_ = 0;
    std::array<char, 40> date_text_{};
    std::size_t in_flight_ = 0;
    bool in_turn_ = false;                      ///< connections are being dealt with further up
    std::atomic<std::size_t> acts_waiting_{0};  ///< posted by `with_socket`, not done yet
    bool draining_ = false;
    Tick drain_by_ = never;
    Tick listen_by_ = never;  ///< when to listen again after a pause
    std::function<void()> drained_;
};

}  // namespace latchkey::net
