// What kinds of features the rows of one training have, inferred from their JSON.
//
// A feature is what most of its values that are not null are; equally many: the earlier in the order of Kind. A value
// of any other kind, an array or an object counts as missing. A feature that is always missing is none.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace proffer::scoring {

enum class Kind : std::uint8_t { category, number, boolean };  // text, numbers, true and false

std::string_view name_of(Kind kind);

struct Feature {
  std::string name;
  Kind kind = Kind::number;
  bool operator==(const Feature&) const = default;
};

using Schema = std::vector<Feature>;  // in order of their names

Schema infer_schema(std::span<const boost::json::object* const> rows);

// The number that a value is for a feature: itself, cut to what a float holds, or 0 and 1; NaN when missing.
float number_of(Kind kind, const boost::json::value& value);

// The text of a category; empty when missing.
std::string_view text_of(const boost::json::value& value);

}  // namespace proffer::scoring
