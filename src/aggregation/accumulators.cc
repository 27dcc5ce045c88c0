// Accumulators ($group) of MongoDB's manual: what is no number is left out of sums, averages and deviations, null and
// missing out of the least and the largest, missing out of lists.
#include "aggregation/accumulators.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "aggregation/expression.h"
#include "aggregation/numbers.h"
#include "aggregation/operator_table.h"
#include "aggregation/value_size.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

class SumOf final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (value && value->is_number()) sum_.add(*value);
    return 0;
  }
  json::value result() override { return sum_.value(); }

 private:
  Sum sum_;
};

class Average final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (!value || !value->is_number()) return 0;
    sum_.add(*value);
    ++count_;
    return 0;
  }
  json::value result() override {
    if (count_ == 0) return nullptr;
    return sum_.as_double() / static_cast<double>(count_);
  }

 private:
  Sum sum_;
  std::uint64_t count_ = 0;
};

// sign 1: the largest; -1: the least.
template <int sign>
class Extreme final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (is_missing_or_null(value) || (found_ && sign * compare(value, found_) <= 0)) return 0;
    const std::size_t before = found_ ? value_bytes(*found_) : 0;
    found_ = std::move(value);
    const std::size_t now = value_bytes(*found_);
    return now > before ? now - before : 0;
  }
  json::value result() override { return found_ ? std::move(*found_) : json::value(); }

 private:
  Value found_;
};

class First final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (first_) return 0;
    first_ = value ? std::move(*value) : json::value();
    return value_bytes(*first_);
  }
  json::value result() override { return std::move(*first_); }

 private:
  Value first_;
};

class Last final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    const std::size_t before = value_bytes(last_);
    last_ = value ? std::move(*value) : json::value();
    const std::size_t now = value_bytes(last_);
    return now > before ? now - before : 0;
  }
  json::value result() override { return std::move(last_); }

 private:
  json::value last_;
};

class Push final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (!value) return 0;
    values_.push_back(std::move(*value));
    return value_bytes(values_.back());
  }
  json::value result() override { return std::move(values_); }

 private:
  json::array values_;
};

// In the order in which they first came up.
class AddToSet final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (!value || !known_.insert(*value).second) return 0;
    values_.push_back(std::move(*value));
    return 2 * value_bytes(values_.back());
  }
  json::value result() override { return std::move(values_); }

 private:
  std::set<json::value, document::ValueLess> known_;
  json::array values_;
};

class MergeObjects final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (!value || document::type_of(*value) != document::ValueType::object) return 0;
    std::size_t grown = 0;
    for (auto& member : value->get_object()) {
      grown += member.key().size() + value_bytes(member.value());
      merged_[member.key()] = std::move(member.value());
    }
    return grown;
  }
  json::value result() override { return std::move(merged_); }

 private:
  json::object merged_;
};

// Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4(3), 1962.
// `without`: how many of the values are taken off the divisor.
template <std::uint64_t without>
class Deviation final : public Accumulator {
 public:
  std::size_t add(Value value) override {
    if (!value || !value->is_number()) return 0;
    const double x = value->to_number<double>();
    const double from_mean = x - mean_;
    mean_ += from_mean / static_cast<double>(++count_);
    squares_ += from_mean * (x - mean_);
    return 0;
  }
  json::value result() override {
    if (count_ <= without) return nullptr;
    const double deviation = std::sqrt(squares_ / static_cast<double>(count_ - without));
    return std::isfinite(deviation) ? json::value(deviation) : json::value();
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

template <class Kind>
std::unique_ptr<Accumulator> make() {
  return std::make_unique<Kind>();
}

constexpr AccumulatorRow accumulators[] = {
    {"$addToSet", make<AddToSet>},
    {"$avg", make<Average>},
    {"$count", make<SumOf>, true},
    {"$first", make<First>},
    {"$last", make<Last>},
    {"$max", make<Extreme<1>>},
    {"$mergeObjects", make<MergeObjects>},
    {"$min", make<Extreme<-1>>},
    {"$push", make<Push>},
    {"$stdDevPop", make<Deviation<0>>},
    {"$stdDevSamp", make<Deviation<1>>},
    {"$sum", make<SumOf>},
};

// As expressions these take a list of values, or one array that stands for its elements.
template <class Kind>
base::Result<Value> over(Arguments arguments) {
  Kind accumulator;
  if (arguments.size() == 1 && arguments[0] && arguments[0]->is_array()) {
    for (auto& value : arguments[0]->get_array()) accumulator.add(std::move(value));
  } else {
    for (auto& value : arguments) accumulator.add(std::move(value));
  }
  return Value(accumulator.result());
}

constexpr OperatorRow rows[] = {
    {"$avg", over<Average>}, {"$max", over<Extreme<1>>},         {"$min", over<Extreme<-1>>},
    {"$sum", over<SumOf>},   {"$stdDevPop", over<Deviation<0>>}, {"$stdDevSamp", over<Deviation<1>>},
};

}  // namespace

std::span<const OperatorRow> statistic_operators() { return rows; }

const AccumulatorRow* find_accumulator(std::string_view name) {
  const auto* found = std::ranges::find(accumulators, name, &AccumulatorRow::name);
  return found == std::end(accumulators) ? nullptr : found;
}

std::string accumulator_names() {
  std::vector<std::string_view> names;
  for (const auto& row : accumulators) names.push_back(row.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace proffer::aggregation
