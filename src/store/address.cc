#include "store/address.h"

#include <algorithm>

#include "base/ascii.h"

namespace proffer::store {
namespace {

bool holds_secret(std::string_view option) {
  std::string name(option);
  std::ranges::transform(name, name.begin(), base::lower);
  return name.find("password") != std::string::npos || name == "authmechanismproperties";
}

// "?a=1&b=secret" with the values that are secret replaced.
std::string redacted_options(std::string_view options) {
  std::string out;
  while (!options.empty()) {
    const std::size_t end = std::min(options.find_first_of("?&", 1), options.size());
    const std::string_view option = options.substr(0, end);
    const std::size_t equals = option.find('=');
    const bool secret = equals != std::string_view::npos && holds_secret(option.substr(1, equals - 1));
    out += secret ? std::string(option.substr(0, equals)) + "=***" : std::string(option);
    options.remove_prefix(end);
  }
  return out;
}

}  // namespace

bool is_mongodb_address(std::string_view address) {
  return address.starts_with("mongodb://") || address.starts_with("mongodb+srv://");
}

std::string redacted_address(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return std::string(address);
  std::string out(address.substr(0, scheme + 3));
  std::string_view rest = address.substr(scheme + 3);
  // An unescaped '@' or '/' in a password must not show the rest of it, so everything up to the last '@' goes.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    out += "***@";
    rest.remove_prefix(at + 1);
  }
  const std::size_t options = std::min(rest.find('?'), rest.size());
  out += rest.substr(0, options);
  return out + redacted_options(rest.substr(options));
}

}  // namespace proffer::store
