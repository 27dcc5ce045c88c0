// $group: one document for each value of `_id`, in the order in which the values first come up.
#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "aggregation/accumulators.h"
#include "aggregation/stage.h"
#include "aggregation/value_size.h"
#include "base/query_limits.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

using base::Status;

struct GroupPlan {
  struct Field {
    std::string name;
    const AccumulatorRow* accumulator;
    ExpressionPtr value;
  };
  ExpressionPtr id;
  std::vector<Field> fields;
};

constexpr std::size_t bytes_of_group = 200;  // and about as much for each of its accumulators

class Group final : public Stage {
 public:
  Group(std::shared_ptr<const GroupPlan> plan, Run& run) : plan_(std::move(plan)), run_(run) {}

  Status take(json::object document, Output&) override {
    CopyBudget budget(base::limits::pipeline_copied_bytes);
    const Scope scope{document, budget, run_.variables};
    TRY(auto id, plan_->id->evaluate(scope));
    TRY(const std::size_t at, group_of(id ? std::move(*id) : json::value()));
    std::size_t grown = 0;
    for (std::size_t i = 0; i < plan_->fields.size(); ++i) {
      TRY(auto value, plan_->fields[i].value->evaluate(scope));
      grown += groups_[at].accumulators[i]->add(std::move(value));
    }
    held_bytes_ += grown;
    return run_.held.add(0, grown);
  }

  Status finish(Output& next) override {
    run_.held.drop(groups_.size(), held_bytes_);
    for (auto& group : groups_) {
      json::object document{{"_id", *group.id}};
      for (std::size_t i = 0; i < plan_->fields.size(); ++i) {
        document[plan_->fields[i].name] = group.accumulators[i]->result();
      }
      TRY_DO(check_size(document));
      TRY_DO(next.put(std::move(document)));
    }
    return {};
  }

 private:
  struct OneGroup {
    const json::value* id;
    std::vector<std::unique_ptr<Accumulator>> accumulators;
  };

  base::Result<std::size_t> group_of(json::value id) {
    const auto [place, is_new] = known_.try_emplace(std::move(id), groups_.size());
    if (!is_new) return place->second;
    const std::size_t bytes = value_bytes(place->first) + bytes_of_group * (1 + plan_->fields.size());
    held_bytes_ += bytes;
    TRY_DO(run_.held.add(1, bytes));
    OneGroup& group = groups_.emplace_back(OneGroup{&place->first, {}});
    for (const auto& field : plan_->fields) group.accumulators.push_back(field.accumulator->make());
    return place->second;
  }

  const std::shared_ptr<const GroupPlan> plan_;
  Run& run_;
  std::map<json::value, std::size_t, document::ValueLess> known_;
  std::vector<OneGroup> groups_;
  std::size_t held_bytes_ = 0;
};

// {"$sum": "$price"}
void read_accumulator(std::string_view name, const json::value& value, const Place& place,
                      ExpressionParser& expressions, GroupPlan& plan) {
  const auto* object = value.if_object();
  if (object == nullptr || object->size() != 1) return expressions.refuse(place, "expected an accumulator", value);
  const auto& [how, operand] = *object->begin();
  const Place at(place, how);
  const AccumulatorRow* row = find_accumulator(how);
  if (row == nullptr) return expressions.refuse(at, "is no accumulator here; there are " + accumulator_names());
  if (row->is_count && operand != json::value(json::object())) {
    return expressions.refuse(at, "expected {}", operand);
  }
  auto expression = row->is_count ? make_constant(1) : expressions.parse(operand, at);
  plan.fields.push_back({std::string(name), row, std::move(expression)});
}

}  // namespace

StageMaker read_group(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto* object = operand.if_object();
  const auto* id = object == nullptr ? nullptr : object->if_contains("_id");
  if (id == nullptr) return expressions.refuse(place, "expected an object with `_id`", operand), nullptr;
  auto plan = std::make_shared<GroupPlan>();
  plan->id = expressions.parse(*id, {place, "_id"});
  for (const auto& [name, value] : *object) {
    const Place at(place, name);
    if (name == "_id") continue;
    if (name.empty() || name.starts_with('$') || name.find('.') != name.npos) {
      expressions.refuse(at, "expected a name without dots that does not begin with '$'");
    } else {
      read_accumulator(name, value, at, expressions, *plan);
    }
  }
  return [plan](Run& run) { return std::make_unique<Group>(plan, run); };
}

}  // namespace proffer::aggregation
