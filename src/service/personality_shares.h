// From card transactions to spend personalities: sums for each customer, and what follows from them. Pure.
//
// share(label) = transactions whose code has the label / all transactions of the customer, so codes without label and
// codes that the table does not have count below the line only. A customer's personality is the one of the four with
// the largest share, the trait the one of the two.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "service/personality_labels.h"

namespace proffer::service {

// Names of columns; empty: the first of the usual ones that a row has (customer, client_id; mcc; trns_amt, amount).
struct TransactionColumns {
  std::string customer;
  std::string mcc;
  std::string amount;
};

// What a transaction with an amount below zero is.
enum class Refunds : std::uint8_t {
  offset,   // takes back one purchase with the same label; never below none
  ignored,  // not counted
  counted,  // a transaction like any other
};

struct TallyRules {
  TransactionColumns columns;
  Refunds refunds = Refunds::offset;
  bool spending_is_negative = false;  // in this table purchases are below zero and refunds above
};

// What was seen in the transactions.
struct TallyCounts {
  std::uint64_t transactions = 0;  // rows
  std::uint64_t refunds = 0;
  std::uint64_t without_customer = 0;    // skipped: no customer, or none that is text or a number
  std::uint64_t unknown_codes = 0;       // no code, or one that the table does not have
  std::uint64_t unreadable_amounts = 0;  // taken for purchases
};

// -1, 0 or 1: the sign of an amount given as a number or as text like "-12.30", "$-12.30", "(1,234.50)", "12.30-" and
// "12.30 CR" (these four below zero). Nothing for text without a digit and for what is neither text nor number.
std::optional<int> sign_of_amount(const boost::json::value& amount);

struct PersonalityShares {
  std::int64_t count = 0;
  std::array<double, personality_count> personality{};  // by Personality; that of `none` is not used
  std::array<double, trait_count> trait{};
};

enum class ChoiceRule : std::uint8_t {
  by_share,  // the largest share
  relative,  // the largest (share - norm) / norm: what the customer does more than others
};

struct ChoiceRules {
  std::int64_t minimum_count = 5;  // with fewer transactions a customer has neither personality nor trait
  ChoiceRule rule = ChoiceRule::by_share;
  // For `relative`: shares to compare with; nothing: the mean shares of the customers with enough transactions.
  std::optional<PersonalityShares> norms;
};

// The label of a customer. Ties are broken by a hash of the customer and the label: the same at every computation, and
// over many customers no label is favoured. `none` with fewer than minimum_count transactions, and where no share (for
// `relative`: no share with a norm above zero) is above zero.
Label choose(const PersonalityShares& shares, std::string_view customer, const ChoiceRules& rules);

// A row of the personality collection: _id, count, customer, the six shares, personality, trait, their scores (shares
// of the chosen; 0 for none) and item, "Industrious_Extrovert".
boost::json::object personality_row(const PersonalityShares& shares, const boost::json::value& customer,
                                    const Label& chosen);

// The text of a customer, which is also the id of his row: text as it is, numbers as JSON spells them. Nothing for
// anything else, empty text and text beyond limits::customer_bytes.
std::optional<std::string> customer_text(const boost::json::value& customer);

// Holds 15 sums a customer, never transactions.
class PersonalityTally {
 public:
  // Both must outlive it.
  PersonalityTally(const MccLabels& labels, const TallyRules& rules) : labels_(labels), rules_(rules) {}

  // too_large past limits::personality_customers.
  base::Status add(const boost::json::object& transaction);

  const TallyCounts& counts() const { return counts_; }
  std::size_t customers() const { return customers_.size(); }
  bool has(const std::string& customer) const { return customers_.contains(customer); }

  PersonalityShares shares(const std::string& customer) const;
  // Mean shares of the customers with at least `minimum_count` transactions; all 0 when there is none.
  PersonalityShares mean_shares(std::int64_t minimum_count) const;

  // Calls with each customer (as a value of the kind that the transactions had), in no order.
  void each(const std::function<void(const std::string& text, const boost::json::value& customer)>& visit) const;

 private:
  // Purchases less refunds, by personality and trait. Below zero when a refund's purchase is not in the table.
  using Sums = std::array<std::array<std::int32_t, trait_count>, personality_count>;
  struct Customer {
    Sums sums{};
    bool is_number = false;
  };
  static PersonalityShares shares_of(const Customer& customer);
  const boost::json::value* column(const boost::json::object& row, const std::string& named, std::string_view usual,
                                   std::string_view or_else) const;
  bool is_refund(const boost::json::object& transaction);
  Label label_of(const boost::json::object& transaction);

  const MccLabels& labels_;
  const TallyRules& rules_;
  TallyCounts counts_;
  std::unordered_map<std::string, Customer> customers_;
};

}  // namespace proffer::service
