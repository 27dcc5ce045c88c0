#include "service/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/hash.h"
#include "service/collections.h"
#include "service/offer_constraints.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::size_t rows_per_document = 10'000;  // far below the size limit of a document
constexpr std::string_view bookkeeping = "proffer";

std::string version_id(std::uint32_t number, std::uint32_t version) {
  return fmt::format("{:010}/{:010}", number, version);
}

// One number where only one node writes.
json::value to_json(const store::LogVector& vector) {
  const auto ends = vector.ends();
  if (ends.empty()) return 0;
  if (ends.size() == 1 && decision::node_of(ends.front()) == 0) return ends.front();
  return json::array(ends.begin(), ends.end());
}

store::LogVector vector_from(const json::value& value) {
  if (!value.is_array()) return value.to_number<store::LogPosition>();
  store::LogVector vector;
  for (const auto& end : value.get_array()) vector.advance(end.to_number<store::LogPosition>());
  return vector;
}

json::array to_row(const OptionRow& row) {
  const auto& o = row.option;
  return {o.id,
          o.offer,
          o.context.one,
          o.context.two,
          o.alpha_zero,
          o.beta_zero,
          o.cost,
          o.price,
          o.value,
          o.weighting,
          o.learning_reward,
          row.retired,
          row.created.time_since_epoch().count(),
          row.attributes};
}

OptionRow from_row(const json::array& cells) {
  OptionRow row;
  auto& o = row.option;
  o.id = cells.at(0).to_number<decision::OptionId>();
  o.offer = cells.at(1).as_string();
  o.context = {std::string(cells.at(2).as_string()), std::string(cells.at(3).as_string())};
  o.stream = stream_of(o.offer, o.context);
  double* const numbers[] = {&o.alpha_zero, &o.beta_zero, &o.cost,           &o.price,
                             &o.value,      &o.weighting, &o.learning_reward};
  for (std::size_t i = 0; i < std::size(numbers); ++i) *numbers[i] = cells.at(4 + i).to_number<double>();
  row.retired = cells.at(11).as_bool();
  row.created = base::Time(base::Micros(cells.at(12).to_number<std::int64_t>()));
  if (cells.size() > 13) {  // option sets of the first format end before
    row.attributes = cells.at(13).as_object();
    document::Violations none;  // it was checked when it was saved
    row.constraints = read_offer_constraints(row.attributes, document::Place("row"), none);
  }
  return row;
}

// The definition as one document; the options are apart, as they change on their own and can be many.
json::object to_document(const Definition& definition, const std::string& id) {
  const auto& campaign = definition.campaign;
  json::object document = render_campaign(definition.document);
  document["_id"] = id;
  document["project"] = campaign.project;
  document["uuid"] = campaign.uuid.to_string();
  document[bookkeeping] = {{"number", campaign.number},
                           {"version", campaign.version},
                           {"options_version", definition.options_version},
                           {"hooks_version", definition.hooks_version},
                           {"option_ids", campaign.option_ids},
                           {"created_at", to_json(definition.created_at)},
                           {"deleted", definition.deleted}};
  return document;
}

void append_option_writes(std::vector<store::Write>& writes, const Definition& definition) {
  std::vector<const OptionRow*> rows;
  for (const auto& [id, row] : definition.rows) rows.push_back(&row);
  std::ranges::sort(rows, {}, [](const OptionRow* row) { return row->option.id; });
  const auto version = version_id(definition.campaign.number, definition.options_version) + '/';
  writes.push_back(store::RemovePrefix{collections::option_sets, version});  // of a change that was refused later on
  for (std::size_t begin = 0; begin < rows.size(); begin += rows_per_document) {
    json::array cells;
    for (std::size_t i = begin; i < std::min(begin + rows_per_document, rows.size()); ++i)
      cells.push_back(to_row(*rows[i]));
    const auto id = version + fmt::format("{:06}", begin);
    writes.push_back(store::Put{collections::option_sets, {{"_id", id}, {"rows", std::move(cells)}}});
  }
}

