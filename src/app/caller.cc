#include "app/caller.h"

#include <sys/stat.h>

#include <future>

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
    Headers headers = request.headers;
    headers.emplace_back("Content-Type", request.content_type);
    return client_->send(request.method, request.target, request.body, headers);
  }

 private:
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
    auto answer = std::make_shared<std::promise<http::Response>>();
    program_->handler().handle(std::move(call),
                               [answer](http::Response response) { answer->set_value(std::move(response)); });
    return answer->get_future().get();
  }

 private:
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
