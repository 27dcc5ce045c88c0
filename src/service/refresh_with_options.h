// The original's /refreshWithOptions: has a server make a campaign's options anew, then refreshes.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/define.h"
#include "service/ports.h"
#include "service/server_list.h"
#include "service/set_up.h"
#include "service/table_offers.h"

namespace proffer::service {

struct RefreshRequest {
  std::string project = "default";
  std::optional<std::string> campaign;  // nothing: as Campaigns::choose finds it
  std::string url;                      // base of the server's routes: "http://host:port/api"
  std::string token;                    // sent as Bearer
  bool rebuild = true;                  // generateDefaultOptions, else generateUpdatedOptions
  std::optional<TableOffers> offers;    // copied first
  std::optional<SetUp> set_up;          // made then, and named to the server
};

struct Refreshed {
  std::string campaign;
  std::optional<std::size_t> offer_rows;   // when offers were copied
  std::optional<std::size_t> set_up_rows;  // when the set-up feature store was made anew
  boost::json::object server;              // what the server answered, without its rows
  bool taken_over = false;                 // the server has a store of its own, and its options were taken over
};

class RefreshWithOptions {
 public:
  // `refresh` rebuilds everything from the stores.
  RefreshWithOptions(const Ports& ports, Campaigns& campaigns, Define& define, ServerList servers,
                     std::function<base::Status()> refresh)
      : ports_(ports),
        campaigns_(campaigns),
        define_(define),
        servers_(std::move(servers)),
        refresh_(std::move(refresh)) {}

  // Five steps, each named in the message when it fails: "offers" (their copy), "set-up", "updateClientPulseResponder"
  // (the call), "options" and "refresh". `remote` or `timed_out` for what the server did not do. A failure leaves the
  // options in service as they were, unless the server is this one and only the refresh failed. Waits for the other
  // server: call it on a thread that may wait, holding no lock.
  base::Result<Refreshed> run(const RefreshRequest& request);

 private:
  base::Result<boost::json::object> call_server(const RefreshRequest& request, const Definition& definition);
  base::Result<bool> take_over(const RefreshRequest& request, const Definition& definition,
                               const boost::json::object& answer);

  Ports ports_;
  Campaigns& campaigns_;
  Define& define_;
  ServerList servers_;
  std::function<base::Status()> refresh_;
};

// The body of /updateClientPulseResponder for a campaign (spec 2.5), asking for the rows of its options too.
boost::json::object regeneration_body(const Definition& definition, bool rebuild, const std::optional<SetUp>& set_up);

// An option as /updateClientPulseResponder gives it when asked, and such rows under the names that a campaign has for
// its columns.
boost::json::object option_row(const Definition& definition, const decision::Option& option);
base::Result<std::vector<OfferRow>> read_option_rows(const boost::json::array& rows,
                                                     const ContextualVariables& columns);

}  // namespace proffer::service