// Reads the bookkeeping and the campaign's own fields of a stored document.
base::Result<std::shared_ptr<Definition>> from_document(json::object document) {
  auto definition = std::make_shared<Definition>();
  auto& campaign = definition->campaign;
  const auto& book = document.at(bookkeeping).as_object();
  campaign.project = document.at("project").as_string();
  campaign.name = document.at("name").as_string();
  campaign.uuid = base::parse_uuid(document.at("uuid").as_string()).value();
  campaign.number = book.at("number").to_number<std::uint32_t>();
  campaign.version = book.at("version").to_number<std::uint32_t>();
  campaign.option_ids = book.at("option_ids").to_number<std::uint32_t>();
  definition->options_version = book.at("options_version").to_number<std::uint32_t>();
  if (const auto* hooks = book.if_contains("hooks_version"))  // absent in versions made before there were hooks
    definition->hooks_version = hooks->to_number<std::uint32_t>();
  definition->created_at = vector_from(book.at("created_at"));
  definition->deleted = book.at("deleted").as_bool();
  const std::string date_updated(document.at("date_updated").as_string());
  for (const auto& name : {std::string_view("_id"), std::string_view("project"), bookkeeping}) document.erase(name);
  TRY(definition->document, parse_campaign(document, campaign.name, bandit::find_algorithm));
  apply(definition->document, campaign);
  definition->document.uuid = campaign.uuid.to_string();
  definition->document.version = campaign.version;
  definition->document.date_updated = date_updated;
  return definition;
}

base::Status load_rows(store::DocumentStore& documents, Definition& definition) {
  store::ScanOptions options;
  options.id_prefix = version_id(definition.campaign.number, definition.options_version) + '/';
  TRY(const auto chunks, documents.scan(collections::option_sets, {}, options));
  for (const auto& chunk : chunks) {
    for (const auto& cells : chunk.at("rows").as_array()) {
      auto row = from_row(cells.as_array());
      definition.rows.emplace(row.option.id, std::move(row));
    }
  }
  return {};
}

store::Write hook_write(const Definition& definition) {
  return store::Put{collections::hooks,
                    {{"_id", version_id(definition.campaign.number, definition.hooks_version)},
                     {"version", definition.hooks_version},
                     {"source", definition.hook_source},
                     {"date_updated", definition.document.date_updated}}};
}

base::Status load_hooks(store::DocumentStore& documents, HookEngine* engine, Definition& definition) {
  if (definition.hooks_version == 0) return {};
  TRY(const auto document,
      documents.get(collections::hooks, version_id(definition.campaign.number, definition.hooks_version)));
  if (!document) return base::fail(base::ErrorKind::internal, "the stored hooks of a campaign are missing");
  definition.hook_source = document->at("source").as_string();
  auto program = compile_hooks(engine, definition.hook_source);
  definition.hooks = program ? std::move(*program) : broken_program(program.error());
  return {};
}

base::Result<DefinitionPtr> load(store::DocumentStore& documents, HookEngine* engine, json::object document) {
  try {
    TRY(auto definition, from_document(std::move(document)));
    TRY_DO(load_rows(documents, *definition));
    TRY_DO(load_hooks(documents, engine, *definition));
    TRY_DO(complete(*definition));
    return definition;
  } catch (const std::exception& error) {  // a member is missing or of another type
    return base::fail(base::ErrorKind::internal, fmt::format("a stored campaign cannot be read: {}", error.what()));
  }
}

}  // namespace

const decision::Option* Definition::option(decision::OptionId id) const {
  const auto found = rows.find(id);
  return found == rows.end() ? nullptr : &found->second.option;
}

std::string Definition::etag() const { return fmt::format("\"{}-{}\"", campaign.uuid.to_string(), campaign.version); }

std::uint64_t stream_of(const std::string& offer, const decision::Context& context) {
  return base::hash_text(offer + '\0' + context.one + '\0' + context.two);
}

// The least id of each offer's options, retired ones included, so that it never changes while the offer is known.
static void name_offers(Definition& definition) {
  auto& offer_of = definition.campaign.offer_of;
  std::unordered_map<std::string_view, decision::OptionId> least;
  for (const auto& [id, row] : definition.rows) {
    const auto [known, is_new] = least.emplace(row.option.offer, id);
    known->second = std::min(known->second, id);
  }
  offer_of.assign(definition.campaign.option_ids, 0);
  for (const auto& [id, row] : definition.rows) offer_of.at(id) = least.at(row.option.offer);
}

