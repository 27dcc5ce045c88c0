// The whole API over a World, called in process through its router.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <sstream>

#include "api/router.h"
#include "api/routes.h"
#include "base/workers.h"
#include "http/target.h"
#include "service/world.h"

namespace proffer::tests {

// A body of the original's documentation, as it stands there.
inline std::string golden(const std::string& name) {
  std::ifstream file(std::string(PROFFER_SOURCE_DIR) + "/tests/golden/original/" + name);
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

using Headers = std::map<std::string, std::string>;  // names in lower case

struct Answer : http::Response {
  json::value body_json() const { return document::parse_json(body).value(); }
  json::object object() const { return body_json().as_object(); }
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return "";
  }
  // "body.x, body.y": where a problem document finds something wrong.
  std::string locations() const {
    const json::object problem = object();
    std::string out;
    for (const auto& error : problem.at("errors").as_array()) {
      if (!out.empty()) out += ", ";
      out += error.at("location").as_string();
    }
    return out;
  }
};

class Server {
 public:
  explicit Server(Stores& kept, service::CampaignChoice choice = {}, api::Settings settings = {})
      : world(kept, std::move(choice)),
        services{world.ports,
                 world.campaigns,
                 world.decide,
                 world.respond,
                 world.learning,
                 world.define,
                 refresh_with_options,
                 world.replay,
                 world.import_decisions,
                 world.keys,
                 world.tokens,
                 world.users,
                 world.calls,
                 world.custom,
                 jobs,
                 scoring,
                 prior,
                 world.metrics,
                 std::move(settings),
                 [this] { return world.learning.refresh(); },
                 [this] { return world.ports.log.flush(); }} {}

  World world;
  service::RefreshWithOptions refresh_with_options{world.ports, world.campaigns, world.define,
                                                   service::ServerList::parse({"http://server:3001"}).value(),
                                                   [this] { return world.learning.refresh(); }};
  service::Jobs jobs{world.ports, training};
  service::Scoring scoring{world.ports, 2};
  service::Prior prior{world.ports, jobs, scoring, {.trials = 1}};
  api::Services services;
  base::Workers training{1, 16};
  base::Workers workers{2, 16};
  base::Workers outside{2, 16};
  api::Router router{services, api::routes(), workers, outside};

  // Called like a client would, without waiting.
  std::future<Answer> start(const std::string& method, const std::string& target, const std::string& body,
                            const Headers& headers = {}, const std::string& remote = "127.0.0.1") {
    http::Request request;
    request.method = method;
    http::Target read;
    EXPECT_TRUE(http::read_target(method, target, read)) << target;
    request.path = read.path;
    request.query = read.query;
    request.headers.assign(headers.begin(), headers.end());
    request.body = body;
    request.remote = remote;
    const auto answer = std::make_shared<std::promise<Answer>>();
    router.handle(std::move(request), [answer](http::Response response) { answer->set_value({std::move(response)}); });
    return answer->get_future();
  }

  Answer call(const std::string& method, const std::string& target, const std::string& body = "",
              const Headers& headers = {}, const std::string& remote = "127.0.0.1") {
    return start(method, target, body, headers, remote).get();
  }
  Answer get(const std::string& target, const Headers& headers = {}) { return call("GET", target, "", headers); }
  Answer post(const std::string& target, const std::string& body, const Headers& headers = {}) {
    return call("POST", target, body, headers);
  }
};

}  // namespace proffer::tests
