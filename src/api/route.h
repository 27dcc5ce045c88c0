// One row of the table of routes: how a request is found, who may call, where it runs, and what answers.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "api/route_doc.h"
#include "api/services.h"
#include "http/server.h"
#include "service/keys.h"

namespace proffer::api {

// A request on its way, with what the router found out.
struct Call {
  http::Request request;
  service::Identity identity;                            // whose project it works in
  std::map<std::string, std::string, std::less<>> path;  // {name} parts of the pattern

  const std::string& part(std::string_view name) const { return path.find(name)->second; }
  const std::string& project() const { return identity.project; }
};

enum class Access {
  open,    // never needs a key
  decide,  // needs a key of this role or a higher one, once any key is stored
  manage,
  admin,
};

enum class Where {
  here,     // on the thread that read the request: it waits for nothing but the log
  worker,   // on a worker thread: it may read the store for long
  outside,  // on a thread that may wait for another server, this one among them
};

enum class Body { none, decision, offers, training, streamed };  // which limit holds

using Answer = base::Result<http::Response> (*)(Services&, const Call&);
// Takes a body in pieces, on a worker thread, one after the other. An error is the answer, and nothing more is read.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual base::Status read(std::string_view piece) = 0;
  virtual base::Result<http::Response> finish() = 0;
};
// Looks at the request before its body comes, on the thread that read it.
using OpenReader = base::Result<std::unique_ptr<BodyReader>> (*)(Services&, const Call&);

using AnswerLater = void (*)(Services&, Call, http::Respond);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/campaigns/{name}"
  Access access = Access::decide;
  Where where = Where::worker;
  Body body = Body::none;
  bool original = false;  // a route of the original API: its errors also carry ErrorMessage and error: 1
  std::variant<Answer, AnswerLater, OpenReader> handle;
  RouteDoc (*doc)() = nullptr;  // null: not in the OpenAPI document (an alias)
  bool of_server = false;       // a route of the original's server: tokens of applications are good here
  bool reads_log = false;       // always; a decision does so only with an Idempotency-Key
  bool ml = false;              // of the ML API: its errors are of its model, and a key is always needed
  bool watches = false;         // wants to know when its caller leaves (Request::left)
  bool (*is_long)(const http::Request&) = nullptr;  // of Where::here: which of its requests a worker answers
};

// 200 with this JSON text.
http::Response json_response(std::string text, int status = 200);
http::Response json_of(const boost::json::value& value, int status = 200);

// What the headers If-Match and If-None-Match say.
service::Expected expected_of(const Call& call);

// "Authorization: Bearer …" or "X-API-KEY: …": a key or a token; empty when there is none.
std::string_view credential_of(const http::Request& request);

// Whether the caller may make and see keys, tokens and users of a project: a key reaches its own project only; whoever
// may open the data directory, or comes before any key exists, all of them.
bool may_work_in(const Services& services, const Call& call, const std::string& project);

// The answer to what a route threw, which is a defect: told in the log, not to the caller.
http::Response defect(const Route& route, const std::exception& error);

// The key of a call that carries an Idempotency-Key, or nothing. `route` is the same for aliases.
base::Result<std::optional<decision::CallKey>> call_key(const Call& call, std::string_view route);

}  // namespace proffer::api
