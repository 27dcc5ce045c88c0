#include "service/personality_shares.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;

constexpr std::string_view minus_sign = "\xe2\x88\x92";  // U+2212

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool says_below_zero(std::string_view text) {
  return text.find('-') != text.npos || text.find(minus_sign) != text.npos || text.ends_with("CR") ||
         (text.find('(') != text.npos && text.find(')') != text.npos);
}

std::optional<int> sign_of_text(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  const bool zero = std::none_of(text.begin(), text.end(), [](char c) { return c >= '1' && c <= '9'; });
  if (zero) return 0;
  return says_below_zero(text) ? -1 : 1;
}

template <std::size_t n>
double index_of(const std::array<double, n>& shares, const std::array<double, n>& norms, std::size_t at,
                ChoiceRule rule) {
  if (rule == ChoiceRule::by_share) return shares[at];
  return norms[at] > 0 ? (shares[at] - norms[at]) / norms[at] : -1;
}

// The kind with the largest index among those that occur; 0 (none) when there is none.
template <class Kind, std::size_t n>
Kind largest(const std::array<double, n>& shares, const std::array<double, n>& norms, ChoiceRule rule,
             std::string_view customer) {
  std::size_t best = 0;
  double best_index = 0;
  std::uint64_t best_lot = 0;
  for (std::size_t at = 1; at < n; ++at) {
    if (!(shares[at] > 0) || (rule == ChoiceRule::relative && !(norms[at] > 0))) continue;
    const double index = index_of(shares, norms, at, rule);
    const std::uint64_t lot = base::hash_text(customer, base::hash_text(name_of(static_cast<Kind>(at))));
    if (best != 0 && (index < best_index || (index == best_index && lot <= best_lot))) continue;
    best = at;
    best_index = index;
    best_lot = lot;
  }
  return static_cast<Kind>(best);
}

double at(const PersonalityShares& shares, Personality personality) {
  return shares.personality[static_cast<std::size_t>(personality)];
}

double at(const PersonalityShares& shares, Trait trait) { return shares.trait[static_cast<std::size_t>(trait)]; }

std::string item_of(const Label& chosen) {
  if (chosen.personality == Personality::none) return "none";
  return fmt::format("{}_{}", name_of(chosen.personality), name_of(chosen.trait));
}

// Adds `by` to each share.
void add_shares(PersonalityShares& to, const PersonalityShares& by) {
  for (std::size_t i = 0; i < personality_count; ++i) to.personality[i] += by.personality[i];
  for (std::size_t i = 0; i < trait_count; ++i) to.trait[i] += by.trait[i];
  ++to.count;
}

void divide_shares(PersonalityShares& shares, double by) {
  for (auto& share : shares.personality) share /= by;
  for (auto& share : shares.trait) share /= by;
}

}  // namespace

std::optional<int> sign_of_amount(const json::value& amount) {
  if (amount.is_string()) return sign_of_text(amount.get_string());
  if (!amount.is_number()) return std::nullopt;
  const double number = amount.to_number<double>();
  return (number > 0) - (number < 0);
}

Label choose(const PersonalityShares& shares, std::string_view customer, const ChoiceRules& rules) {
  if (shares.count < rules.minimum_count) return {};
  const auto norms = rules.norms.value_or(PersonalityShares{});
  return {largest<Personality>(shares.personality, norms.personality, rules.rule, customer),
          largest<Trait>(shares.trait, norms.trait, rules.rule, customer)};
}

json::object personality_row(const PersonalityShares& shares, const json::value& customer, const Label& chosen) {
  return {{"_id", customer_text(customer).value_or("")},
          {"count", shares.count},
          {"customer", customer},
          {"Industrious", at(shares, Personality::industrious)},
          {"Intentional", at(shares, Personality::intentional)},
          {"Experiential", at(shares, Personality::experiential)},
          {"Enthusiastic", at(shares, Personality::enthusiastic)},
          {"personality_score", chosen.personality == Personality::none ? 0 : at(shares, chosen.personality)},
          {"personality", name_of(chosen.personality)},
          {"Extrovert", at(shares, Trait::extrovert)},
          {"Introvert", at(shares, Trait::introvert)},
          {"trait_score", chosen.trait == Trait::none ? 0 : at(shares, chosen.trait)},
          {"trait", name_of(chosen.trait)},
          {"item", item_of(chosen)}};
}

