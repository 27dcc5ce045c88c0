#include "aggregation/field_tree.h"

#include <algorithm>
#include <span>

#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

bool is_leaf(const FieldTree::Field& field) { return field.inner.fields.empty(); }

bool is_object(const json::value& value) { return document::type_of(value) == document::ValueType::object; }

// The part of a value that the fields below it name; nothing of what is neither object nor array.
std::optional<json::value> kept_part(const FieldTree& tree, const json::value& value) {
  if (is_object(value)) return kept(tree, value.get_object());
  const auto* array = value.if_array();
  if (array == nullptr) return std::nullopt;
  json::array parts;
  for (const auto& element : *array) {
    if (auto part = kept_part(tree, element)) parts.push_back(std::move(*part));
  }
  return parts;
}

void remove_part(const FieldTree& tree, json::value& value) {
  if (is_object(value)) return remove(tree, value.get_object());
  auto* array = value.if_array();
  if (array == nullptr) return;
  for (auto& element : *array) remove_part(tree, element);
}

base::Status compute_part(const FieldTree& tree, const Scope& scope, json::value& value) {
  if (auto* array = value.if_array()) {
    for (auto& element : *array) TRY_DO(compute_part(tree, scope, element));
    return {};
  }
  if (!is_object(value)) value = json::object();
  return compute(tree, scope, value.get_object());
}

}  // namespace

FieldTree::Field* FieldTree::find(std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

const FieldTree::Field* FieldTree::find(std::string_view name) const {
  return const_cast<FieldTree&>(*this).find(name);
}

bool FieldTree::has_computed() const {
  return std::ranges::any_of(
      fields, [](const Field& field) { return field.computed != nullptr || field.inner.has_computed(); });
}

bool add_field(FieldTree& tree, std::span<const std::string> path, ExpressionPtr computed) {
  FieldTree::Field* field = tree.find(path.front());
  if (field != nullptr && (path.size() == 1 || is_leaf(*field))) return false;
  if (field == nullptr) field = &tree.fields.emplace_back(FieldTree::Field{path.front()});
  if (path.size() > 1) return add_field(field->inner, path.subspan(1), std::move(computed));
  field->computed = std::move(computed);
  return true;
}

json::object kept(const FieldTree& tree, const json::object& object) {
  json::object out;
  for (const auto& member : object) {
    const auto* field = tree.find(member.key());
    if (field == nullptr || field->computed != nullptr) continue;
    auto part = is_leaf(*field) ? std::optional(member.value()) : kept_part(field->inner, member.value());
    if (part) out.emplace(member.key(), std::move(*part));
  }
  return out;
}

void remove(const FieldTree& tree, json::object& object) {
  for (const auto& field : tree.fields) {
    if (is_leaf(field)) {
      object.stable_erase(field.name);
    } else if (auto* value = object.if_contains(field.name)) {
      remove_part(field.inner, *value);
    }
  }
}

base::Status compute(const FieldTree& tree, const Scope& scope, json::object& object) {
  for (const auto& field : tree.fields) {
    if (field.computed != nullptr) {
      TRY(auto value, field.computed->evaluate(scope));
      if (value) {
        object[field.name] = std::move(*value);
      } else {
        object.stable_erase(field.name);
      }
    } else if (field.inner.has_computed()) {
      TRY_DO(compute_part(field.inner, scope, object[field.name]));
    }
  }
  return {};
}

}  // namespace proffer::aggregation
