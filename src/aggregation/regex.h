// Perl's regular expressions on the bytes of UTF-8 text.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace proffer::aggregation {

class Regex {
 public:
  // `options`: i (case of ASCII does not count), m (^ and $ at each line), s (. takes line ends), x (blanks and
  // comments do not count). Errors: invalid for any other, for a pattern that is none, or above limits::regex_bytes.
  static base::Result<Regex> make(std::string_view pattern, std::string_view options);

  // Whether it occurs. Errors: invalid when that takes too many steps.
  base::Result<bool> occurs_in(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace proffer::aggregation
