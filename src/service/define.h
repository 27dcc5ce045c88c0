// Makes, changes and deletes campaigns and their offers.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/expected.h"
#include "service/learning.h"
#include "service/offer_rows.h"
#include "service/ports.h"

namespace proffer::service {

struct OffersChange {
  bool replace = true;  // PUT: offers that are not named retire; POST: they stay
  std::optional<decision::CallKey> call;
};

struct OffersChanged {
  DefinitionPtr definition;
  std::size_t offers = 0;  // in service now
  std::size_t options = 0;
  std::size_t added = 0;    // options that are new
  std::size_t retired = 0;  // options that left
};

class Define {
 public:
  Define(const Ports& ports, Campaigns& campaigns, Learning& learning)
      : ports_(ports), campaigns_(campaigns), learning_(learning) {}

  struct Stored {
    DefinitionPtr definition;
    bool created = false;
  };
  base::Result<Stored> put_campaign(const std::string& project, const std::string& name,
                                    const boost::json::object& body, const Expected& expected);
  base::Status delete_campaign(const std::string& project, const std::string& name, const Expected& expected);

  // The one path to options: writes the rows to the campaign's set-up feature store, and makes its options from them.
  base::Result<OffersChanged> change_offers(const std::string& project, const std::string& name,
                                            std::span<const boost::json::object> rows, const OffersChange& change,
                                            const Expected& expected);

  // Hooks belong to the campaign's version that they make. `invalid` for a source that does not compile; `not_found`
  // where there are none to delete.
  base::Result<DefinitionPtr> put_hooks(const std::string& project, const std::string& name, std::string source,
                                        const Expected& expected);
  base::Result<DefinitionPtr> delete_hooks(const std::string& project, const std::string& name,
                                           const Expected& expected);

 private:
  struct Hooks {
    std::string source;
    HookProgramPtr program;
  };
  base::Result<DefinitionPtr> change_hooks(const std::string& project, const std::string& name, Hooks hooks,
                                           const Expected& expected);
  base::Result<std::shared_ptr<Definition>> next_version(const DefinitionPtr& current);
  base::Status store_and_log(LiveCampaign& live, const DefinitionPtr& next, std::vector<store::Write> writes,
                             const std::optional<decision::CallKey>& call);
  base::Result<DefinitionPtr> create(const std::string& project, const std::string& name, CampaignDocument document);
  base::Result<DefinitionPtr> replace(LiveCampaign& live, CampaignDocument document);

  Ports ports_;
  Campaigns& campaigns_;
  Learning& learning_;
};

}  // namespace proffer::service
