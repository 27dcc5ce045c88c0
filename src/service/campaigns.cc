#include "service/campaigns.h"

#include <algorithm>

namespace proffer::service {
namespace {

constexpr std::size_t archived_definitions = 64;

std::string joined_names(const std::vector<LiveCampaignPtr>& campaigns) {
  std::string names;
  for (const auto& campaign : campaigns) {
    if (!names.empty()) names += ", ";
    names += campaign->current()->campaign.name;
  }
  return names;
}

base::Error unknown_campaign(std::string_view name) {
  return {base::ErrorKind::not_found, "there is no campaign '" + std::string(name) + "'", {}};
}

}  // namespace

LiveCampaignPtr Campaigns::find(std::string_view project, std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(Name{project, name});
  return found == by_name_.end() ? nullptr : found->second;
}

LiveCampaignPtr Campaigns::find(std::uint32_t number) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

std::vector<LiveCampaignPtr> Campaigns::of_project(std::string_view project) const {
  const std::shared_lock lock(mutex_);
  std::vector<LiveCampaignPtr> out;
  for (const auto& [name, campaign] : by_name_) {
    if (name.first == project) out.push_back(campaign);
  }
  return out;
}

std::vector<LiveCampaignPtr> Campaigns::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<LiveCampaignPtr> out;
  for (const auto& [name, campaign] : by_name_) out.push_back(campaign);
  return out;
}

base::Result<LiveCampaignPtr> Campaigns::choose(std::string_view project,
                                                const std::optional<std::string>& name) const {
  if (name) {
    if (auto found = find(project, *name)) return found;
    if (!choice_.any_campaign.empty()) {
      if (auto found = find(project, choice_.any_campaign)) return found;
    }
    return tl::unexpected(unknown_campaign(*name));
  }
  for (const auto& preferred : {choice_.default_campaign, choice_.any_campaign}) {
    if (preferred.empty()) continue;
    if (auto found = find(project, preferred)) return found;
    return tl::unexpected(unknown_campaign(preferred));
  }
  const auto campaigns = of_project(project);
  if (campaigns.size() == 1) return campaigns.front();
  if (campaigns.empty()) return base::fail_field("body.campaign", "there is no campaign yet");
  return base::fail_field("body.campaign", "required, as there are several campaigns: " + joined_names(campaigns));
}

void Campaigns::add(LiveCampaignPtr campaign) {
  const auto definition = campaign->current();
  const std::unique_lock lock(mutex_);
  by_name_[{definition->campaign.project, definition->campaign.name}] = campaign;
  by_number_[definition->campaign.number] = std::move(campaign);
}

void Campaigns::remove(const LiveCampaign& campaign) {
  const std::unique_lock lock(mutex_);
  std::erase_if(by_name_, [&](const auto& entry) { return entry.second.get() == &campaign; });
  std::erase_if(by_number_, [&](const auto& entry) { return entry.second.get() == &campaign; });
}

void Campaigns::replace_all(std::vector<LiveCampaignPtr> campaigns) {
  decltype(by_name_) by_name;
  decltype(by_number_) by_number;
  for (auto& campaign : campaigns) {
    const auto definition = campaign->current();
    by_name[{definition->campaign.project, definition->campaign.name}] = campaign;
    by_number[definition->campaign.number] = std::move(campaign);
  }
  {
    const std::unique_lock lock(mutex_);
    by_name_.swap(by_name);
    by_number_.swap(by_number);
  }
  const std::lock_guard lock(archive_mutex_);
  archive_.clear();
}

base::Result<DefinitionPtr> Campaigns::definition_at(store::DocumentStore& documents, std::uint32_t number,
                                                     std::uint32_t version) {
  if (const auto live = find(number)) {
    auto definition = live->current();
    if (definition->campaign.version == version) return definition;
  }
  const std::pair key{number, version};
  {
    const std::lock_guard lock(archive_mutex_);
    if (const auto found = archive_.find(key); found != archive_.end()) return found->second;
  }
  TRY(auto definition, load_definition(documents, hooks_, number, version));
  const std::lock_guard lock(archive_mutex_);
  if (archive_.size() >= archived_definitions) archive_.clear();
  archive_[key] = definition;
  return definition;
}

}  // namespace proffer::service
