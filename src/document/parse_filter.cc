#include "document/parse_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/limits.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

constexpr std::size_t most = base::limits::filter_conditions;

constexpr auto operators = std::to_array<std::pair<std::string_view, Compare>>({
    {"$eq", Compare::equal},
    {"$ne", Compare::not_equal},
    {"$gt", Compare::greater},
    {"$gte", Compare::greater_or_equal},
    {"$lt", Compare::less},
    {"$lte", Compare::less_or_equal},
    {"$in", Compare::in},
    {"$exists", Compare::exists},
});

std::optional<Compare> operator_named(std::string_view name) {
  const auto found = std::ranges::find(operators, name, [](const auto& one) { return one.first; });
  return found == operators.end() ? std::nullopt : std::optional(found->second);
}

// {"$gte": 18}, and not a plain object or a date.
bool holds_operators(const json::value& value) {
  const auto* object = value.if_object();
  return object != nullptr && !object->empty() && object->begin()->key().starts_with('$') &&
         object->begin()->key() != "$date";
}

class Reader {
 public:
  explicit Reader(Violations& violations) : violations_(violations) {}

  void read(const std::string& path, const json::value& wanted, const Place& place) {
    if (path.starts_with('$')) return violations_.add(place, "is not known; conditions stand at the paths of fields");
    if (!holds_operators(wanted)) return add(path, Compare::equal, wanted);
    for (const auto& [name, operand] : wanted.get_object()) read_operator(path, name, operand, Place(place, name));
  }

  Filter take(const Place& place) {
    if (filter_.conditions.size() > most) violations_.add(place, fmt::format("expected at most {} comparisons", most));
    return std::move(filter_);
  }

 private:
  void read_operator(const std::string& path, std::string_view name, const json::value& operand, const Place& place) {
    if (name == "$nin") return read_none_of(path, operand, place);
    const auto compare = operator_named(name);
    if (!compare) {
      violations_.add(place, "is not known; there are $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin and $exists");
    } else if (*compare == Compare::in && !check_values(operand, place)) {
    } else if (*compare == Compare::exists && !operand.is_bool()) {
      violations_.add(place, "expected true or false", operand);
    } else {
      add(path, *compare, operand);
    }
  }

  void read_none_of(const std::string& path, const json::value& operand, const Place& place) {
    if (!check_values(operand, place)) return;
    for (const auto& value : operand.get_array()) add(path, Compare::not_equal, value);
  }

  bool check_values(const json::value& operand, const Place& place) {
    const bool good = operand.is_array() && operand.get_array().size() <= most;
    if (!good) violations_.add(place, fmt::format("expected an array of at most {} values", most), operand);
    return good;
  }

  void add(const std::string& path, Compare compare, const json::value& operand) {
    filter_.conditions.push_back({path, compare, operand});
  }

  Filter filter_;
  Violations& violations_;
};

}  // namespace

Filter parse_filter(const json::object& filter, const Place& place, Violations& violations) {
  Reader reader(violations);
  for (const auto& [path, wanted] : filter) reader.read(std::string(path), wanted, Place(place, path));
  return reader.take(place);
}

}  // namespace proffer::document
