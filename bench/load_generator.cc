#include "load_generator.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <cmath>
#include <deque>
#include <memory>
#include <string_view>

#include "http/address.h"

namespace proffer::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Endpoint = boost::asio::ip::tcp::endpoint;

constexpr std::string_view customer_mark = "{customer}";

Clock::duration ticks(std::chrono::duration<double> seconds) { return std::chrono::round<Clock::duration>(seconds); }

// The bytes of requests, each with the next customer.
class Requests {
 public:
  explicit Requests(const Load& load) : load_(load), mark_(load.body.find(customer_mark)) {}

  std::string next() {
    std::string body = load_.body;
    const std::string customer = std::to_string(number_++ * 7'919 % load_.customers);
    if (mark_ != std::string::npos) body.replace(mark_, customer_mark.size(), customer);
    return "POST " + load_.path + " HTTP/1.1\r\nHost: " + load_.address +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  const Load& load_;
  const std::size_t mark_;
  std::uint64_t number_ = 0;
};

// One connection with at most one request under way.
class Lane {
 public:
  enum class Event { nothing, answered, refused, lost };

  Lane(const Endpoint& endpoint, int epoll) : endpoint_(endpoint), epoll_(epoll) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane() { close(); }

  bool connect();
  bool send(std::string_view request, Time planned);
  Event receive();
  bool busy() const { return busy_; }
  Time planned() const { return planned_; }

 private:
  void close();
  Event lose();
  Event look_at_answer();

  const Endpoint& endpoint_;
  const int epoll_;
  int fd_ = -1;
  bool busy_ = false;
  Time planned_;
  std::string in_;
};

bool Lane::connect() {
  if (fd_ >= 0) return true;
  fd_ = ::socket(endpoint_.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0 || ::connect(fd_, endpoint_.data(), static_cast<socklen_t>(endpoint_.size())) != 0) {
    close();
    return false;
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  epoll_event watch{};
  watch.events = EPOLLIN;
  watch.data.ptr = this;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &watch) == 0;
}

bool Lane::send(std::string_view request, Time planned) {
  planned_ = planned;
  in_.clear();
  busy_ =
      connect() && ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
  if (!busy_) close();
  return busy_;
}

Lane::Event Lane::receive() {
  std::array<char, 16'384> bytes;
  const auto n = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return Event::nothing;
  if (n <= 0) return lose();
  in_.append(bytes.data(), static_cast<std::size_t>(n));
  return look_at_answer();
}

Lane::Event Lane::lose() {
  close();
  return std::exchange(busy_, false) ? Event::lost : Event::nothing;
}

Lane::Event Lane::look_at_answer() {
  constexpr std::string_view length_field = "Content-Length: ";
  const std::size_t head_end = in_.find("\r\n\r\n");
  const std::size_t field = in_.find(length_field);
  if (head_end == std::string::npos || field == std::string::npos) return Event::nothing;
  std::size_t length = 0;
  std::from_chars(in_.data() + field + length_field.size(), in_.data() + head_end, length);
  if (in_.size() < head_end + 4 + length) return Event::nothing;
  busy_ = false;
  return in_.compare(0, 10, "HTTP/1.1 2") == 0 ? Event::answered : Event::refused;
}

void Lane::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

class Generator {
 public:
  Generator(const Load& load, const Endpoint& endpoint) : load_(load), endpoint_(endpoint), requests_(load) {
    // The default slack of 50 µs would show in every latency.
    ::prctl(PR_SET_TIMERSLACK, 1);
    for (std::size_t i = 0; i < load.connections; ++i) {
      lanes_.push_back(std::make_unique<Lane>(endpoint_, epoll_));
      free_.push_back(lanes_.back().get());
    }
  }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  ~Generator() { ::close(epoll_); }

  bool connect() {
    return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->connect(); });
  }

  Observed run() {
    begin_ = Clock::now();
    counted_from_ = begin_ + ticks(load_.warm_up);
    planned_end_ = counted_from_ + ticks(load_.duration);
    const Time give_up = planned_end_ + ticks(load_.patience);
    while (Clock::now() < give_up &&
           (planned_time() < planned_end_ || free_.size() < lanes_.size() || !late_.empty())) {
      plan_due_requests();
      send_late_requests();
      await_events(give_up);
    }
    return finish();
  }

 private:
  Time planned_time() const {
    return begin_ + ticks(std::chrono::duration<double>(static_cast<double>(planned_) / load_.requests_per_second));
  }

  void plan_due_requests() {
    const Time now = Clock::now();
    for (Time at = planned_time(); at <= now && at < planned_end_; at = planned_time()) {
      late_.push_back(at);
      ++planned_;
    }
  }

  void send_late_requests() {
    while (!late_.empty() && !free_.empty()) {
      Lane* const lane = free_.back();
      free_.pop_back();
      const Time planned = late_.front();
      late_.pop_front();
      if (!lane->send(requests_.next(), planned)) settle(*lane, Lane::Event::lost);
    }
  }

  void await_events(Time give_up) {
    const Time next = planned_time() < planned_end_ ? std::min(planned_time(), give_up) : give_up;
    const auto wait = std::max(next - Clock::now(), Clock::duration::zero());
    const auto whole = std::chrono::floor<std::chrono::seconds>(wait);
    const timespec timeout{whole.count(), (wait - whole).count()};
    std::array<epoll_event, 64> events;
    const int n = ::epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < n; ++i) {
      Lane& lane = *static_cast<Lane*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (const auto event = lane.receive(); event != Lane::Event::nothing) settle(lane, event);
    }
  }

  void settle(Lane& lane, Lane::Event event) {
    free_.push_back(&lane);
    if (lane.planned() >= counted_from_) count(lane.planned(), event);
  }

  void count(Time planned, Lane::Event event) {
    last_ = Clock::now();
    out_.latencies.push_back(std::chrono::duration<double>(last_ - planned).count());
    ++(event == Lane::Event::answered ? out_.answered : event == Lane::Event::refused ? out_.refused : out_.lost);
  }

  Observed finish() {
    for (const auto& lane : lanes_) {
      if (lane->busy() && lane->planned() >= counted_from_) count(lane->planned(), Lane::Event::lost);
    }
    for (const Time planned : late_) {
      if (planned >= counted_from_) count(planned, Lane::Event::lost);
    }
    out_.planned = out_.latencies.size();
    const std::chrono::duration<double> taken = std::max(last_, planned_end_) - counted_from_;
    out_.answers_per_second = static_cast<double>(out_.answered) / taken.count();
    std::sort(out_.latencies.begin(), out_.latencies.end());
    return std::move(out_);
  }

  const Load& load_;
  const Endpoint& endpoint_;
  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  Requests requests_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Lane*> free_;
  std::deque<Time> late_;  // planned times of requests that no connection was free for
  std::uint64_t planned_ = 0;
  Time begin_, counted_from_, planned_end_, last_;
  Observed out_;
};

}  // namespace

double Observed::quantile(double p) const {
  if (latencies.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(latencies.size())));
  return latencies[std::clamp<std::size_t>(rank, 1, latencies.size()) - 1];
}

base::Result<Observed> run(const Load& load) {
  TRY(const Endpoint endpoint, http::resolve(load.address));
  if (!endpoint.address().is_loopback()) {
    return base::fail(base::ErrorKind::invalid, load.address + " is not an address of this machine's loopback");
  }
  Generator generator(load, endpoint);
  if (!generator.connect()) return base::fail(base::ErrorKind::unavailable, "no connection to " + load.address);
  return generator.run();
}

}  // namespace proffer::bench
