// As MongoDB's manual has them (Query and Projection Operators).
#include "aggregation/field_conditions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "aggregation/numbers.h"
#include "aggregation/regex.h"
#include "base/query_limits.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Compare;
using document::Place;
using document::ValueType;
namespace {

constexpr std::size_t most_values = base::limits::filter_values;

FieldCondition compared(Compare how, const json::value& operand) {
  return {[how, operand](const json::value* value, Problem&) {
    static const json::value missing;  // compares as null does
    return document::holds(how, value == nullptr ? missing : *value, operand);
  }};
}

template <Compare how>
void read_compared(QueryReader&, const json::value& operand, const json::object&, const Place&, Conditions& out) {
  out.push_back(compared(how, operand));
}

void read_ne(QueryReader&, const json::value& operand, const json::object&, const Place&, Conditions& out) {
  out.push_back(equal_to(operand));
  out.back().negated = true;
}

bool check_values(QueryReader& reader, const json::value& operand, const Place& place) {
  const bool good = operand.is_array() && operand.get_array().size() <= most_values;
  if (!good) reader.refuse(place, fmt::format("expected an array of at most {} values", most_values), operand);
  return good;
}

void read_in(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
             Conditions& out) {
  if (!check_values(reader, operand, place)) return;
  out.push_back({[values = operand.get_array()](const json::value* value, Problem&) {
    static const json::value missing;
    return std::ranges::any_of(values, [&](const json::value& one) {
      return document::holds(Compare::equal, value == nullptr ? missing : *value, one);
    });
  }});
}

void read_nin(QueryReader& reader, const json::value& operand, const json::object& siblings, const Place& place,
              Conditions& out) {
  const std::size_t before = out.size();
  read_in(reader, operand, siblings, place, out);
  if (out.size() > before) out.back().negated = true;
}

void read_exists(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
                 Conditions& out) {
  if (!operand.is_bool() && !operand.is_number()) return reader.refuse(place, "expected true or false", operand);
  const bool wanted = operand.is_bool() ? operand.get_bool() : operand.to_number<double>() != 0;
  out.push_back({[](const json::value* value, Problem&) { return value != nullptr; }, false, !wanted});
}

// ---- $type

struct TypeName {
  std::string_view name;
  int code;
  bool (*is_of)(const json::value& value);
};

template <ValueType type>
bool is_of(const json::value& value) {
  return document::type_of(value) == type;
}
bool is_long(const json::value& value) { return integer_of(value).has_value(); }
bool is_double(const json::value& value) { return value.is_number() && !integer_of(value); }
bool never(const json::value&) { return false; }

// BSON's types; of those that no document has here, none is found. Integers are of 64 bits.
constexpr TypeName types[] = {{"double", 1, is_double},
                              {"string", 2, is_of<ValueType::string>},
                              {"object", 3, is_of<ValueType::object>},
                              {"array", 4, is_of<ValueType::array>},
                              {"binData", 5, never},
                              {"undefined", 6, never},
                              {"objectId", 7, never},
                              {"bool", 8, is_of<ValueType::boolean>},
                              {"date", 9, is_of<ValueType::date>},
                              {"null", 10, is_of<ValueType::null>},
                              {"regex", 11, never},
                              {"javascript", 13, never},
                              {"int", 16, never},
                              {"timestamp", 17, never},
                              {"long", 18, is_long},
                              {"decimal", 19, never},
                              {"minKey", -1, never},
                              {"maxKey", 127, never},
                              {"number", 1000, is_of<ValueType::number>}};

const TypeName* find_type(const json::value& value) {
  const auto code = whole_number(value);
  const auto is_meant = [&](const TypeName& type) { return value == json::value(type.name) || code == type.code; };
  const auto* found = std::ranges::find_if(types, is_meant);
  return found == std::end(types) || code == 1000 ? nullptr : found;
}

void read_type(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
               Conditions& out) {
  const json::array names = operand.is_array() ? operand.get_array() : json::array{operand};
  std::vector<const TypeName*> wanted;
  for (const auto& name : names) {
    wanted.push_back(find_type(name));
    if (wanted.back() == nullptr) return reader.refuse(place, "expected the name or number of a BSON type", name);
  }
  if (wanted.empty()) return reader.refuse(place, "expected at least one type", operand);
  out.push_back({[wanted](const json::value* value, Problem&) {
    return value != nullptr && std::ranges::any_of(wanted, [&](const auto* type) { return type->is_of(*value); });
  }});
}

// ---- Others

void read_not(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
              Conditions& out) {
  if (!holds_operators(operand)) return reader.refuse(place, "expected an object of operators", operand);
  FieldCondition negation;
  negation.negated = true;
  negation.all = reader.read_conditions(operand.get_object(), place);
  out.push_back(std::move(negation));
}

// An array as the object of its elements, as $elemMatch sees one within an array.
json::object as_object(const json::array& array) {
  json::object object;
  for (std::size_t i = 0; i < array.size(); ++i) object[std::to_string(i)] = array[i];
  return object;
}

FieldCondition any_element(std::function<bool(const json::value&, Problem&)> matches) {
  return {[matches = std::move(matches)](const json::value* value, Problem& problem) {
            const auto* array = value == nullptr ? nullptr : value->if_array();
            return array != nullptr &&
                   std::ranges::any_of(*array, [&](const json::value& one) { return matches(one, problem); });
          },
          false};
}

FieldCondition any_element_object(std::vector<Predicate> predicates) {
  return any_element([query = all_of(std::move(predicates))](const json::value& element, Problem& problem) {
    if (!element.is_array() && document::type_of(element) != ValueType::object) return false;
    const auto matches = query(element.is_array() ? as_object(element.get_array()) : element.get_object(), nullptr);
    if (!matches && !problem) problem = matches.error();
    return matches && *matches;
  });
}

bool begins_with_logic(const json::object& object) {
  const std::string_view name(object.begin()->key());
  return name == "$and" || name == "$or" || name == "$nor";
}

void read_elem_match(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
                     Conditions& out) {
  if (document::type_of(operand) != ValueType::object) return reader.refuse(place, "expected an object", operand);
  const auto& object = operand.get_object();
  if (!holds_operators(operand) || begins_with_logic(object)) {
    return out.push_back(any_element_object(reader.read_query(object, place)));
  }
  out.push_back(
      any_element([conditions = reader.read_conditions(object, place)](const json::value& element, Problem& problem) {
        return fulfils(element, conditions, problem);
      }));
}

// Every value must be there; of an empty list none is.
void read_all(QueryReader& reader, const json::value& operand, const json::object& siblings, const Place& place,
              Conditions& out) {
  if (!check_values(reader, operand, place)) return;
  const auto& values = operand.get_array();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto* object = values[i].if_object();
    const auto* element = object == nullptr ? nullptr : object->if_contains("$elemMatch");
    if (element != nullptr) {
      const Place at(place, i);
      read_elem_match(reader, *element, siblings, {at, "$elemMatch"}, out);
    } else {
      out.push_back(equal_to(values[i]));
    }
  }
  if (values.empty()) out.push_back({[](const json::value*, Problem&) { return false; }});
}

