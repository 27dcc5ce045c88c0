#include "service/personality.h"

#include <array>

#include "service/collections.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using store::Collection;
using store::Document;

constexpr std::size_t page_documents = 1'000;
constexpr std::string_view mark = "personality_score";  // by which a personality is known

// Calls with each document that matches, in pages, until one fails.
base::Status each_document(store::DocumentStore& documents, const Collection& collection,
                           const document::Filter& filter, const std::function<base::Status(const Document&)>& visit) {
  store::ScanOptions options{.id_prefix = {}, .after = {}, .limit = page_documents};
  while (true) {
    TRY(const auto page, documents.scan(collection, filter, options));
    for (const auto& document : page) TRY_DO(visit(document));
    if (page.size() < page_documents) return {};
    options.after = std::string(page.back().at("_id").as_string());
  }
}

tl::unexpected<base::Error> refuse(std::string_view field, std::string message) {
  return base::fail_field(std::string(field), std::move(message));
}

base::Status check_target(store::DocumentStore& documents, const Collection& source, const Collection& target) {
  if (target == source) return refuse("body.target", "expected another collection than the source");
  const document::Filter others{{{std::string(mark), document::Compare::exists, false}}};
  TRY(const auto found, documents.scan(target, others, {.id_prefix = {}, .after = {}, .limit = 1}));
  if (found.empty()) return {};
  return refuse("body.target",
                "expected a collection of personalities or an empty one: all other documents in it "
                "would be removed");
}

base::Status check_tally(const PersonalityTally& tally, const TallyRules& rules) {
  const auto& counts = tally.counts();
  if (counts.transactions == 0) return refuse("body.source", "expected transactions: the collection is empty");
  if (counts.without_customer == counts.transactions) {
    return refuse("body.customer_column", "expected a column of customers: no transaction has one");
  }
  const auto with_customer = counts.transactions - counts.without_customer;
  if (rules.refunds == Refunds::counted || counts.refunds * 2 <= with_customer) return {};
  return refuse("body.spending", rules.spending_is_negative
                                     ? "expected purchases below zero: most amounts are above (spending: positive)"
                                     : "expected purchases above zero: most amounts are below (spending: negative)");
}

