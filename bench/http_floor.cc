// What does the HTTP part alone cost a request? Serves a constant answer to every request until it is terminated:
//   bench_http_floor [--listen HOST:PORT] [--bytes N] [--threads N] [--cross-thread]
// Prints the address it listens on. bench/http_floor.sh measures its CPU a request beside nginx's.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "crossing_thread.h"
#include "http/server.h"

namespace {

using namespace proffer;

class ConstantAnswer final : public http::Handler {
 public:
  ConstantAnswer(std::size_t bytes, bool cross_thread) : body_(bytes, 'x') {
    if (cross_thread) crossing_ = std::make_unique<bench::CrossingThread>();
  }

  std::size_t body_limit(std::string_view, std::string_view) const override { return 1 << 20; }

  void handle(http::Request, http::Respond respond) override {
    http::Response response;
    response.body = body_;
    if (!crossing_) return respond(std::move(response));
    crossing_->answer(std::move(respond), std::move(response));
  }

  http::Response refuse(int status, std::string_view reason, const http::Request*) const override {
    http::Response response;
    response.status = status;
    response.body = reason;
    return response;
  }

 private:
  const std::string body_;
  std::unique_ptr<bench::CrossingThread> crossing_;
};

struct Arguments {
  http::ServerOptions server;
  std::size_t bytes = 3'500;
  bool cross_thread = false;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  out.server.listen = {"127.0.0.1:0"};
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    if (name == "--cross-thread") {
      out.cross_thread = true;
      continue;
    }
    if (name == "--listen") out.server.listen = {value};
    if (name == "--bytes") out.bytes = std::strtoul(value, nullptr, 10);
    if (name == "--threads") out.server.threads = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
    ++i;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const Arguments arguments = parse(argc, argv);
  ConstantAnswer handler(arguments.bytes, arguments.cross_thread);
  base::Metrics metrics;
  auto server = http::Server::start(arguments.server, handler, metrics);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  std::printf("%s\n", (*server)->addresses().front().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->stop();
}
