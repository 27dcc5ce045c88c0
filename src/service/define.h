// Makes, changes and deletes campaigns and their offers.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/edit_lock.h"
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

// What the original calls generateDefaultOptions and generateUpdatedOptions: the campaign's options made anew from the
// rows of its set-up feature store.
struct Regeneration {
  bool rebuild = true;  // all options back to their priors, vanished ones retired; else new ones are added
  boost::json::object document = {};  // fields of the campaign's document that change with it, nested ones key by key
  std::vector<OfferRow> rows = {};    // these rows, which replace those of the set-up feature store; none: those there
};

class Define {
 public:
  // `catch_up` takes in what other nodes have written; empty where there are none.
  Define(const Ports& ports, Campaigns& campaigns, Learning& learning, std::function<base::Status()> catch_up = {})
      : ports_(ports), campaigns_(campaigns), learning_(learning), catch_up_(std::move(catch_up)) {}

  struct Stored {
    DefinitionPtr definition;
    bool created = false;
  };
  // `uuid`: that of a new campaign, unless another has it.
  base::Result<Stored> put_campaign(const std::string& project, const std::string& name,
                                    const boost::json::object& body, const Expected& expected,
                                    const std::optional<base::Uuid>& uuid = {});
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

  // The same path, from rows that stand there already. A failure leaves the options in service as they were.
  base::Result<OffersChanged> regenerate(const std::string& project, const std::string& name,
                                         const Regeneration& regeneration);

  // Reads the offer tables of all campaigns again; those whose options change have a new version then.
  base::Status refresh_tables();

 private:
  base::Result<EditLock> alone(const std::string& project, const std::string& name);
  base::Result<bool> reprice(Definition& next, const Definition& before);
  struct Hooks {
    std::string source;
    HookProgramPtr program;
  };
  base::Result<DefinitionPtr> change_hooks(const std::string& project, const std::string& name, Hooks hooks,
                                           const Expected& expected);
  base::Result<std::shared_ptr<Definition>> next_version(const DefinitionPtr& current);
  base::Status store_and_log(LiveCampaign& live, const DefinitionPtr& next, std::vector<store::Write> writes,
                             const std::optional<decision::CallKey>& call, bool reset = false);
  struct OptionsChange {
    bool replace = true;  // what no row names retires
    bool reset = false;   // arms go back to their priors
    bool write_rows = true;
    std::optional<decision::CallKey> call;
  };
  base::Result<OffersChanged> put_options(LiveCampaign& live, std::shared_ptr<Definition> next,
                                          std::span<const OfferRow> rows, const OptionsChange& change);
  base::Status change_document(Definition& next, const boost::json::object& fields);
  base::Result<DefinitionPtr> create(const std::string& project, const std::string& name, CampaignDocument document,
                                     const std::optional<base::Uuid>& uuid);
  base::Result<DefinitionPtr> replace(LiveCampaign& live, CampaignDocument document);

  Ports ports_;
  Campaigns& campaigns_;
  Learning& learning_;
  std::function<base::Status()> catch_up_;
};

}  // namespace proffer::service