base::Result<MccLabels> labels_of(store::DocumentStore& documents, const PersonalityJob& job,
                                  const FindCollection& find) {
  if (!job.mcc_labels.empty()) return MccLabels::from_rows(job.mcc_labels, "body.mcc_labels");
  if (!job.mcc_labels_collection) return builtin_mcc_labels();
  TRY(const auto collection, find(*job.mcc_labels_collection, "body.mcc_labels_collection"));
  std::vector<json::object> rows;
  TRY_DO(each_document(documents, collection, {}, [&](const Document& row) -> base::Status {
    if (rows.size() == 10'000) return refuse("body.mcc_labels_collection", "expected at most 10000 codes");
    rows.push_back(row);
    return {};
  }));
  if (rows.empty()) return refuse("body.mcc_labels_collection", "expected a table of codes: it is empty");
  return MccLabels::from_rows(rows, "body.mcc_labels_collection");
}

TallyRules tally_rules(const PersonalityJob& job) {
  TallyRules rules;
  rules.columns = {job.customer_column, job.mcc_column, job.amount_column};
  if (job.refunds == "ignore") rules.refunds = Refunds::ignored;
  if (job.refunds == "count") rules.refunds = Refunds::counted;
  rules.spending_is_negative = job.spending == "negative";
  return rules;
}

PersonalityShares shares_of(const PersonalityNorms& norms) {
  PersonalityShares out;
  out.personality = {0, norms.Industrious, norms.Intentional, norms.Experiential, norms.Enthusiastic};
  out.trait = {0, norms.Extrovert, norms.Introvert};
  return out;
}

ChoiceRules choice_rules(const PersonalityJob& job, const PersonalityTally& tally) {
  ChoiceRules rules;
  rules.minimum_count = job.minimum_count;
  if (job.rule != "relative") return rules;
  rules.rule = ChoiceRule::relative;
  rules.norms = job.norms ? shares_of(*job.norms) : tally.mean_shares(job.minimum_count);
  return rules;
}

// Puts documents into one collection, many at once.
class BatchWriter {
 public:
  BatchWriter(store::DocumentStore& documents, const Collection& collection)
      : documents_(documents), collection_(collection) {}

  void put(Document document) { add(store::Put{collection_, std::move(document)}); }
  void remove(std::string id) { add(store::Remove{collection_, std::move(id)}); }
  // Writes what is left; the first failure of all writes.
  base::Status finish() {
    flush();
    return status_;
  }

 private:
  void add(store::Write write) {
    batch_.push_back(std::move(write));
    if (batch_.size() == page_documents) flush();
  }
  void flush() {
    if (status_ && !batch_.empty()) status_ = documents_.write(std::move(batch_));
    batch_.clear();
  }

  store::DocumentStore& documents_;
  const Collection& collection_;
  std::vector<store::Write> batch_;
  base::Status status_;
};

template <class Kind, std::size_t n>
json::object counts_by_name(const std::array<std::int64_t, n>& counts) {
  json::object out;
  for (std::size_t i = 0; i < n; ++i) out[name_of(static_cast<Kind>(i))] = counts[i];
  return out;
}

base::Status write_rows(store::DocumentStore& documents, const Collection& target, const PersonalityTally& tally,
                        const ChoiceRules& rules, PersonalitySummary& summary) {
  std::array<std::int64_t, personality_count> personalities{};
  std::array<std::int64_t, trait_count> traits{};
  BatchWriter writer(documents, target);
  tally.each([&](const std::string& text, const json::value& customer) {
    const auto shares = tally.shares(text);
    const Label chosen = choose(shares, text, rules);
    ++personalities[static_cast<std::size_t>(chosen.personality)];
    ++traits[static_cast<std::size_t>(chosen.trait)];
    writer.put(personality_row(shares, customer, chosen));
  });
  summary.personalities = counts_by_name<Personality>(personalities);
  summary.traits = counts_by_name<Trait>(traits);
  return writer.finish();
}

base::Result<std::uint64_t> remove_others(store::DocumentStore& documents, const Collection& target,
                                          const PersonalityTally& tally) {
  BatchWriter writer(documents, target);
  std::uint64_t removed = 0;
  TRY_DO(each_document(documents, target, {}, [&](const Document& row) -> base::Status {
    std::string id(row.at("_id").as_string());
    if (tally.has(id)) return {};
    writer.remove(std::move(id));
    ++removed;
    return {};
  }));
  TRY_DO(writer.finish());
  return removed;
}

PersonalitySummary summary_of(const PersonalityTally& tally) {
  const auto& counts = tally.counts();
  PersonalitySummary out;
  out.transactions = counts.transactions;
  out.refunds = counts.refunds;
  out.without_customer = counts.without_customer;
  out.unknown_codes = counts.unknown_codes;
  out.unreadable_amounts = counts.unreadable_amounts;
  out.customers = tally.customers();
  return out;
}

}  // namespace

base::Result<PersonalitySummary> compute_personalities(store::DocumentStore& documents, const PersonalityJob& job,
                                                       const FindCollection& find) {
  TRY(const auto source, find(job.source, "body.source"));
  TRY(const auto target, find(job.target, "body.target"));
  TRY_DO(check_target(documents, source, target));
  TRY(const auto labels, labels_of(documents, job, find));
  const auto rules = tally_rules(job);
  PersonalityTally tally(labels, rules);
  TRY_DO(each_document(documents, source, {}, [&](const Document& row) { return tally.add(row); }));
  TRY_DO(check_tally(tally, rules));
  auto summary = summary_of(tally);
  TRY_DO(write_rows(documents, target, tally, choice_rules(job, tally), summary));
  TRY(summary.removed, remove_others(documents, target, tally));
  return summary;
}

}  // namespace proffer::service
