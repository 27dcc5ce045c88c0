// The campaigns in service, found by name or by the number that log records carry.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "service/live_campaign.h"

namespace proffer::service {

struct CampaignChoice {
  std::string default_campaign;  // answers when a request names none
  std::string any_campaign;      // answers under every unknown name, as a runtime that serves one deployment
};

class Campaigns {
 public:
  explicit Campaigns(CampaignChoice choice = {}, HookEngine* hooks = nullptr)
      : choice_(std::move(choice)), hooks_(hooks) {}

  // Null when there is none of that name.
  LiveCampaignPtr find(std::string_view project, std::string_view name) const;
  LiveCampaignPtr find(std::uint32_t number) const;
  std::vector<LiveCampaignPtr> of_project(std::string_view project) const;  // by name
  std::vector<LiveCampaignPtr> all() const;

  // The campaign that answers a request. Without a name: the default one, else the only one, else `invalid` with the
  // names.
  base::Result<LiveCampaignPtr> choose(std::string_view project, const std::optional<std::string>& name) const;

  // Held while campaigns are made, deleted or taken anew from the store; before any LiveCampaign::editing.
  std::mutex& changing() { return changing_; }

  void add(LiveCampaignPtr campaign);
  void remove(const LiveCampaign& campaign);
  void replace_all(std::vector<LiveCampaignPtr> campaigns);

  // The definition with which a decision was made: the current one when it is that, else from the store.
  base::Result<DefinitionPtr> definition_at(store::DocumentStore& documents, std::uint32_t number,
                                            std::uint32_t version);

 private:
  using Name = std::pair<std::string, std::string>;  // project, name
  std::mutex changing_;
  mutable std::shared_mutex mutex_;
  CampaignChoice choice_;
  HookEngine* hooks_;  // compiles the hooks of old versions
  std::map<Name, LiveCampaignPtr, std::less<>> by_name_;
  std::unordered_map<std::uint32_t, LiveCampaignPtr> by_number_;
  std::mutex archive_mutex_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, DefinitionPtr> archive_;  // a few old versions, last read
};

}  // namespace proffer::service
