#include "aggregation/regex.h"

#include <fmt/format.h>

#include <boost/regex.hpp>
#include <stdexcept>

#include "base/query_limits.h"

namespace proffer::aggregation {

struct Regex::Compiled {
  boost::regex regex;
};

namespace {

using base::ErrorKind;

constexpr std::string_view known_options = "imsx";

unsigned flags_of(std::string_view options) {
  const auto has = [&](char option) { return options.find(option) != std::string_view::npos; };
  unsigned flags = boost::regex::perl;
  if (has('i')) flags |= boost::regex::icase;
  if (has('x')) flags |= boost::regex::mod_x;
  if (!has('m')) flags |= boost::regex::no_mod_m;
  return flags | (has('s') ? boost::regex::mod_s : boost::regex::no_mod_s);
}

}  // namespace

base::Result<Regex> Regex::make(std::string_view pattern, std::string_view options) {
  if (pattern.size() > base::limits::regex_bytes) {
    return base::fail(ErrorKind::invalid, fmt::format("expected at most {} bytes", base::limits::regex_bytes));
  }
  if (options.find_first_not_of(known_options) != std::string_view::npos) {
    return base::fail(ErrorKind::invalid, "the options are i, m, s and x");
  }
  try {
    Regex regex;
    regex.compiled_ =
        std::make_shared<const Compiled>(Compiled{boost::regex(pattern.begin(), pattern.end(), flags_of(options))});
    return regex;
  } catch (const boost::regex_error& error) {
    return base::fail(ErrorKind::invalid, fmt::format("is no regular expression: {}", error.what()));
  }
}

base::Result<bool> Regex::occurs_in(std::string_view text) const {
  try {
    return boost::regex_search(text.begin(), text.end(), compiled_->regex);
  } catch (const std::runtime_error&) {
    return base::fail(ErrorKind::invalid, "a regular expression takes too many steps");
  }
}

}  // namespace proffer::aggregation
