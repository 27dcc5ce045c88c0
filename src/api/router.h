// From a request to the route that answers it: finds the row, checks the key, and runs the handler where it belongs.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "api/rate_limit.h"
#include "api/route.h"
#include "api/streamed_call.h"
#include "base/workers.h"
#include "http/server.h"

namespace proffer::api {

class Router final : public http::Handler {
 public:
  Router(Services& services, std::span<const Route> routes, base::Workers& workers, base::Workers& outside);

  std::size_t body_limit(std::string_view method, std::string_view path) const override;
  void handle(http::Request request, http::Respond respond) override;
  bool watches(std::string_view method, std::string_view path) const override;
  bool streams(std::string_view method, std::string_view path) const override;
  std::shared_ptr<http::BodySink> stream(http::Request request, http::Respond respond) override;
  http::Response refuse(int status, std::string_view reason, const http::Request* head) const override;

 private:
  // Whether the log is on another server, and is asked for something.
  bool waits_for_log(const Route& route, const http::Request& request) const {
    return services_.ports.log.is_shared() && (route.reads_log || !request.header("idempotency-key").empty());
  }
  struct Found {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parts;
    std::string allowed;    // methods of routes that match the path, when none matches the method
    bool original = false;  // whether these are routes of the original API
  };
  Found find(std::string_view method, std::string_view path) const;
  // The call, when it may be made; else it is answered.
  std::optional<std::pair<const Route*, Call>> accept(http::Request request, const http::Respond& respond);
  base::Result<service::Identity> admit(const Route& route, const http::Request& request) const;
  base::Result<service::Identity> identity_of(const Route& route, const http::Request& request) const;
  base::Result<service::Identity> identity_of_token(const Route& route, std::string_view text) const;
  void run(const Route& route, Call call, http::Respond respond);
  void run_on(base::Workers& workers, const Route& route, Call call, http::Respond respond);

  Services& services_;
  std::span<const Route> routes_;
  base::Workers& workers_;
  base::Workers& outside_;  // waits for other servers, which may call this one: never the same threads as workers_
  RateLimit rate_limit_;
  StreamCount streams_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace proffer::api
