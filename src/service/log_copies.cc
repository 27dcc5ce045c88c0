#include "service/log_copies.h"

#include <limits>
#include <mutex>

#include "base/limits.h"
#include "service/collections.h"
#include "service/option_documents.h"
#include "store/merged_read.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view cursor = "log_copies";

struct Index {
  const store::Collection& collection;
  std::vector<std::string> paths;
};

// Those that the original makes.
std::vector<Index> indexes() {
  const std::string offer = "response.offers_accepted.";
  return {{collections::contacts, {"uuid"}},
          {collections::contacts, {"date_log"}},
          {collections::contacts, {"stats.predictor", "params.value", "date_log", "cache"}},
          {collections::contacts, {"predictor", "params.value", "date_log"}},
          {collections::responses, {"uuid"}},
          {collections::responses,
           {"date_log", offer + "contextual_variable_one", offer + "contextual_variable_two", offer + "offer_name"}},
          {collections::responses, {"predictor", "date_log", offer + "offer_name"}},
          {collections::responses, {"response.offers_accepted"}},
          {collections::exposures, {"uuid"}},
          {collections::exposures, {"date_log"}}};
}

std::string exposure_id(const base::Uuid& decision, std::size_t rank) {
  return decision.to_string() + '/' + std::to_string(rank);
}

}  // namespace

base::Status LogCopies::prepare() {
  if (prepared_) return {};
  for (const auto& index : indexes()) TRY_DO(ports_.documents.index_for_others(index.collection, index.paths));
  prepared_ = true;
  return {};
}

base::Result<store::LogVector> LogCopies::done_so_far() {
  store::LogVector done;
  TRY(const auto kept, ports_.documents.get(collections::counters, cursor));
  if (!kept) return done;
  for (const auto& end : kept->at("done").as_array()) done.advance(end.to_number<store::LogPosition>());
  return done;
}

base::Status LogCopies::note_done(const store::LogVector& done) {
  const auto ends = done.ends();
  return ports_.documents.put(collections::counters,
                              {{"_id", cursor}, {"done", json::array(ends.begin(), ends.end())}});
}

base::Status LogCopies::copy_options() {
  for (const auto& live : campaigns_.all()) TRY_DO(copy_options(*live));
  return {};
}

// A campaign that is being changed is left for the next time: its options are written then anyway.
base::Status LogCopies::copy_options(LiveCampaign& live) {
  const std::unique_lock editing(live.editing, std::try_to_lock);
  const auto definition = live.current();
  if (!editing || definition->deleted) return {};
  const auto where = options_store(*definition);
  if (!indexed_.contains(where)) {
    TRY_DO(ports_.documents.index_for_others(
        where, {"uuid", "optionKey", "contextual_variable_one", "contextual_variable_two", "alpha", "beta"}));
    indexed_.insert(where);
  }
  auto options = show_options(live, ports_.clock.now(), std::nullopt, std::numeric_limits<std::size_t>::max());
  for (auto& option : options) {
    option["_id"] = option_document_id(*definition, option.at("option_id").to_number<decision::OptionId>());
  }
  if (options.empty()) return {};
  TRY_DO(ports_.documents.put_all(where, std::move(options)));
  return {};
}

base::Status LogCopies::rewrite() { return note_done({}); }

base::Result<bool> LogCopies::run() {
  TRY_DO(prepare());
  TRY(auto done, done_so_far());
  Batch batch;
  std::size_t read = 0;
  base::Status status;
  TRY_DO(store::read_merged(ports_.log, done, ports_.log.ends(), [&](const decision::LogEntry& entry) {
    status = add(entry, batch);
    if (!status) return false;
    done.advance(entry.position);
    return ++read < base::limits::copied_records;
  }));
  TRY_DO(status);
  if (read == 0) return false;
  TRY_DO(write(std::move(batch)));
  TRY_DO(note_done(done));
  return read == base::limits::copied_records;
}

base::Status LogCopies::add(const decision::LogEntry& entry, Batch& batch) {
  if (std::holds_alternative<decision::DecisionRecord>(entry.record)) return add_decision(entry, batch);
  if (std::holds_alternative<decision::OutcomeRecord>(entry.record)) return add_outcome(entry, batch);
  return {};
}

base::Status LogCopies::add_decision(const decision::LogEntry& entry, Batch& batch) {
  const auto& record = std::get<decision::DecisionRecord>(entry.record);
  TRY(const auto definition, campaigns_.definition_at(ports_.documents, record.campaign, record.campaign_version));
  batch.contacts.push_back(contact_document(entry, *definition, server_));
  // Its outcomes come behind it and write the exposures again; but one that was spooled may come behind its outcomes.
  if (ports_.clock.now() - entry.time > base::limits::copied_late) return add_exposures(entry, *definition, batch);
  add_exposures(entry, {}, *definition, batch);
  return {};
}

base::Status LogCopies::add_outcome(const decision::LogEntry& entry, Batch& batch) {
  TRY(const auto decision, ports_.log.find_decision(std::get<decision::OutcomeRecord>(entry.record).decision));
  if (!decision) return {};  // pruned
  const auto& record = std::get<decision::DecisionRecord>(decision->record);
  TRY(const auto definition, campaigns_.definition_at(ports_.documents, record.campaign, record.campaign_version));
  batch.responses.push_back(response_document(entry, *decision, *definition, server_));
  return add_exposures(*decision, *definition, batch);
}

base::Status LogCopies::add_exposures(const decision::LogEntry& decision, const Definition& definition, Batch& batch) {
  TRY(const auto outcomes, ports_.log.outcomes_of(decision.position));
  add_exposures(decision, outcomes, definition, batch);
  return {};
}

void LogCopies::add_exposures(const decision::LogEntry& decision, const std::vector<decision::LogEntry>& outcomes,
                              const Definition& definition, Batch& batch) {
  const auto& uuid = std::get<decision::DecisionRecord>(decision.record).uuid;
  std::size_t rank = 0;
  for (auto& row : flatten_rows(decision, outcomes, definition)) {
    row["_id"] = exposure_id(uuid, ++rank);
    batch.exposures.push_back(std::move(row));
  }
}

base::Status LogCopies::write(Batch batch) {
  const auto put = [this](const store::Collection& where, std::vector<store::Document>&& documents) -> base::Status {
    if (documents.empty()) return {};
    TRY_DO(ports_.documents.put_all(where, std::move(documents)));
    return {};
  };
  TRY_DO(put(collections::contacts, std::move(batch.contacts)));
  TRY_DO(put(collections::responses, std::move(batch.responses)));
  return put(collections::exposures, std::move(batch.exposures));
}

}  // namespace proffer::service
