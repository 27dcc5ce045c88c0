#include "aggregation/parse_query.h"

#include <fmt/format.h>

#include <utility>

#include "aggregation/field_conditions.h"
#include "base/query_limits.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

constexpr std::size_t most_conditions = base::limits::filter_conditions;

// Whether an expression is true of the document.
Predicate on_expression(std::shared_ptr<const Expression> expression) {
  return [expression = std::move(expression)](const json::object& document,
                                              const Variable* variables) -> base::Result<bool> {
    CopyBudget budget(base::limits::pipeline_copied_bytes);
    TRY(const auto value, expression->evaluate({document, budget, variables}));
    return is_true(value);
  };
}

class WholeQueryReader final : public QueryReader {
 public:
  explicit WholeQueryReader(ExpressionParser& expressions)
      : QueryReader(expressions.violations()), expressions_(expressions) {}

  Query read(const json::object& query, const Place& place) {
    for (const auto& [path, wanted] : query) note_needed(path, wanted);
    auto all = read_query(query, place);
    return {std::move(all), std::move(needed_)};
  }

  std::vector<Predicate> read_query(const json::object& query, const Place& place) override {
    std::vector<Predicate> all;
    for (const auto& [name, operand] : query) read_member(name, operand, {place, name}, all);
    return all;
  }

 private:
  void read_member(std::string_view name, const json::value& operand, const Place& place, std::vector<Predicate>& all) {
    if (!name.starts_with('$')) return read_field(name, operand, place, all);
    if (name == "$and") return read_list(all_of, operand, place, all);
    if (name == "$or") return read_list(any_of, operand, place, all);
    if (name == "$nor") return read_list(none_of, operand, place, all);
    if (name == "$comment") return;
    if (name != "$expr") {
      return refuse(place, "is not known; beside the paths of fields there are $and, $or, $nor, $expr and $comment");
    }
    count(1, place);
    all.push_back(on_expression(expressions_.parse(operand, place)));
  }

  void read_list(Predicate (*combine)(std::vector<Predicate>), const json::value& operand, const Place& place,
                 std::vector<Predicate>& all) {
    const auto* list = operand.if_array();
    if (list == nullptr || list->empty()) return refuse(place, "expected a list of at least one query", operand);
    std::vector<Predicate> inner;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Place at(place, i);
      const auto* query = (*list)[i].if_object();
      if (query == nullptr) {
        refuse(at, "expected an object of conditions", (*list)[i]);
      } else {
        inner.push_back(all_of(read_query(*query, at)));
      }
    }
    all.push_back(combine(std::move(inner)));
  }

  void read_field(std::string_view path, const json::value& wanted, const Place& place, std::vector<Predicate>& all) {
    count(holds_operators(wanted) ? wanted.get_object().size() : 1, place);
    auto conditions =
        holds_operators(wanted) ? read_conditions(wanted.get_object(), place) : Conditions{equal_to(wanted)};
    all.push_back(on_field(std::string(path), std::move(conditions)));
  }

  void count(std::size_t conditions, const Place& place) {
    const bool was_within = conditions_ <= most_conditions;
    conditions_ += conditions;
    if (was_within && conditions_ > most_conditions) {
      refuse(place, fmt::format("expected at most {} comparisons in all", most_conditions));
    }
  }

  // Of the outermost level, what a store can compare.
  void note_needed(std::string_view path, const json::value& wanted) {
    if (path.starts_with('$')) return;
    if (!holds_operators(wanted)) {
      needed_.conditions.push_back({std::string(path), document::Compare::equal, wanted});
      return;
    }
    for (const auto& [name, operand] : wanted.get_object()) {
      const auto* row = find_condition(name);
      if (row != nullptr && row->compare) needed_.conditions.push_back({std::string(path), *row->compare, operand});
    }
  }

  ExpressionParser& expressions_;
  document::Filter needed_;
  std::size_t conditions_ = 0;
};

}  // namespace

Query parse_query(const json::object& query, const Place& place, ExpressionParser& expressions) {
  return WholeQueryReader(expressions).read(query, place);
}

Query parse_query(const json::object& query, const Place& place, document::Violations& violations) {
  ExpressionParser expressions(violations);
  return parse_query(query, place, expressions);
}

}  // namespace proffer::aggregation
