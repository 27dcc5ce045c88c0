#include "app/caller.h"

#include <sys/stat.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>

#include "app/program.h"
#include "http/client.h"
#include "http/target.h"

namespace proffer::app {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class SocketCaller final : public Caller {
 public:
  explicit SocketCaller(const std::string& path) : client_(http::Client::local(path)) {}

  base::Result<http::Response> send(const Request& request) override {
    return client_->send(request.method, request.target, request.body, headers_of(request));
  }

  base::Result<http::Response> send_pieces(const Request& request, const http::NextPiece& next) override {
    return client_->send_pieces(request.method, request.target, next, headers_of(request));
  }

 private:
  static Headers headers_of(const Request& request) {
    Headers headers = request.headers;
    headers.emplace_back("Content-Type", request.content_type);
    return headers;
  }

  std::unique_ptr<http::Client> client_;
};

std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

class ProgramCaller final : public Caller {
 public:
  explicit ProgramCaller(std::unique_ptr<Program> program) : program_(std::move(program)) {}

  base::Result<http::Response> send(const Request& request) override {
    TRY(auto call, call_of(request));
    auto answer = std::make_shared<std::promise<http::Response>>();
    program_->handler().handle(std::move(call),
                               [answer](http::Response response) { answer->set_value(std::move(response)); });
    return answer->get_future().get();
  }

  base::Result<http::Response> send_pieces(const Request& request, const http::NextPiece& next) override {
    TRY(auto call, call_of(request));
    const auto word = std::make_shared<Word>();
    const auto sink = program_->handler().stream(
        std::move(call), [word](http::Response response) { word->answer(std::move(response)); });
    while (sink && !word->answered()) {
      TRY(std::string piece, next());
      if (piece.empty()) {
        sink->end();
        break;
      }
      sink->take(std::move(piece), [word] { word->ask_for_more(); });
      word->await_more_or_answer();
    }
    return word->await_answer();
  }

 private:
  // What the other side says, from its threads.
  class Word {
   public:
    void answer(http::Response response) {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(response);
      changed_.notify_all();
    }
    void ask_for_more() {
      const std::lock_guard lock(mutex_);
      more_ = true;
      changed_.notify_all();
    }
    bool answered() {
      const std::lock_guard lock(mutex_);
      return answer_.has_value();
    }
    void await_more_or_answer() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return more_ || answer_; });
      more_ = false;
    }
    http::Response await_answer() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return answer_.has_value(); });
      return std::move(*answer_);
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool more_ = false;                     // guarded by mutex_
    std::optional<http::Response> answer_;  // guarded by mutex_
  };

  static base::Result<http::Request> call_of(const Request& request) {
    http::Target target;
    if (!http::read_target(request.method, request.target, target)) {
      return base::fail(base::ErrorKind::invalid, "not a path: " + request.target);
    }
    http::Request call;
    call.method = request.method;
    call.path = std::move(target.path);
    call.query = std::move(target.query);
    for (const auto& [name, value] : request.headers) call.headers.emplace_back(lower_case(name), value);
    call.headers.emplace_back("content-type", request.content_type);
    call.body = request.body;
    call.local_socket = true;
    return call;
  }

  std::unique_ptr<Program> program_;
};

}  // namespace

base::Result<std::unique_ptr<Caller>> Caller::open(const Options& options) {
  const std::string path = options.data + "/proffer.sock";
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) {
    auto caller = std::make_unique<SocketCaller>(path);
    if (caller->send({"GET", "/ready"})) return caller;  // else a socket that a killed server left behind
  }
  TRY(auto program, Program::open(options));
  return std::make_unique<ProgramCaller>(std::move(program));
}

}  // namespace proffer::app
