// Endpoints that users write: each a source with a function handle(request), by project and name, kept with its
// versions.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/expected.h"
#include "service/hooks.h"
#include "service/ports.h"

namespace proffer::service {

struct CustomEndpoint {
  std::string project;
  std::string name;
  std::uint32_t version = 0;  // counts on when it is deleted and made again
  std::string source;
  std::string date_updated;
  HookProgramPtr program;  // null: it was deleted

  std::string etag() const;  // "<name>-<version>", quoted as HTTP wants it
};

using CustomEndpointPtr = std::shared_ptr<const CustomEndpoint>;

class CustomEndpoints {
 public:
  explicit CustomEndpoints(const Ports& ports) : ports_(ports) {}

  base::Status load();  // what the store holds, in place of what was here

  // Null when there is none of that name.
  CustomEndpointPtr find(std::string_view project, std::string_view name) const;
  std::vector<CustomEndpointPtr> of_project(std::string_view project) const;  // by name

  // Errors: `invalid` for a name that no campaign could have, a source that does not compile or defines no handle;
  // `precondition`; `too_large` past limits::custom_endpoints.
  base::Result<CustomEndpointPtr> put(const std::string& project, const std::string& name, std::string source,
                                      const Expected& expected);
  base::Status remove(const std::string& project, const std::string& name, const Expected& expected);

  // Its documents of the last limits::custom_versions versions, oldest first.
  base::Result<std::vector<store::Document>> versions(const std::string& project, const std::string& name) const;

 private:
  using Key = std::pair<std::string, std::string>;  // project, name

  CustomEndpointPtr last(const std::string& project, const std::string& name) const;
  base::Result<CustomEndpointPtr> store_next(CustomEndpoint next);

  Ports ports_;
  std::mutex changing_;                                      // one change at a time
  mutable std::shared_mutex mutex_;                          // guards the map
  std::map<Key, CustomEndpointPtr, std::less<>> endpoints_;  // deleted ones too, for their version
};

}  // namespace proffer::service
