#include "service/set_up.h"

#include <fmt/format.h>

#include <set>

#include "base/limits.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/option_documents.h"
#include "service/project_documents.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

std::string name_of(const store::Collection& collection) { return collection.database + '.' + collection.name; }

// The distinct names, as text: what is neither text nor a number names no offer.
base::Result<std::vector<std::string>> read_offers(store::DocumentStore& documents, const SetUp& set_up) {
  std::vector<std::string> names;
  std::set<std::string, std::less<>> known;
  TRY_DO(for_each_document(documents, set_up.offers, [&](store::Document&& document) -> base::Status {
    const auto* value = document.if_contains(set_up.offer_column);
    if (value == nullptr || !(value->is_string() || value->is_number())) return {};
    auto name = value->is_string() ? std::string(value->get_string()) : document::json_text(*value);
    if (!name.empty() && known.insert(name).second) names.push_back(std::move(name));
    if (names.size() <= base::limits::offers_per_campaign) return {};
    return base::fail(base::ErrorKind::too_large, fmt::format("{} holds more than {} offers", name_of(set_up.offers),
                                                              base::limits::offers_per_campaign));
  }));
  if (!names.empty()) return names;
  return base::fail_field("body.offer_name_column",
                          "expected a column of " + name_of(set_up.offers) + " that names offers",
                          document::json_text(json::value(set_up.offer_column)));
}

std::vector<std::string> or_blank(const std::string& name, const std::vector<std::string>& values) {
  return name.empty() || values.empty() ? std::vector<std::string>{""} : values;
}

store::Document row(const SetUp& set_up, const std::string& offer, const decision::Context& context) {
  store::Document document{{"_id", feature_row_id(offer, context)}};
  document[set_up.offer_column] = offer;
  if (!set_up.one_name.empty()) document[set_up.one_name] = context.one;
  if (!set_up.two_name.empty()) document[set_up.two_name] = context.two;
  return document;
}

}  // namespace

base::Result<std::size_t> rebuild_feature_store(const Ports& ports, const Campaigns& campaigns,
                                                const std::string& project, SetUp set_up) {
  set_up.feature_store = in_project(project, std::move(set_up.feature_store));
  set_up.offers = in_project(project, std::move(set_up.offers));
  TRY_DO(check_open(campaigns, project, set_up.feature_store, "body.mongo_setup_collection"));
  TRY_DO(check_open(campaigns, project, set_up.offers, "body.mongo_offer_collection"));
  TRY(const auto offers, read_offers(ports.documents, set_up));
  const auto ones = or_blank(set_up.one_name, set_up.one_values);
  const auto twos = or_blank(set_up.two_name, set_up.two_values);
  const double rows = double(offers.size()) * double(ones.size()) * double(twos.size());
  if (rows > double(base::limits::offers_per_campaign)) {
    return base::fail(base::ErrorKind::too_large, fmt::format("{:.0f} rows; a set-up feature store has at most {}",
                                                              rows, base::limits::offers_per_campaign));
  }
  std::vector<store::Document> fresh;
  for (const auto& offer : offers) {
    for (const auto& one : ones) {
      for (const auto& two : twos) fresh.push_back(row(set_up, offer, {one, two}));
    }
  }
  TRY_DO(replace_documents(ports.documents, set_up.feature_store, std::move(fresh)));
  return static_cast<std::size_t>(rows);
}

}  // namespace proffer::service
