#include "service/erase_customer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "base/uuid.h"
#include "document/json.h"
#include "document/path.h"
#include "service/sources.h"
#include "service/user_documents.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using base::Result;
using base::Status;

constexpr std::string_view customer_fields[] = {"customer", "customer_id", "customer_key", "client_id"};
constexpr std::size_t documents_at_once = 500;

// A text, or a number that is written like it.
bool names(const json::value& value, const std::string& customer) {
  if (value.is_string()) return std::string_view(value.get_string()) == customer;
  return value.is_number() && document::json_text(value) == customer;
}

// A document with the other name; nothing when it does not name the customer.
template <class Fields>
std::optional<store::Document> renamed(const store::Document& document, const std::string& from, const std::string& to,
                                       const Fields& fields) {
  auto next = document;
  bool changed = false;
  for (const auto& field : fields) {
    const auto* value = document::find_path(document, field);
    if (value == nullptr || !names(*value, from)) continue;
    changed = document::set_path(next, field, json::value(to)).has_value() || changed;
  }
  return changed ? std::optional(std::move(next)) : std::nullopt;
}

void append_writes(std::vector<store::Write>& writes, const store::Collection& collection,
                   const store::Document& before, store::Document after) {
  const bool moved = after.at("_id") != before.at("_id");
  writes.emplace_back(store::Put{collection, std::move(after)});
  if (moved) writes.emplace_back(store::Remove{collection, std::string(before.at("_id").as_string())});
}

}  // namespace

// Deleted ones too.
Result<std::vector<std::uint32_t>> EraseCustomer::campaigns_with(const std::string& project,
                                                                 const std::string& customer) {
  std::map<std::uint32_t, bool> of_project;
  store::DecisionQuery query{.customer = customer, .limit = base::limits::page_rows};
  do {
    TRY(const auto page, ports_.log.query(query));
    for (const auto& entry : page.entries) {
      const auto& record = std::get<decision::DecisionRecord>(entry.record);
      if (of_project.contains(record.campaign)) continue;
      TRY(const auto definition, campaigns_.definition_at(ports_.documents, record.campaign, record.campaign_version));
      of_project.emplace(record.campaign, definition->campaign.project == project);
    }
    query.before = page.next;
  } while (query.before);
  std::vector<std::uint32_t> numbers;
  for (const auto& [number, is] : of_project) {
    if (is) numbers.push_back(number);
  }
  return numbers;
}

EraseCustomer::Fields EraseCustomer::known_fields(const std::string& project) const {
  Fields fields{"_id"};
  for (const auto name : customer_fields) fields.emplace(name);
  for (const auto& live : campaigns_.of_project(project)) {
    const auto definition = live->current();
    const auto sources = sources_of(definition->document);
    for (const auto& lookup : sources.lookups) fields.insert(lookup.lookup.key);
    if (sources.whitelist) fields.insert(sources.whitelist->lookup.key);
  }
  fields.erase("");
  return fields;
}

Result<std::size_t> EraseCustomer::rename_in(const store::Collection& collection, const std::string& from,
                                             const std::string& to, const Fields& fields) {
  std::size_t changed = 0;
  std::optional<std::string> after;
  for (;;) {
    TRY(const auto page, ports_.documents.scan(collection, {},
                                               {.id_prefix = {},
                                                .after = after,
                                                .limit = documents_at_once,
                                                .max_bytes = base::limits::import_batch_bytes}));
    if (page.empty()) return changed;
    after = std::string(page.back().at("_id").as_string());
    std::vector<store::Write> writes;
    for (const auto& document : page) {
      auto next = renamed(document, from, to, fields);
      if (!next) continue;
      append_writes(writes, collection, document, std::move(*next));
      ++changed;
    }
    if (!writes.empty()) TRY_DO(ports_.documents.write(std::move(writes)));
  }
}

Result<std::size_t> EraseCustomer::rename_documents(const std::string& project, const std::string& from,
                                                    const std::string& to, const Fields& fields) {
  const UserDocuments documents(ports_, campaigns_);
  TRY(const auto collections, documents.list(project));
  std::size_t changed = 0;
  for (const auto& one : collections) {
    TRY(const auto collection, documents.collection(project, one.database, one.name));
    TRY(const auto more, rename_in(collection, from, to, fields));
    changed += more;
  }
  return changed;
}

Status EraseCustomer::note(const std::string& project, const Erased& erased) {
  TRY(const auto at, ports_.log.reserve());
  ports_.log.append(at, decision::ErasureRecord{0, project, erased.replacement, erased.records, erased.documents},
                    [](const Status&) {});  // flush() tells
  TRY_DO(ports_.log.flush());
  base::log::info("a customer of project {} was erased: {} records of the log and {} documents name {} now", project,
                  erased.records, erased.documents, erased.replacement);
  return {};
}

Result<Erased> EraseCustomer::run(const std::string& project, const std::string& customer,
                                  const std::vector<std::string>& fields) {
  Erased erased{base::make_uuid(ports_.clock.now(), ports_.entropy.next()).to_string()};
  TRY(const auto campaigns, campaigns_with(project, customer));
  auto known = known_fields(project);
  known.insert(fields.begin(), fields.end());
  if (!campaigns.empty()) {
    TRY(erased.records, ports_.log.rename_customer({campaigns, customer, erased.replacement}));
  }
  TRY(erased.documents, rename_documents(project, customer, erased.replacement, known));
  if (erased.records == 0 && erased.documents == 0) {
    return base::fail(base::ErrorKind::not_found, "nothing in this project names the customer '" + customer + "'");
  }
  for (const auto number : campaigns) {
    if (const auto live = campaigns_.find(number)) TRY_DO(learning_.fold_from_log(*live));
  }
  TRY_DO(note(project, erased));
  return erased;
}

}  // namespace proffer::service
