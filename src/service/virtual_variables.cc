#include "service/virtual_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe.hpp>
#include <optional>

#include "base/limits.h"
#include "document/describe.h"
#include "document/json.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::array<std::string_view, 2> types{"discretize", "concatenate"};
constexpr char separator = '|';

struct BucketFields {
  std::optional<double> from;
  std::optional<double> to;
  std::string label;
};
BOOST_DESCRIBE_STRUCT(BucketFields, (), (from, to, label))

struct VariableFields {
  std::string name;
  std::string type;
  std::string original_variable;
  std::string fallback;
  std::vector<std::string> fields;
  std::vector<BucketFields> buckets;
};
BOOST_DESCRIBE_STRUCT(VariableFields, (), (name, type, original_variable, fallback, fields, buckets))

}  // namespace
}  // namespace proffer::service

namespace proffer::document {

inline constexpr Rules variable_name{.max_bytes = base::limits::text_field_bytes};

template <>
struct Docs<service::BucketFields> {
  [[maybe_unused]] static constexpr std::string_view title = "Bucket";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"from", "The least value in it; absent: no bound.", {.text_accepted = true}},
      {"to", "The first value above it; absent: no bound.", {.text_accepted = true}},
      {"label",
       "What its values become.",
       {.required = true, .number_accepted = true, .max_bytes = base::limits::text_field_bytes}},
  });
};

template <>
struct Docs<service::VariableFields> {
  [[maybe_unused]] static constexpr std::string_view title = "VirtualVariable";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"name", "Name of the feature that it becomes.", {.required = true, .max_bytes = base::limits::text_field_bytes}},
      {"type", "How it is made.", {.required = true, .allowed = service::types}},
      {"original_variable", "What is discretized.", variable_name},
      {"fallback",
       "What it is when it cannot be made.",
       {.json_name = "default", .number_accepted = true, .max_bytes = base::limits::text_field_bytes}},
      {"fields",
       "What is concatenated.",
       {.max_bytes = base::limits::text_field_bytes, .max_items = base::limits::virtual_variable_parts}},
      {"buckets", "Into what is discretized.", {.max_items = base::limits::virtual_variable_parts}},
  });
};

}  // namespace proffer::document

namespace proffer::service {
namespace {

using document::Place;
using document::Violations;

Bucket read_bucket(const BucketFields& fields, const Place& place, Violations& violations) {
  Bucket bucket;
  bucket.from = fields.from.value_or(bucket.from);
  bucket.to = fields.to.value_or(bucket.to);
  bucket.label = fields.label;
  if (!(bucket.from < bucket.to))
    violations.add(Place(place, "to"), "expected a number above from", json::value(bucket.to));
  return bucket;
}

std::vector<Bucket> read_buckets(const std::vector<BucketFields>& fields, const Place& place, Violations& violations) {
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < fields.size(); ++i)
    buckets.push_back(read_bucket(fields[i], Place(place, i), violations));
  std::ranges::sort(buckets, {}, &Bucket::from);
  const auto overlap =
      std::ranges::adjacent_find(buckets, [](const Bucket& a, const Bucket& b) { return b.from < a.to; });
  if (overlap != buckets.end()) {
    violations.add(place,
                   fmt::format("the buckets \"{}\" and \"{}\" overlap", overlap->label, std::next(overlap)->label));
  }
  return buckets;
}

VirtualVariable read_variable(const VariableFields& fields, const Place& place, Violations& violations) {
  VirtualVariable variable;
  variable.name = fields.name;
  variable.fallback = fields.fallback;
  if (fields.name.empty()) violations.add(Place(place, "name"), "expected a name");
  if (fields.type == types[0]) {
    variable.original = fields.original_variable;
    variable.buckets = read_buckets(fields.buckets, Place(place, "buckets"), violations);
    if (variable.original.empty()) violations.add(Place(place, "original_variable"), "is required to discretize");
    if (variable.buckets.empty()) violations.add(Place(place, "buckets"), "expected at least one bucket");
  } else {
    variable.fields = fields.fields;
    if (variable.fields.empty()) violations.add(Place(place, "fields"), "expected at least one field");
  }
  return variable;
}

const json::value* find(std::string_view name, const json::object& params, const json::object& features) {
  const json::value* given = params.if_contains(name);
  return given != nullptr && !given->is_null() ? given : features.if_contains(name);
}

std::optional<double> number_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  const json::value number =
      value->is_string() ? document::number_from_text(std::string_view(value->get_string())) : *value;
  if (!number.is_number()) return std::nullopt;
  return number.to_number<double>();
}

std::string label_of(const VirtualVariable& variable, const json::value* original) {
  const auto x = number_of(original);
  if (!x) return variable.fallback;
  const auto holds = [&](const Bucket& bucket) { return bucket.from <= *x && *x < bucket.to; };
  const auto bucket = std::ranges::find_if(variable.buckets, holds);
  return bucket == variable.buckets.end() ? variable.fallback : bucket->label;
}

std::string joined(const VirtualVariable& variable, const json::object& params, const json::object& features) {
  std::string text;
  bool any = false;
  for (std::size_t i = 0; i < variable.fields.size(); ++i) {
    const auto part = scalar_text(find(variable.fields[i], params, features));
    if (i > 0) text += separator;
    text += part.value_or("");
    any = any || part;
  }
  return any ? text : variable.fallback;
}

}  // namespace

std::optional<std::string> scalar_text(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* text = value->if_string()) return std::string(*text);
  if (value->is_number()) return document::json_text(*value);
  if (const auto* boolean = value->if_bool()) return *boolean ? "true" : "false";
  return std::nullopt;
}

std::vector<VirtualVariable> read_virtual_variables(const std::vector<json::value>& variables, const Place& place,
                                                    Violations& violations) {
  if (variables.size() > base::limits::virtual_variables)
    violations.add(place, fmt::format("expected at most {} variables", base::limits::virtual_variables));
  std::vector<VirtualVariable> read;
  for (std::size_t i = 0; i < std::min(variables.size(), base::limits::virtual_variables); ++i) {
    const Place here(place, i);
    const std::size_t before = violations.count();
    const auto fields = document::parse_part<VariableFields>(variables[i], here, document::Unknown::ignore, violations);
    if (violations.count() > before) continue;
    const auto same = [&](const VirtualVariable& other) { return other.name == fields.name; };
    if (std::ranges::any_of(read, same))
      violations.add(Place(here, "name"), "another variable is called so already", json::value(fields.name));
    read.push_back(read_variable(fields, here, violations));
  }
  return read;
}

void add_virtual_variables(std::span<const VirtualVariable> variables, const json::object& params,
                           json::object& features) {
  for (const VirtualVariable& variable : variables) {
    features[variable.name] = variable.fields.empty() ? label_of(variable, find(variable.original, params, features))
                                                      : joined(variable, params, features);
  }
}

}  // namespace proffer::service