// modified_offer_score is the expected margin where the campaign knows of one, else the score itself.
static void set_margins(Definition& definition) {
  const auto& campaign = definition.campaign;
  const bool knows = definition.sources.offer_matrix.has_value() ||
                     campaign.constraints.rank_by == decision::RankBy::modified_offer_score;
  for (auto& [id, row] : definition.rows) row.option.margin = knows ? row.option.value - row.option.cost : 1;
}

base::Status complete(Definition& definition) {
  auto& campaign = definition.campaign;
  TRY(const auto* algorithm, bandit::find_algorithm(campaign.approach, campaign.sub_approach));
  document::Violations none;  // it was checked when it was saved
  definition.sources = read_sources(definition.document, document::Place("body"), none);
  definition.rules = read_offer_rules(definition.document.dynamic_eligibility, campaign.time_zone,
                                      document::Place("dynamic_eligibility"), none);
  set_margins(definition);
  std::vector<const OptionRow*> rows;
  for (const auto& [id, row] : definition.rows) {
    if (!row.retired) rows.push_back(&row);
  }
  std::ranges::sort(rows, {}, [](const OptionRow* row) { return row->option.id; });
  std::unordered_map<std::string, std::vector<const decision::Option*>> by_offer;
  std::vector<std::string> order;  // offers in the order of their oldest option
  for (const auto* row : rows) {
    auto& options = by_offer[row->option.offer];
    if (options.empty()) order.push_back(row->option.offer);
    options.push_back(&row->option);
  }
  campaign.options.clear();
  campaign.offers.clear();
  for (const auto& name : order) {
    const auto& options = by_offer[name];
    campaign.offers.push_back(
        {name, static_cast<std::uint32_t>(campaign.options.size()), static_cast<std::uint32_t>(options.size())});
    for (const auto* option : options) campaign.options.push_back(*option);
    campaign.offers.back().constraints = definition.rows.at(options.back()->id).constraints;
  }
  name_offers(definition);
  definition.has_offer_constraints = std::ranges::any_of(campaign.offers, [](const decision::Offer& offer) {
    return offer.constraints.spend_limit >= 0 || offer.constraints.opening_hours;
  });
  definition.policy = algorithm->make(campaign);
  if (campaign.sub_approach == "generative") {
    TRY(const auto* fallback, bandit::find_fallback(campaign.settings.generative.fallback));
    definition.fallback_policy = fallback->make(campaign);
  }
  return {};
}

std::vector<store::Write> writes_of(const Definition& definition, bool options_changed) {
  std::vector<store::Write> writes;
  if (options_changed) append_option_writes(writes, definition);
  const auto& campaign = definition.campaign;
  if (definition.hooks_version == campaign.version) writes.push_back(hook_write(definition));
  writes.push_back(store::Put{collections::campaign_versions,
                              to_document(definition, version_id(campaign.number, campaign.version))});
  if (definition.deleted) {
    writes.push_back(store::Remove{collections::campaigns, campaign_id(campaign.project, campaign.name)});
  } else {
    writes.push_back(
        store::Put{collections::campaigns, to_document(definition, campaign_id(campaign.project, campaign.name))});
  }
  return writes;
}

base::Result<DefinitionPtr> load_definition(store::DocumentStore& documents, HookEngine* engine, std::uint32_t number,
                                            std::uint32_t version) {
  TRY(auto document, documents.get(collections::campaign_versions, version_id(number, version)));
  if (!document) {
    return base::fail(base::ErrorKind::gone,
                      fmt::format("version {} of campaign {} is not kept any more", version, number));
  }
  return load(documents, engine, std::move(*document));
}

base::Result<std::vector<store::Document>> load_hook_versions(store::DocumentStore& documents, std::uint32_t number) {
  store::ScanOptions options;
  options.id_prefix = fmt::format("{:010}/", number);
  return documents.scan(collections::hooks, {}, options);
}

base::Result<std::vector<DefinitionPtr>> load_definitions(store::DocumentStore& documents, HookEngine* engine) {
  std::vector<DefinitionPtr> definitions;
  store::ScanOptions page;
  while (true) {
    TRY(auto found, documents.scan(collections::campaigns, {}, page));
    if (found.empty()) return definitions;
    page.after = std::string(found.back().at("_id").as_string());
    for (auto& document : found) {
      if (!document.contains(bookkeeping)) continue;  // written by hand: not a campaign of ours
      TRY(auto definition, load(documents, engine, std::move(document)));
      definitions.push_back(std::move(definition));
    }
  }
}

}  // namespace proffer::service
