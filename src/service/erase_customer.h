// Erasure of a customer: another, random name takes the place of his in the log and in every collection, so that what
// was learned from him stays and he cannot be found.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/learning.h"
#include "service/ports.h"

namespace proffer::service {

struct Erased {
  std::string replacement;
  std::size_t records = 0;    // of the log
  std::size_t documents = 0;  // of collections
};

class EraseCustomer {
 public:
  EraseCustomer(const Ports& ports, Campaigns& campaigns, Learning& learning)
      : ports_(ports), campaigns_(campaigns), learning_(learning) {}

  // `fields`: paths that name customers in documents, beside those that are known: `_id`, customer_fields, and those by
  // which campaigns of the project look customers up. Arms keep their sums; they are folded anew from the log, as are
  // caps. What comes for the customer while this runs may keep his name: repeat it then. Errors: not_found when nothing
  // names him; as the stores.
  base::Result<Erased> run(const std::string& project, const std::string& customer,
                           const std::vector<std::string>& fields);

 private:
  using Fields = std::set<std::string, std::less<>>;

  base::Result<std::vector<std::uint32_t>> campaigns_with(const std::string& project, const std::string& customer);
  Fields known_fields(const std::string& project) const;
  base::Result<std::size_t> rename_documents(const std::string& project, const std::string& from, const std::string& to,
                                             const Fields& fields);
  base::Result<std::size_t> rename_in(const store::Collection& collection, const std::string& from,
                                      const std::string& to, const Fields& fields);
  base::Status note(const std::string& project, const Erased& erased);

  Ports ports_;
  Campaigns& campaigns_;
  Learning& learning_;
};

}  // namespace proffer::service
