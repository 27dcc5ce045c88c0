// $sample: some of the documents, each set of that size as likely as any other, in a random order.
#include <algorithm>
#include <utility>
#include <vector>

#include "aggregation/numbers.h"
#include "aggregation/stage.h"
#include "aggregation/value_size.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Status;

// Every document draws a number; those with the least numbers stay.
class Sample final : public Stage {
 public:
  Sample(std::size_t count, Run& run) : count_(count), run_(run) {}

  Status take(json::object document, Output&) override {
    const std::uint64_t number = run_.random.next();
    if (rows_.size() == count_ && !(number < rows_.front().number)) return {};
    const std::size_t bytes = value_bytes(document);
    TRY_DO(run_.held.add(1, bytes));
    rows_.push_back({number, bytes, std::move(document)});
    std::ranges::push_heap(rows_, {}, &Row::number);
    if (rows_.size() > count_) drop_last();
    return {};
  }

  Status finish(Output& next) override {
    std::ranges::sort(rows_, {}, &Row::number);
    for (auto& row : rows_) {
      run_.held.drop(1, row.bytes);
      TRY_DO(next.put(std::move(row.document)));
    }
    return {};
  }

 private:
  struct Row {
    std::uint64_t number;
    std::size_t bytes;
    json::object document;
  };

  void drop_last() {
    std::ranges::pop_heap(rows_, {}, &Row::number);
    run_.held.drop(1, rows_.back().bytes);
    rows_.pop_back();
  }

  const std::size_t count_;
  Run& run_;
  std::vector<Row> rows_;  // a heap, the largest number first
};

}  // namespace

StageMaker read_sample(const json::value& operand, const document::Place& place, ExpressionParser& expressions) {
  const auto* object = operand.if_object();
  const auto* size = object == nullptr || object->size() != 1 ? nullptr : object->if_contains("size");
  const auto count = size == nullptr ? std::nullopt : whole_number(*size);
  if (!count || *count < 1) {
    return expressions.refuse(place, "expected {\"size\": n} with an integer of at least 1", operand), nullptr;
  }
  return [count](Run& run) { return std::make_unique<Sample>(static_cast<std::size_t>(*count), run); };
}

}  // namespace proffer::aggregation
