// The rows with which a campaign's offers are set up.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decision/campaign.h"
#include "service/campaign_document.h"

namespace proffer::service {

// One offer in one context. What is absent in the row is absent here: the campaign's defaults hold then.
struct OfferRow {
  std::string offer;
  decision::Context context;
  std::optional<double> alpha_zero;       // > 0
  std::optional<double> beta_zero;        // > 0
  std::optional<double> cost;             // `cost`, else `offer_cost`
  std::optional<double> price;            // `price`, else `offer_price`
  std::optional<double> value;            // `offer_value`, else `value`, else the price
  std::optional<double> weighting;        // >= 0
  std::optional<double> learning_reward;  // 0 to 1000
  decision::OfferConstraints constraints;
  boost::json::object attributes;  // the whole row
  // Where the campaign names a column of take-up, rows of one offer and context are its history: how often it was taken
  // and not, and the rows before the last one.
  std::uint64_t taken = 0;
  std::uint64_t not_taken = 0;
  std::vector<boost::json::object> earlier;
};

// Reads rows by the columns that the campaign names (else offer, offer_name or offer_id; contextual_variable_one and
// _two). A null counts as absent; names and contexts may be numbers and become their text. Where the campaign names a
// column of take-up, rows of one offer and context become one, with the attributes of the last.
// Errors: invalid, naming every violation ("body[3].price") and, unless they are to be merged, both rows of an offer
// and context given twice; too_large past limits::offers_per_campaign rows.
enum class DuplicateRows { refuse, merge };  // merge: the last one holds
base::Result<std::vector<OfferRow>> parse_offer_rows(std::span<const boost::json::object> rows,
                                                     const ContextualVariables& columns,
                                                     DuplicateRows duplicates = DuplicateRows::refuse,
                                                     std::string_view location = "body");

// The columns that hold names, which must not become numbers when they are read from CSV ("1.10", "007").
std::vector<std::string> text_columns(const ContextualVariables& columns);

}  // namespace proffer::service
