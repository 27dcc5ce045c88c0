#include "service/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "service/beginning.h"
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

// A record without offers does not tell by its method.
bool propensities_on(const decision::DecisionRecord& record, const Definition& definition) {
  return record.shown.empty() ? definition.document.propensities : record.method != decision::PropensityMethod::none;
}

// Runs the hook of that time on the slate. Where it failed then (a limit of time may not be met again) it counts as
// failed.
void post_score(const decision::LogEntry& entry, const ChoiceRequest& asked, Learned& learned,
                ranking::Scratch& scratch, ranking::Slate& slate, std::vector<std::string>& differences) {
  const auto& recorded = std::get<decision::DecisionRecord>(entry.record);
  const auto& was = asked.gathered.hooks;
  if (was && !was->post_error.empty()) {
    if (recorded.shown.empty()) slate.shown.clear();
    return;
  }
  auto record = recorded;
  record.shown = std::move(slate.shown);
  record.method = slate.method;
  record.propensity_draws = slate.draws;
  record.explore = slate.explore;
  record.explore_model = slate.explore_model;
  auto gathered = asked.gathered;
  if (gathered.hooks) gathered.hooks->added.clear();
  if (record.gathered != "{}") record.gathered = gathered_text(gathered);  // as it was before the hook
  const auto done = run_post_score(subject_of(recorded, asked.definition, asked.params, entry.time), record, gathered,
                                   [&](std::uint32_t n) { return draw_again(asked, n, learned, scratch); });
  if (!done) differences.push_back(done.error().message);
  slate.shown = std::move(record.shown);
  slate.method = record.method;
  slate.draws = record.propensity_draws;
  const auto added = [](const std::optional<HookResults>& hooks) {
    return hooks ? hooks->added : std::vector<boost::json::object>{};
  };
  if (added(gathered.hooks) != added(was)) differences.push_back("what post_score adds differs");
}

}  // namespace

tl::unexpected<base::Error> absent_decision(store::DecisionLog& log, const base::Uuid& uuid) {
  const auto time = base::uuid_time(uuid);
  const auto pruned = log.is_pruned();
  const auto oldest = log.oldest();
  if (time && pruned && *pruned && oldest && *oldest && *time < **oldest) {
    return base::fail(base::ErrorKind::gone, "decision " + uuid.to_string() +
                                                 " is older than what the log keeps (option "
                                                 "log_days): if it was made, it was pruned");
  }
  return base::fail(base::ErrorKind::not_found, "there is no decision " + uuid.to_string());
}

base::Result<Replayed> Replay::run(const std::string& project, const base::Uuid& uuid) {
  TRY(auto entry, ports_.log.find_decision(uuid));
  if (!entry) return absent_decision(ports_.log, uuid);
  const auto& record = std::get<decision::DecisionRecord>(entry->record);
  TRY(auto definition, campaigns_.definition_at(ports_.documents, record.campaign, record.campaign_version));
  if (definition->campaign.project != project) {
    return base::fail(base::ErrorKind::not_found, "there is no decision " + uuid.to_string());
  }
  if (record.date)
    return base::fail_field("uuid", "an imported decision, which Proffer did not make and cannot replay");

  if (record.erased) {
    return base::fail(base::ErrorKind::gone,
                      "the customer of this decision was erased, and with him what it was decided "
                      "for");
  }
  TRY(Folded folded, beginning_before(ports_.log, *definition, entry->position));
  auto before = record.others;
  before.advance(entry->position - 1);
  TRY_DO(fold_log(ports_.log, *definition, folded, before));
  folded.learned.advance(entry->time);
  TRY(const auto request, request_of(record));
  TRY(const auto gathered, gathered_for(record, request, *definition));
  ranking::Scratch scratch;
  const ChoiceRequest asked{*definition,          gathered,        request.params,
                            request.customer,     request.channel, request.asked,
                            seed_of(record.uuid), entry->time,     propensities_on(record, *definition)};
  auto choice = choose(asked, folded.learned, scratch);
  auto& slate = choice.slate;
  std::vector<std::string> differences;
  if (choice.repeats == nullptr && has_post_score(*definition)) {
    post_score(*entry, asked, folded.learned, scratch, slate, differences);
  }
  for (auto& difference : compare(record, slate)) differences.push_back(std::move(difference));
  return Replayed{std::move(*entry), std::move(definition), std::move(slate), std::move(differences)};
}

}  // namespace proffer::service
