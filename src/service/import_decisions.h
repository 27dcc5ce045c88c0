// Takes past decisions into the log: rows of exposures, with their own dates and logged propensities.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

struct Imported {
  std::size_t decisions = 0;
  std::size_t outcomes = 0;
};

// What rows hold that were imported whole.
Imported count_exposures(std::span<const boost::json::object> rows);

// The columns that hold names, which must not become numbers when they are read from CSV.
std::vector<std::string> exposure_text_columns();

class ImportDecisions {
 public:
  ImportDecisions(const Ports& ports, Campaigns& campaigns) : ports_(ports), campaigns_(campaigns) {}

  // One row an exposure, with the columns of the flatten log: customer_id, offer (or offer_name), datetime (or
  // timestamp); optional: accepted (0 or 1), rank (or position), score, slot_propensity (or propensity_score),
  // slate_propensity, contextual_variable_one/_two, channel, userid, subcampaign. All rows are checked first: one
  // violation, and nothing is imported. Answers when all is committed. At most limits::import_rows rows a call.
  base::Result<Imported> run(const std::string& project, const std::string& campaign,
                             std::span<const boost::json::object> rows, const std::optional<decision::CallKey>& call);

 private:
  base::Result<std::size_t> rows_imported(const std::optional<decision::CallKey>& call, std::size_t rows);

  Ports ports_;
  Campaigns& campaigns_;
};

}  // namespace proffer::service
