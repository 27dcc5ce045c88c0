// Which other servers may be called: what a request names must be in this list, or on this machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::service {

// Where a URL leads: "http://host:8080", in lower case, with the port of its scheme when it names none. `invalid` for
// anything but http and https, for users and passwords in it, and for every form that two readers could read two ways.
base::Result<std::string> origin_of(std::string_view url);

class ServerList {
 public:
  // URLs, of which only the origin counts. `invalid` for one that is none.
  static base::Result<ServerList> parse(const std::vector<std::string>& urls);

  // `invalid` at `location` unless the URL's origin is in the list or on this machine.
  base::Status check(const std::string& url, const std::string& location) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace proffer::service
