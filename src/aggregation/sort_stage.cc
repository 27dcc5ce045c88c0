// $sort: by one field after the other; equal documents stay in their order.
#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "aggregation/numbers.h"
#include "aggregation/sort_key.h"
#include "aggregation/stage.h"
#include "aggregation/value_size.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Status;

class Sort final : public Stage {
 public:
  Sort(std::shared_ptr<const std::vector<SortField>> fields, Run& run) : fields_(std::move(fields)), run_(run) {}

  Status take(json::object document, Output&) override {
    Row row{{}, value_bytes(document), std::move(document)};
    for (const auto& field : *fields_) row.key.push_back(sort_value(row.document, field));
    for (const auto& value : row.key) row.bytes += value ? value_bytes(*value) : 0;
    TRY_DO(run_.held.add(1, row.bytes));
    rows_.push_back(std::move(row));
    if (needed_ < enough_ && rows_.size() >= 2 * needed_ + enough_) drop_behind(needed_);
    return {};
  }

  Status finish(Output& next) override {
    drop_behind(needed_);
    for (auto& row : rows_) {
      run_.held.drop(1, row.bytes);
      TRY_DO(next.put(std::move(row.document)));
    }
    return {};
  }

  void need_only_first(std::size_t count) override { needed_ = count; }

 private:
  struct Row {
    std::vector<Value> key;
    std::size_t bytes;
    json::object document;
  };

  bool is_less(const Row& a, const Row& b) const {
    for (std::size_t i = 0; i < fields_->size(); ++i) {
      const int order = compare(a.key[i], b.key[i]);
      if (order != 0) return (order < 0) == ((*fields_)[i].sign > 0);
    }
    return false;
  }

  // Sorts, and keeps the first ones.
  void drop_behind(std::size_t count) {
    std::ranges::stable_sort(rows_, [&](const Row& a, const Row& b) { return is_less(a, b); });
    for (; rows_.size() > count; rows_.pop_back()) run_.held.drop(1, rows_.back().bytes);
  }

  static constexpr std::size_t enough_ = 10'000;  // rows that are sorted at once rather than cut down on the way
  const std::shared_ptr<const std::vector<SortField>> fields_;
  Run& run_;
  std::size_t needed_ = std::numeric_limits<std::size_t>::max();
  std::vector<Row> rows_;
};

}  // namespace

StageMaker read_sort(const json::value& operand, const document::Place& place, ExpressionParser& expressions) {
  const auto* object = operand.if_object();
  if (object == nullptr || object->empty()) {
    return expressions.refuse(place, "expected an object of fields, each 1 or -1", operand), nullptr;
  }
  auto fields = std::make_shared<std::vector<SortField>>();
  for (const auto& [name, value] : *object) {
    const document::Place at(place, name);
    const auto sign = whole_number(value);
    auto path = path_components(name, at, expressions.violations());
    if (!sign || (*sign != 1 && *sign != -1)) {
      expressions.refuse(at, "expected 1 (ascending) or -1 (descending)", value);
    } else if (path) {
      fields->push_back({std::move(*path), static_cast<int>(*sign)});
    }
  }
  return [fields](Run& run) { return std::make_unique<Sort>(fields, run); };
}

}  // namespace proffer::aggregation
