// $project, $set ($addFields), $unset, $replaceRoot ($replaceWith).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "aggregation/field_tree.h"
#include "aggregation/operator_table.h"
#include "aggregation/stage.h"
#include "aggregation/value_size.h"
#include "base/query_limits.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

using base::Status;

struct FieldPlan {
  enum class What { keep, remove, set } what = What::set;
  FieldTree tree;
};

class FieldStage final : public Stage {
 public:
  FieldStage(std::shared_ptr<const FieldPlan> plan, Run& run) : plan_(std::move(plan)), run_(run) {}

  Status take(json::object document, Output& next) override {
    if (plan_->what == FieldPlan::What::remove) {
      remove(plan_->tree, document);
      return next.put(std::move(document));
    }
    json::object out = plan_->what == FieldPlan::What::keep ? kept(plan_->tree, document) : document;
    if (plan_->tree.has_computed()) {
      CopyBudget budget(base::limits::pipeline_copied_bytes);
      TRY_DO(compute(plan_->tree, {document, budget, run_.variables}, out));
      TRY_DO(check_size(out));
    }
    return next.put(std::move(out));
  }

 private:
  const std::shared_ptr<const FieldPlan> plan_;
  Run& run_;
};

StageMaker make_field_stage(FieldPlan plan) {
  return [plan = std::make_shared<const FieldPlan>(std::move(plan))](Run& run) {
    return std::make_unique<FieldStage>(plan, run);
  };
}

bool is_flag(const json::value& value) { return value.is_bool() || value.is_number(); }
bool is_on(const json::value& flag) { return is_true(flag); }

// An object that is neither a date nor an operator: it names fields of a field.
bool names_fields(const json::value& value) {
  return document::type_of(value) == document::ValueType::object && !value.get_object().empty() &&
         !value.get_object().begin()->key().starts_with('$');
}

// Reads the fields of a stage. `flags`: numbers and booleans say whether a field stays, and are no constants.
class FieldReader {
 public:
  FieldReader(ExpressionParser& expressions, bool flags) : expressions_(expressions), flags_(flags) {}

  void read(const json::object& fields, const std::vector<std::string>& above, const Place& place) {
    for (const auto& [name, value] : fields) {
      const Place at(place, name);
      auto components = path_components(name, at, expressions_.violations());
      if (!components) continue;
      std::vector<std::string> path = above;
      std::ranges::move(*components, std::back_inserter(path));
      read_field(path, value, at);
    }
  }

  void add(const std::vector<std::string>& path, ExpressionPtr computed, const Place& place) {
    if (!add_field(plan_.tree, path, std::move(computed))) {
      expressions_.refuse(place, "names a field that is named already, or one within or around it");
    }
  }

  // What flags there were decides whether the fields are kept or removed.
  FieldPlan take(const Place& place) {
    const bool is_id_alone = plan_.tree.fields.empty();
    const bool removes = off_ || (!on_ && is_id_alone && id_ == false);
    if (removes && (on_ || plan_.tree.has_computed())) {
      expressions_.refuse(place, "expected fields to keep or fields to leave out, not both (but for `_id`)");
    }
    plan_.what = removes ? FieldPlan::What::remove : FieldPlan::What::keep;
    const bool names_id = removes ? id_ == false : id_.value_or(true);
    if (names_id) (void)add_field(plan_.tree, std::vector<std::string>{"_id"}, nullptr);
    return std::move(plan_);
  }

  FieldPlan take_computed() { return std::move(plan_); }

 private:
  void read_field(const std::vector<std::string>& path, const json::value& value, const Place& at) {
    if (names_fields(value)) return read(value.get_object(), path, at);
    if (flags_ && is_flag(value)) return read_flag(path, is_on(value), at);
    auto computed = expressions_.parse(value, at);
    if (computed != nullptr) add(path, std::move(computed), at);
  }

  void read_flag(const std::vector<std::string>& path, bool on, const Place& at) {
    if (path.size() == 1 && path.front() == "_id") {
      id_ = on;
      return;
    }
    (on ? on_ : off_) = true;
    add(path, nullptr, at);
  }

  ExpressionParser& expressions_;
  const bool flags_;
  FieldPlan plan_;
  std::optional<bool> id_;
  bool on_ = false;
  bool off_ = false;
};

const json::object* fields_of(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  if (document::type_of(operand) == document::ValueType::object && !operand.get_object().empty()) {
    return &operand.get_object();
  }
  expressions.refuse(place, "expected an object with fields", operand);
  return nullptr;
}

class ReplaceRoot final : public Stage {
 public:
  ReplaceRoot(std::shared_ptr<const Expression> root, std::string place, Run& run)
      : root_(std::move(root)), place_(std::move(place)), run_(run) {}

  Status take(json::object document, Output& next) override {
    CopyBudget budget(base::limits::pipeline_copied_bytes);
    TRY(auto value, root_->evaluate({document, budget, run_.variables}));
    if (!value || document::type_of(*value) != document::ValueType::object) {
      return base::fail_field(place_, fmt::format("expected an object, got {}", kind_of(value)));
    }
    TRY_DO(check_size(value->get_object()));
    return next.put(std::move(value->get_object()));
  }

 private:
  const std::shared_ptr<const Expression> root_;
  const std::string place_;
  Run& run_;
};

}  // namespace

StageMaker read_project(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto* fields = fields_of(operand, place, expressions);
  if (fields == nullptr) return nullptr;
  FieldReader reader(expressions, true);
  reader.read(*fields, {}, place);
  return make_field_stage(reader.take(place));
}

StageMaker read_set(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto* fields = fields_of(operand, place, expressions);
  if (fields == nullptr) return nullptr;
  FieldReader reader(expressions, false);
  reader.read(*fields, {}, place);
  return make_field_stage(reader.take_computed());
}

StageMaker read_unset(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const json::array names = operand.is_array() ? operand.get_array() : json::array{operand};
  if (names.empty() || !std::ranges::all_of(names, [](const auto& name) { return name.is_string(); })) {
    return expressions.refuse(place, "expected the path of a field, or a list of paths", operand), nullptr;
  }
  FieldReader reader(expressions, true);
  for (const auto& name : names) {
    const auto path = path_components(name.get_string(), place, expressions.violations());
    if (path) reader.add(*path, nullptr, place);
  }
  FieldPlan plan = reader.take_computed();
  plan.what = FieldPlan::What::remove;
  return make_field_stage(std::move(plan));
}

StageMaker read_replace_with(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  std::shared_ptr<const Expression> root = expressions.parse(operand, place);
  return [root, text = place.text()](Run& run) { return std::make_unique<ReplaceRoot>(root, text, run); };
}

StageMaker read_replace_root(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto* object = operand.if_object();
  const auto* root = object == nullptr || object->size() != 1 ? nullptr : object->if_contains("newRoot");
  if (root == nullptr) return expressions.refuse(place, "expected an object with `newRoot`", operand), nullptr;
  return read_replace_with(*root, {place, "newRoot"}, expressions);
}

}  // namespace proffer::aggregation