std::optional<std::string> customer_text(const json::value& customer) {
  std::string text;
  if (customer.is_string()) {
    text = std::string_view(customer.get_string());
  } else if (customer.is_number()) {
    text = document::json_text(customer);
  }
  if (text.empty() || text.size() > base::limits::customer_bytes) return std::nullopt;
  return text;
}

const json::value* PersonalityTally::column(const json::object& row, const std::string& named, std::string_view usual,
                                            std::string_view or_else) const {
  if (!named.empty()) return row.if_contains(named);
  const json::value* found = row.if_contains(usual);
  return found != nullptr ? found : row.if_contains(or_else);
}

bool PersonalityTally::is_refund(const json::object& transaction) {
  const json::value* amount = column(transaction, rules_.columns.amount, "trns_amt", "amount");
  if (amount == nullptr || amount->is_null()) return false;
  const auto sign = sign_of_amount(*amount);
  if (!sign) ++counts_.unreadable_amounts;
  return sign.value_or(0) == (rules_.spending_is_negative ? 1 : -1);
}

Label PersonalityTally::label_of(const json::object& transaction) {
  const json::value* given = column(transaction, rules_.columns.mcc, "mcc", "mcc");
  const auto code = given == nullptr ? std::nullopt : merchant_code(*given);
  const auto label = code ? labels_.find(*code) : std::nullopt;
  if (!label) ++counts_.unknown_codes;
  return label.value_or(Label{});
}

base::Status PersonalityTally::add(const json::object& transaction) {
  ++counts_.transactions;
  const json::value* customer = column(transaction, rules_.columns.customer, "customer", "client_id");
  auto text = customer == nullptr ? std::nullopt : customer_text(*customer);
  if (!text) {
    ++counts_.without_customer;
    return {};
  }
  const bool refund = is_refund(transaction);
  if (refund) ++counts_.refunds;
  const Label label = label_of(transaction);
  if (refund && rules_.refunds == Refunds::ignored) return {};
  if (customers_.size() >= base::limits::personality_customers && !customers_.contains(*text)) {
    return base::fail(base::ErrorKind::too_large,
                      fmt::format("more than {} customers", base::limits::personality_customers));
  }
  auto& sums = customers_.try_emplace(std::move(*text), Customer{{}, customer->is_number()}).first->second.sums;
  auto& sum = sums[static_cast<std::size_t>(label.personality)][static_cast<std::size_t>(label.trait)];
  sum += refund && rules_.refunds == Refunds::offset ? -1 : 1;
  return {};
}

PersonalityShares PersonalityTally::shares_of(const Customer& customer) {
  PersonalityShares out;
  for (std::size_t i = 0; i < personality_count; ++i) {
    for (std::size_t j = 0; j < trait_count; ++j) {
      const std::int32_t count = std::max(customer.sums[i][j], 0);
      out.count += count;
      out.personality[i] += count;
      out.trait[j] += count;
    }
  }
  if (out.count > 0) divide_shares(out, static_cast<double>(out.count));
  return out;
}

PersonalityShares PersonalityTally::shares(const std::string& customer) const {
  return shares_of(customers_.at(customer));
}

PersonalityShares PersonalityTally::mean_shares(std::int64_t minimum_count) const {
  PersonalityShares sum;
  for (const auto& [text, customer] : customers_) {
    const auto shares = shares_of(customer);
    if (shares.count >= minimum_count) add_shares(sum, shares);
  }
  if (sum.count > 0) divide_shares(sum, static_cast<double>(sum.count));
  return sum;
}

void PersonalityTally::each(const std::function<void(const std::string&, const json::value&)>& visit) const {
  for (const auto& [text, customer] : customers_) {
    visit(text, customer.is_number ? document::number_from_text(text) : json::value(text));
  }
}

}  // namespace proffer::service
