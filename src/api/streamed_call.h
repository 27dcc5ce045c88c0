// A request whose body is read in pieces: each is given to its reader on a worker thread, so that none waits there for
// a slow sender.
#pragma once

#include <atomic>
#include <memory>

#include "api/route.h"
#include "base/workers.h"

namespace proffer::api {

using StreamCount = std::shared_ptr<std::atomic<std::size_t>>;  // bodies that are being taken in

struct StreamedOn {
  base::Workers& workers;
  const StreamCount& count;
};

// Opens the route's reader for the call. `respond` is called once. Errors: unavailable above limits::bodies_streamed;
// as the route's OpenReader.
base::Result<std::shared_ptr<http::BodySink>> open_stream(const Route& route, Services& services, const Call& call,
                                                          StreamedOn on, const http::Respond& respond);

// The same for a body that came whole, on this thread.
base::Result<http::Response> read_whole(OpenReader open, Services& services, const Call& call);

}  // namespace proffer::api
