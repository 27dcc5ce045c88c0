// $match, $limit, $skip, $count.
#include <utility>

#include "aggregation/numbers.h"
#include "aggregation/parse_query.h"
#include "aggregation/stage.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

using base::Status;

class Match final : public Stage {
 public:
  Match(std::shared_ptr<const Query> query, Run& run) : query_(std::move(query)), run_(run) {}

  Status take(json::object document, Output& next) override {
    TRY(const bool matches, query_->matches(document, run_.variables));
    return matches ? next.put(std::move(document)) : Status();
  }

 private:
  const std::shared_ptr<const Query> query_;
  Run& run_;
};

class Limit final : public Stage {
 public:
  explicit Limit(std::size_t count) : left_(count) {}

  Status take(json::object document, Output& next) override {
    if (left_ == 0) return {};
    --left_;
    return next.put(std::move(document));
  }
  bool is_full() const override { return left_ == 0; }
  std::optional<std::size_t> most() const override { return left_; }

 private:
  std::size_t left_;
};

class Skip final : public Stage {
 public:
  explicit Skip(std::size_t count) : left_(count) {}

  Status take(json::object document, Output& next) override {
    if (left_ == 0) return next.put(std::move(document));
    --left_;
    return {};
  }

 private:
  std::size_t left_;
};

class Count final : public Stage {
 public:
  explicit Count(std::string name) : name_(std::move(name)) {}

  Status take(json::object, Output&) override {
    ++count_;
    return {};
  }
  Status finish(Output& next) override { return count_ == 0 ? Status() : next.put({{name_, count_}}); }

 private:
  const std::string name_;
  std::int64_t count_ = 0;
};

std::optional<std::size_t> count_of(const json::value& operand, std::int64_t least) {
  const auto count = whole_number(operand);
  if (!count || *count < least) return std::nullopt;
  return static_cast<std::size_t>(*count);
}

}  // namespace

StageMaker read_match(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  if (!operand.is_object()) return expressions.refuse(place, "expected an object of conditions", operand), nullptr;
  auto query = std::make_shared<const Query>(parse_query(operand.get_object(), place, expressions));
  return [query](Run& run) { return std::make_unique<Match>(query, run); };
}

StageMaker read_limit(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto count = count_of(operand, 1);
  if (!count) return expressions.refuse(place, "expected an integer of at least 1", operand), nullptr;
  return [count](Run&) { return std::make_unique<Limit>(*count); };
}

StageMaker read_skip(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto count = count_of(operand, 0);
  if (!count) return expressions.refuse(place, "expected an integer of at least 0", operand), nullptr;
  return [count](Run&) { return std::make_unique<Skip>(*count); };
}

StageMaker read_count(const json::value& operand, const Place& place, ExpressionParser& expressions) {
  const auto* name = operand.if_string();
  if (name == nullptr || name->empty() || name->starts_with('$') || name->find('.') != name->npos) {
    expressions.refuse(place, "expected a name without dots that does not begin with '$'", operand);
    return nullptr;
  }
  return [name = std::string(*name)](Run&) { return std::make_unique<Count>(name); };
}

}  // namespace proffer::aggregation
