#include "service/offer_rows.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <unordered_map>

#include "base/limits.h"
#include "document/json.h"
#include "document/text.h"
#include "document/violations.h"
#include "service/offer_constraints.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using document::Place;
using document::Rules;
using document::Violations;

constexpr Rules positive{.above = 0};
constexpr Rules not_negative{.minimum = 0};
constexpr Rules any_number{};
constexpr Rules learning_weight{.minimum = 0, .maximum = 1000};

constexpr std::string_view default_one = "contextual_variable_one";
constexpr std::string_view default_two = "contextual_variable_two";

std::string_view or_default(const std::string& column, std::string_view fallback) {
  return column.empty() ? fallback : std::string_view(column);
}

std::vector<std::string> offer_columns(const ContextualVariables& columns) {
  if (!columns.offer_key.empty()) return {columns.offer_key};
  return {"offer", "offer_name", "offer_id"};
}

class RowReader {
 public:
  RowReader(const ContextualVariables& columns, Violations& violations)
      : offer_columns_(offer_columns(columns)),
        one_(or_default(columns.contextual_variable_one_name, default_one)),
        two_(or_default(columns.contextual_variable_two_name, default_two)),
        take_up_(columns.take_up),
        violations_(violations) {}

  OfferRow read(const json::object& row, const Place& place) {
    OfferRow read;
    read.offer = offer(row, place);
    read.context = {context(row, one_, place), context(row, two_, place)};
    read.alpha_zero = number(row, {"alpha_zero"}, positive, place);
    read.beta_zero = number(row, {"beta_zero"}, positive, place);
    read.cost = number(row, {"cost", "offer_cost"}, any_number, place);
    read.price = number(row, {"price", "offer_price"}, any_number, place);
    read.value = number(row, {"offer_value", "value"}, any_number, place);
    if (!read.value) read.value = read.price;
    read.weighting = number(row, {"weighting"}, not_negative, place);
    read.learning_reward = number(row, {"learning_reward"}, learning_weight, place);
    read.constraints = read_offer_constraints(row, place, violations_);
    read.attributes = row;
    if (!take_up_.empty()) read_take_up(row, read, place);
    return read;
  }

 private:
  std::string offer(const json::object& row, const Place& place) {
    for (const std::string& column : offer_columns_) {
      if (const json::value* value = document::present(row, column)) return name(*value, Place(place, column));
    }
    violations_.add(Place(place, offer_columns_[0]), "is required: the offer's name");
    return {};
  }

  std::string name(const json::value& value, const Place& place) {
    std::string text = value.is_number() ? document::json_text(value) : std::string();
    if (value.is_string()) text = value.get_string();
    const bool fits = !text.empty() && text.size() <= base::limits::offer_name_bytes;
    if (fits && is_clean(text)) return text;
    violations_.add(place,
                    fmt::format("expected a name of 1 to {} bytes of UTF-8 without control characters",
                                base::limits::offer_name_bytes),
                    value);
    return {};
  }

  // 1 or true: taken; 0 or false: not; absent: a row without history.
  void read_take_up(const json::object& row, OfferRow& read, const Place& place) {
    const json::value* value = document::present(row, take_up_);
    if (value == nullptr) return;
    const bool taken = *value == json::value(true) || *value == json::value(1) || *value == json::value(1.0);
    const bool not_taken = *value == json::value(false) || *value == json::value(0) || *value == json::value(0.0);
    if (!taken && !not_taken) violations_.add(Place(place, take_up_), "expected 0 or 1, false or true", *value);
    read.taken = taken ? 1 : 0;
    read.not_taken = not_taken ? 1 : 0;
  }

  // Blank when it is absent: such an option matches every value.
  std::string context(const json::object& row, std::string_view column, const Place& place) {
    const json::value* value = document::present(row, column);
    if (value == nullptr) return {};
    if (value->is_bool()) return value->get_bool() ? "true" : "false";
    if (value->is_string() && value->get_string().empty()) return {};
    return name(*value, Place(place, column));
  }

  static bool is_clean(std::string_view text) {
    return !document::first_invalid_utf8(text) && !document::has_control_characters(text);
  }

  // The first of `columns` that is there.
  std::optional<double> number(const json::object& row, std::initializer_list<std::string_view> columns,
                               const Rules& rules, const Place& place) {
    for (const std::string_view column : columns) {
      const json::value* value = document::present(row, column);
      if (value != nullptr) return document::read_number(*value, rules, Place(place, column), violations_);
    }
    return std::nullopt;
  }

  std::vector<std::string> offer_columns_;
  std::string_view one_, two_, take_up_;
  Violations& violations_;
};

// What tells options apart. The parts hold no control character, so no two options share a key.
std::string option_key(const OfferRow& row) { return row.offer + '\n' + row.context.one + '\n' + row.context.two; }

std::string describe_option(const OfferRow& row) {
  std::string text = "offer \"" + row.offer + "\"";
  if (!row.context.one.empty() || !row.context.two.empty()) {
    text += fmt::format(" in context \"{}\", \"{}\"", row.context.one, row.context.two);
  }
  return text;
}

void refuse_duplicates(std::span<const OfferRow> rows, std::string_view location, Violations& violations) {
  std::unordered_map<std::string, std::size_t> first_row;
  first_row.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].offer.empty()) continue;  // a violation already
    const auto [first, is_new] = first_row.emplace(option_key(rows[i]), i);
    if (is_new) continue;
    violations.add(fmt::format("{}[{}]", location, i),
                   fmt::format("{} stands in {}[{}] already", describe_option(rows[i]), location, first->second),
                   json::value(rows[i].offer));
  }
}

// Makes one row of the rows of each offer and context: the last, with the history of all.
std::vector<OfferRow> merge_histories(std::vector<OfferRow> rows) {
  std::unordered_map<std::string, std::size_t> places;
  std::vector<OfferRow> merged;
  for (OfferRow& row : rows) {
    const auto [place, is_new] = places.emplace(option_key(row), merged.size());
    if (is_new) {
      merged.push_back(std::move(row));
      continue;
    }
    OfferRow& before = merged[place->second];
    row.taken += before.taken;
    row.not_taken += before.not_taken;
    row.earlier = std::move(before.earlier);
    row.earlier.push_back(std::move(before.attributes));
    before = std::move(row);
  }
  return merged;
}

}  // namespace

base::Result<std::vector<OfferRow>> parse_offer_rows(std::span<const json::object> rows,
                                                     const ContextualVariables& columns, DuplicateRows duplicates,
                                                     std::string_view location) {
  if (rows.size() > base::limits::offers_per_campaign) {
    return base::fail(base::ErrorKind::too_large, fmt::format("{} rows; a campaign has at most {}", rows.size(),
                                                              base::limits::offers_per_campaign));
  }
  Violations violations;
  RowReader reader(columns, violations);
  const Place body(location);
  std::vector<OfferRow> read;
  read.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) read.push_back(reader.read(rows[i], Place(body, i)));
  const bool merges = duplicates == DuplicateRows::merge || !columns.take_up.empty();
  if (!merges) refuse_duplicates(read, location, violations);
  if (!violations.empty()) return tl::unexpected(violations.error());
  return merges ? merge_histories(std::move(read)) : std::move(read);
}

std::vector<std::string> text_columns(const ContextualVariables& columns) {
  std::vector<std::string> names = offer_columns(columns);
  names.emplace_back(or_default(columns.contextual_variable_one_name, default_one));
  names.emplace_back(or_default(columns.contextual_variable_two_name, default_two));
  return names;
}

}  // namespace proffer::service