void read_size(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
               Conditions& out) {
  const auto size = whole_number(operand);
  if (!size || *size < 0) return reader.refuse(place, "expected an integer of at least 0", operand);
  out.push_back({[count = static_cast<std::size_t>(*size)](const json::value* value, Problem&) {
                   const auto* array = value == nullptr ? nullptr : value->if_array();
                   return array != nullptr && array->size() == count;
                 },
                 false});
}

// The integer part, of numbers that have one within 64 bits.
std::optional<std::int64_t> integer_part(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  if (const auto integer = integer_of(value)) return integer;
  const double number = std::trunc(value.to_number<double>());
  if (!(std::abs(number) < 0x1p63)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

void read_mod(QueryReader& reader, const json::value& operand, const json::object&, const Place& place,
              Conditions& out) {
  const auto* pair = operand.if_array();
  const auto divisor = pair != nullptr && pair->size() == 2 ? integer_part((*pair)[0]) : std::nullopt;
  const auto rest = divisor ? integer_part((*pair)[1]) : std::nullopt;
  if (!rest || *divisor == 0) {
    return reader.refuse(place, "expected [divisor, remainder], the divisor other than 0", operand);
  }
  out.push_back({[divisor, rest](const json::value* value, Problem&) {
    const auto number = value == nullptr ? std::nullopt : integer_part(*value);
    return number && (*divisor == -1 ? 0 : *number % *divisor) == *rest;
  }});
}

void read_regex(QueryReader& reader, const json::value& operand, const json::object& siblings, const Place& place,
                Conditions& out) {
  const auto* options = siblings.if_contains("$options");
  if (!operand.is_string()) return reader.refuse(place, "expected a string", operand);
  if (options != nullptr && !options->is_string()) return;  // $options says so
  auto regex = Regex::make(operand.get_string(), options == nullptr ? "" : std::string_view(options->get_string()));
  if (!regex) return reader.refuse(place, regex.error().message, operand);
  out.push_back({[regex = std::move(*regex)](const json::value* value, Problem& problem) {
    if (value == nullptr || !value->is_string()) return false;
    const auto occurs = regex.occurs_in(value->get_string());
    if (!occurs) problem = occurs.error();
    return occurs && *occurs;
  }});
}

void read_options(QueryReader& reader, const json::value& operand, const json::object& siblings, const Place& place,
                  Conditions&) {
  if (!operand.is_string() || !siblings.contains("$regex"))
    reader.refuse(place, "expected a string, beside $regex", operand);
}

constexpr ConditionRow condition_rows[] = {
    {"$eq", read_compared<Compare::equal>, Compare::equal},
    {"$ne", read_ne, Compare::not_equal},
    {"$gt", read_compared<Compare::greater>, Compare::greater},
    {"$gte", read_compared<Compare::greater_or_equal>, Compare::greater_or_equal},
    {"$lt", read_compared<Compare::less>, Compare::less},
    {"$lte", read_compared<Compare::less_or_equal>, Compare::less_or_equal},
    {"$in", read_in, Compare::in},
    {"$nin", read_nin},
    {"$exists", read_exists},
    {"$type", read_type},
    {"$not", read_not},
    {"$elemMatch", read_elem_match},
    {"$all", read_all},
    {"$size", read_size},
    {"$mod", read_mod},
    {"$regex", read_regex},
    {"$options", read_options},
};

}  // namespace

const ConditionRow* find_condition(std::string_view name) {
  const auto* found = std::ranges::find(condition_rows, name, &ConditionRow::name);
  return found == std::end(condition_rows) ? nullptr : found;
}

std::string condition_names() {
  std::vector<std::string_view> names;
  for (const auto& row : condition_rows) names.push_back(row.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

bool holds_operators(const json::value& value) {
  return document::type_of(value) == ValueType::object && !value.get_object().empty() &&
         value.get_object().begin()->key().starts_with('$');
}

FieldCondition equal_to(const json::value& wanted) { return compared(Compare::equal, wanted); }

Conditions QueryReader::read_conditions(const json::object& operators, const Place& place) {
  Conditions out;
  for (const auto& [name, operand] : operators) {
    const Place at(place, name);
    const auto* row = find_condition(name);
    if (row == nullptr) {
      refuse(at, "is no operator of a field here; there are " + condition_names());
    } else {
      row->read(*this, operand, operators, at, out);
    }
  }
  return out;
}

}  // namespace proffer::aggregation
