#include "service/expected.h"

#include <algorithm>
#include <string_view>

namespace proffer::service {
namespace {

// Whether one of the ETags of an If-Match header is this one.
bool names_etag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const auto end = list.find(',');
    auto one = list.substr(0, end);
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (one == etag) return true;
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

}  // namespace

base::Status check_expected(const Expected& expected, const std::string* etag, const std::string& what) {
  if (expected.if_none_match_any && etag != nullptr) {
    return base::fail(base::ErrorKind::precondition, what + " exists already, as version " + *etag);
  }
  if (!expected.if_match || (*expected.if_match == "*" && etag != nullptr)) return {};
  if (etag != nullptr && names_etag(*expected.if_match, *etag)) return {};
  const std::string is = etag == nullptr ? "there is none" : "it is " + *etag;
  return base::fail(base::ErrorKind::precondition, "If-Match names version " + *expected.if_match + "; " + is);
}

}  // namespace proffer::service
