#include "adapters/mongodb/filter.h"

#include <algorithm>
#include <optional>
#include <string>

#include "adapters/mongodb/bson_values.h"
#include "adapters/mongodb/member_names.h"

namespace proffer::adapters {
namespace {

namespace json = boost::json;
using document::Compare;
using document::Condition;

// `_id` may be an ObjectId, and a member "$date" or "$oid" is none of the server's.
bool is_plain(std::string_view path) {
  return path != "_id" && !path.starts_with("_id.") && !path.starts_with('$') && path.find(".$") == path.npos;
}

bool is_date(const json::value& value) {
  const auto* object = value.if_object();
  return object != nullptr && object->size() == 1 && object->begin()->key() == "$date";
}

// One that the server's dates can hold.
bool holds_date(const Bson& comparison) {
  bson_iter_t iter;
  return bson_iter_init(&iter, comparison) && bson_iter_next(&iter) && BSON_ITER_HOLDS_DATE_TIME(&iter);
}

bool is_scalar(const json::value& value) { return value.is_string() || value.is_number() || value.is_bool(); }

bool are_scalars(const json::value& value) {
  const auto* array = value.if_array();
  return array != nullptr && std::ranges::all_of(*array, is_scalar);
}

const char* operator_of(Compare compare) {
  switch (compare) {
    case Compare::equal:
      return "$eq";
    case Compare::less:
      return "$lt";
    case Compare::less_or_equal:
      return "$lte";
    case Compare::greater:
      return "$gt";
    case Compare::greater_or_equal:
      return "$gte";
    case Compare::in:
      return "$in";
    case Compare::exists:
      return "$exists";
    default:
      return nullptr;
  }
}

bool can_compare(const Condition& condition) {
  switch (condition.compare) {
    case Compare::not_equal:
      return false;
    case Compare::exists:
      return condition.operand == json::value(true);
    case Compare::in:
      return are_scalars(condition.operand);
    default:
      return is_scalar(condition.operand) || is_date(condition.operand);
  }
}

Bson exists(const std::string& path) { return std::move(Bson().document(path, Bson().flag("$exists", true))); }

// Nothing when it is left to the filter.
std::optional<Bson> query_of(const Condition& condition) {
  if (!is_plain(condition.path) || !can_compare(condition)) return std::nullopt;
  Bson comparison;
  if (!append_value(comparison, operator_of(condition.compare), condition.operand)) return std::nullopt;
  if (is_date(condition.operand) && !holds_date(comparison)) return std::nullopt;
  const std::string path = escape_path(condition.path);
  Bson query = std::move(Bson().document(path, comparison));
  if (!is_date(condition.operand)) return query;
  // A date with microseconds is a document there (bson_values.h).
  Bson either;
  either.document("0", query).document("1", exists(path + ".%24date"));
  return std::move(Bson().array("$or", either));
}

}  // namespace

Bson query_of(const document::Filter& filter) {
  Bson all;
  std::size_t count = 0;
  for (const auto& condition : filter.conditions) {
    if (const auto query = query_of(condition)) all.document(std::to_string(count++), *query);
  }
  return count == 0 ? Bson() : std::move(Bson().array("$and", all));
}

}  // namespace proffer::adapters
