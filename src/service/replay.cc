#include "service/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "service/choose.h"
#include "service/fold.h"
#include "service/parameters.h"

namespace proffer::service {
namespace {

constexpr double propensity_tolerance = 1e-9;

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

void compare_place(std::vector<std::string>& out, std::size_t place, const decision::ShownOffer& was,
                   const decision::ShownOffer& is) {
  const auto rank = place + 1;
  if (was.option != is.option)
    out.push_back(fmt::format("rank {}: option {} was shown, replay shows {}", rank, was.option, is.option));
  if (!same_bits(was.score, is.score))
    out.push_back(fmt::format("rank {}: score {} was given, replay gives {}", rank, was.score, is.score));
  if (std::abs(was.slot_propensity - is.slot_propensity) > propensity_tolerance ||
      std::abs(was.slate_propensity - is.slate_propensity) > propensity_tolerance) {
    out.push_back(fmt::format("rank {}: propensities {} and {} were given, replay gives {} and {}", rank,
                              was.slot_propensity, was.slate_propensity, is.slot_propensity, is.slate_propensity));
  }
}

std::vector<std::string> compare(const decision::DecisionRecord& was, const ranking::Slate& is) {
  std::vector<std::string> out;
  if (was.shown.size() != is.shown.size()) {
    out.push_back(fmt::format("{} offers were shown, replay shows {}", was.shown.size(), is.shown.size()));
  }
  for (std::size_t i = 0; i < std::min(was.shown.size(), is.shown.size()); ++i)
    compare_place(out, i, was.shown[i], is.shown[i]);
  if (was.explore != is.explore || was.explore_model != is.explore_model) out.push_back("the exploration flags differ");
  return out;
}

// The request as it was, as far as it bears on the decision.
base::Result<DecideRequest> request_of(const decision::DecisionRecord& record) {
  DecideRequest request;
  request.customer = record.customer;
  request.channel = record.channel;
  request.asked = record.asked;
  TRY(request.params, parse_parameters(record.in_params));
  TRY_DO(read_parameters(request.params, request));
  return request;
}

// What had been gathered, without asking anyone again.
base::Result<Gathered> gathered_for(const decision::DecisionRecord& record, const DecideRequest& request,
                                    const Definition& definition) {
  if (record.gathered == "{}") return gathered_from_request(request, definition);
  return parse_gathered(record.gathered);
}

}  // namespace

base::Result<Replayed> Replay::run(const std::string& project, const base::Uuid& uuid) {
  TRY(auto entry, ports_.log.find_decision(uuid));
  if (!entry) return base::fail(base::ErrorKind::not_found, "there is no decision " + uuid.to_string());
  const auto& record = std::get<decision::DecisionRecord>(entry->record);
  TRY(auto definition, campaigns_.definition_at(ports_.documents, record.campaign, record.campaign_version));
  if (definition->campaign.project != project) {
    return base::fail(base::ErrorKind::not_found, "there is no decision " + uuid.to_string());
  }
  if (record.date)
    return base::fail_field("uuid", "an imported decision, which Proffer did not make and cannot replay");

  Folded folded = nothing_folded(*definition);
  TRY_DO(fold_log(ports_.log, *definition, folded, entry->position - 1));
  folded.learned.advance(entry->time);
  TRY(const auto request, request_of(record));
  TRY(const auto gathered, gathered_for(record, request, *definition));
  ranking::Scratch scratch;
  auto slate = choose({*definition, gathered, request.params, request.customer, request.channel, request.asked,
                       seed_of(record.uuid), entry->time, record.method != decision::PropensityMethod::none},
                      folded.learned, scratch)
                   .slate;
  auto differences = compare(record, slate);
  return Replayed{std::move(*entry), std::move(definition), std::move(slate), std::move(differences)};
}

}  // namespace proffer::service
