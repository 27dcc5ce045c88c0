// $unwind: one document for each element of an array.
#include <utility>

#include "aggregation/stage.h"
#include "document/path.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

using base::Status;

struct UnwindPlan {
  std::vector<std::string> path;
  std::string index_path;  // empty: not wanted
  bool preserve = false;   // what has nothing to unwind
};

// The object that holds the last component; null when the way there leads through anything but objects.
json::object* parent_of(json::object& document, const std::vector<std::string>& path) {
  json::object* here = &document;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    json::value* value = here->if_contains(path[i]);
    if (value == nullptr || document::type_of(*value) != document::ValueType::object) return nullptr;
    here = &value->get_object();
  }
  return here;
}

class Unwind final : public Stage {
 public:
  explicit Unwind(std::shared_ptr<const UnwindPlan> plan) : plan_(std::move(plan)) {}

  Status take(json::object document, Output& next) override {
    json::object* parent = parent_of(document, plan_->path);
    json::value* value = parent == nullptr ? nullptr : parent->if_contains(plan_->path.back());
    if (value != nullptr && value->is_array()) return take_array(document, *parent, next);
    if ((value == nullptr || value->is_null()) && !plan_->preserve) return {};
    return put(std::move(document), nullptr, next);
  }

 private:
  // `parent` lies within the document.
  Status take_array(json::object& document, json::object& parent, Output& next) {
    const json::array elements = std::move(parent.at(plan_->path.back()).get_array());
    if (elements.empty()) {
      parent.stable_erase(plan_->path.back());
      return plan_->preserve ? put(std::move(document), nullptr, next) : Status();
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
      parent.at(plan_->path.back()) = elements[i];
      TRY_DO(put(document, static_cast<std::int64_t>(i), next));
    }
    return {};
  }

  Status put(json::object document, json::value index, Output& next) {
    if (!plan_->index_path.empty()) TRY_DO(document::set_path(document, plan_->index_path, std::move(index)));
    return next.put(std::move(document));
  }

  const std::shared_ptr<const UnwindPlan> plan_;
};

// "$a.b" without the '$'.
std::optional<std::vector<std::string>> path_of(const json::value& value, const Place& place,
                                                ExpressionParser& expressions) {
  const auto* text = value.if_string();
  if (text != nullptr && text->starts_with('$')) {
    return path_components(std::string_view(*text).substr(1), place, expressions.violations());
  }
  expressions.refuse(place, "expected the path of a field, beginning with '$'", value);
  return std::nullopt;
}

void read_member(std::string_view name, const json::value& value, const Place& place, ExpressionParser& expressions,
                 UnwindPlan& plan) {
  const Place at(place, name);
  const auto* text = value.if_string();
  if (name == "path") {
    plan.path = path_of(value, at, expressions).value_or(std::vector<std::string>());
  } else if (name == "includeArrayIndex" && text != nullptr) {
    if (path_components(*text, at, expressions.violations())) plan.index_path = *text;
  } else if (name == "preserveNullAndEmptyArrays" && value.is_bool()) {
    plan.preserve = value.get_bool();
  } else {
    expressions.refuse(
        at, "expected `path`, perhaps `includeArrayIndex` with a path, `preserveNullAndEmptyArrays` with a boolean",
        value);
  }
}

}  // namespace

StageMaker read_unwind(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  auto plan = std::make_shared<UnwindPlan>();
  const auto* object = operand.if_object();
  if (object == nullptr) {
    plan->path = path_of(operand, place, expressions).value_or(std::vector<std::string>());
  } else {
    if (!object->contains("path")) expressions.refuse(Place(place, "path"), "is required");
    for (const auto& [name, value] : *object) read_member(name, value, place, expressions, *plan);
  }
  return [plan](Run&) { return std::make_unique<Unwind>(plan); };
}

}  // namespace proffer::aggregation
