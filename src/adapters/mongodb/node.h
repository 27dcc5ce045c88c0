// The number of this node among those that share a database, and the leases that nodes take.
//
// A number belongs to whoever holds it: a data directory, known by an id of its own. It is given to another when it was
// not renewed for a while, but for one whose directory may hold records that are not in the database yet. The log
// itself is the fence: two writers of one number meet at the same position, where only one document fits.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/mongodb/connection.h"
#include "base/clock.h"
#include "base/result.h"
#include "store/leases.h"

namespace proffer::adapters {

class MongoNode {
 public:
  // `holder`: the id of the data directory, which may come to hold records that are not in the database yet where the
  // node `keeps_records`. Errors: `unavailable`, also when every number is taken.
  static base::Result<MongoNode> take(MongoConnection& connection, std::string database, std::string holder,
                                      const base::Clock& clock, bool keeps_records);

  std::uint32_t number() const { return number_; }
  const std::string& holder() const { return holder_; }

  // `complete`: nothing waits in the directory. False: the number was given to another, as it was not renewed in time.
  base::Result<bool> renew(bool complete);
  base::Status give_back();

  // Every node that may keep records has told since then that it keeps none.
  base::Result<base::Time> complete_up_to() const;
  // The numbers that have ever been taken.
  base::Result<std::vector<std::uint32_t>> all() const;

 private:
  base::Status visit_all(const std::function<void(BsonView)>& visit) const;
  MongoNode(MongoConnection& connection, std::string database, std::string holder, const base::Clock& clock)
      : connection_(&connection), database_(std::move(database)), holder_(std::move(holder)), clock_(&clock) {}
  Bson as_held() const;
  base::Result<bool> claim(const Bson& filter);
  base::Result<bool> make();

  MongoConnection* connection_;
  std::string database_;
  std::string holder_;
  const base::Clock* clock_;
  std::uint32_t number_ = 0;
  bool keeps_records_ = false;
};

class MongoLeases final : public store::Leases {
 public:
  MongoLeases(MongoConnection& connection, std::string database, std::string holder, const base::Clock& clock)
      : connection_(connection), database_(std::move(database)), holder_(std::move(holder)), clock_(clock) {}

  base::Result<bool> take(std::string_view name, base::Micros duration) override;
  base::Status give_back(std::string_view name) override;

 private:
  MongoConnection& connection_;
  const std::string database_;
  const std::string holder_;
  const base::Clock& clock_;
};

}  // namespace proffer::adapters
