#include "api/streamed_call.h"

#include <utility>

#include "api/problem.h"
#include "base/limits.h"

namespace proffer::api {
namespace {

// One of the bodies that are taken in at a time.
class StreamPlace {
 public:
  // Null when all are taken.
  static std::unique_ptr<StreamPlace> take(StreamCount count) {
    auto place = std::make_unique<StreamPlace>(std::move(count));
    return place->count_->load() <= base::limits::bodies_streamed ? std::move(place) : nullptr;
  }
  explicit StreamPlace(StreamCount count) : count_(std::move(count)) { ++*count_; }
  ~StreamPlace() { --*count_; }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

 private:
  const StreamCount count_;
};

// Gives each piece of a body to its reader, on a worker thread: none waits there for a slow sender.
class StreamedCall final : public http::BodySink {
 public:
  StreamedCall(base::Workers& workers, const Route& route, std::unique_ptr<BodyReader> reader,
               std::unique_ptr<StreamPlace> place, http::Respond respond)
      : workers_(workers),
        state_(std::make_shared<State>(State{route, std::move(place), std::move(reader), std::move(respond)})) {}

  void take(std::string piece, std::function<void()> more) override {
    run([piece = std::move(piece), more = std::move(more)](State& state) {
      const auto read = state.reader->read(piece);
      read ? more() : state.respond(problem(read.error(), state.route.original));
    });
  }

  void end() override {
    run([](State& state) {
      auto answer = state.reader->finish();
      state.respond(answer ? std::move(*answer) : problem(answer.error(), state.route.original));
    });
  }

 private:
  // Outlives this while a worker is at it.
  struct State {
    const Route& route;
    std::unique_ptr<StreamPlace> place;
    std::unique_ptr<BodyReader> reader;
    http::Respond respond;
  };

  template <class Step>
  void run(Step step) {
    const auto task = [state = state_, step = std::move(step)] {
      try {
        step(*state);
      } catch (const std::exception& error) {
        state->respond(defect(state->route, error));
      }
    };
    if (!workers_.run(task)) {
      state_->respond(problem({base::ErrorKind::unavailable, "too many long requests are waiting", {}}));
    }
  }

  base::Workers& workers_;
  const std::shared_ptr<State> state_;
};

}  // namespace

base::Result<std::shared_ptr<http::BodySink>> open_stream(const Route& route, Services& services, const Call& call,
                                                          StreamedOn on, const http::Respond& respond) {
  auto place = StreamPlace::take(on.count);
  if (!place) return base::fail(base::ErrorKind::unavailable, "too many bodies are being taken in");
  TRY(auto reader, std::get<OpenReader>(route.handle)(services, call));
  return std::make_shared<StreamedCall>(on.workers, route, std::move(reader), std::move(place), respond);
}

base::Result<http::Response> read_whole(OpenReader open, Services& services, const Call& call) {
  TRY(const auto reader, open(services, call));
  TRY_DO(reader->read(call.request.body));
  return reader->finish();
}

}  // namespace proffer::api
