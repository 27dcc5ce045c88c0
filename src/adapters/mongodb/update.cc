#include "adapters/mongodb/update.h"

#include <algorithm>
#include <set>
#include <vector>

#include "adapters/mongodb/bson_values.h"
#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/errors.h"
#include "adapters/mongodb/member_names.h"
#include "base/limits.h"
#include "document/path.h"
#include "store/document_text.h"
#include "store/update.h"

namespace proffer::adapters {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Result;
using base::Status;
using store::Document;
using store::Update;

std::vector<std::string_view> paths_of(const Update& update) {
  std::vector<std::string_view> paths;
  for (const auto& [path, value] : update.set) paths.push_back(path);
  for (const auto& [path, by] : update.increment) paths.push_back(path);
  paths.insert(paths.end(), update.unset.begin(), update.unset.end());
  return paths;
}

std::string_view first_component(std::string_view path) { return path.substr(0, path.find('.')); }

bool names_an_element(std::string_view path) {
  for (;;) {
    const std::string_view component = first_component(path);
    if (document::array_index(component)) return true;
    if (component.size() == path.size()) return false;
    path.remove_prefix(component.size() + 1);
  }
}

bool leads_through(std::string_view path, std::string_view above) {
  return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '.');
}

bool overlap(std::vector<std::string_view> paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (std::size_t j = 0; j < paths.size(); ++j) {
      if (i != j && leads_through(paths[j], paths[i])) return true;
    }
  }
  return false;
}

bool is_a_command(const Update& update) {
  const auto paths = paths_of(update);
  return std::ranges::none_of(paths, names_an_element) && !overlap(paths) &&
         std::ranges::none_of(paths, [](auto path) { return first_component(path) == "_id"; }) &&
         std::ranges::all_of(update.increment, [](const auto& one) { return one.second.is_number(); });
}

// Refuses values that no store takes.
Status check_values(const Update& update) {
  Document all{{"_id", ""}};
  for (std::size_t i = 0; i < update.set.size(); ++i) all[std::to_string(i)] = update.set[i].second;
  for (const auto& [path, by] : update.increment) all["+" + path] = by;
  TRY_DO(store::document_text(all));
  return {};
}

Result<Bson> members(const std::vector<std::pair<std::string, json::value>>& changes) {
  Bson out;
  for (const auto& [path, value] : changes) TRY_DO(append_value(out, escape_path(path), value));
  return out;
}

Result<Bson> operators_of(const Update& update) {
  Bson out;
  TRY(const Bson set, members(update.set));
  TRY(const Bson increment, members(update.increment));
  Bson unset;
  for (const auto& path : update.unset) unset.flag(escape_path(path), true);
  if (!update.set.empty()) out.document("$set", set);
  if (!update.increment.empty()) out.document("$inc", increment);
  if (!update.unset.empty()) out.document("$unset", unset);
  return out;
}

class OneDocument {
 public:
  OneDocument(const MongoClient& client, const std::string& database, const std::string& collection,
              std::string_view id)
      : client_(client), database_(database), collection_(collection), id_(id) {}

  // The raw document.
  Result<std::optional<Bson>> read() const {
    const auto held = open_collection(client_, database_, collection_);
    const Bson options = std::move(Bson().integer("limit", 1));
    const MongoCursor cursor(mongoc_collection_find_with_opts(held.get(), id_selector(id_), options, nullptr));
    const bson_t* found = nullptr;
    if (mongoc_cursor_next(cursor.get(), &found)) return Bson(bson_copy(found));
    bson_error_t error;
    if (mongoc_cursor_error(cursor.get(), &error)) return tl::unexpected(error_of(error));
    return std::nullopt;
  }

  // The new document; nothing when none matched.
  Result<std::optional<Document>> change(const Bson& query, const Bson& operators) const {
    Bson command;
    command.text("findAndModify", collection_).document("query", query).document("update", operators).flag("new", true);
    TRY(const Bson reply, run_write_command(client_, database_, command));
    bson_iter_t iter;
    const bool found = bson_iter_init_find(&iter, reply, "value") && BSON_ITER_HOLDS_DOCUMENT(&iter);
    if (!found) return std::nullopt;
    std::uint32_t bytes = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_document(&iter, &bytes, &data);
    bson_t view;
    bson_init_static(&view, data, bytes);
    return from_bson(&view);
  }

  Bson selector() const { return id_selector(id_); }

 private:
  const MongoClient& client_;
  const std::string& database_;
  const std::string& collection_;
  std::string_view id_;
};

// What apply() would say against it, in the words of every store; else what the server said.
base::Error reason(const OneDocument& one, const Update& update, base::Error said) {
  if (said.kind != ErrorKind::invalid) return said;
  const auto held = one.read();
  if (!held || !*held) return said;
  Document document = from_bson(**held);
  const auto applied = store::apply(update, document);
  return applied ? said : applied.error();
}

Result<std::optional<Document>> by_command(const OneDocument& one, const Update& update) {
  TRY(const Bson operators, operators_of(update));
  auto changed = one.change(one.selector(), operators);
  if (!changed) return tl::unexpected(reason(one, update, changed.error()));
  return changed;
}

// The members that an update changes, from `before` to `after`, as a command that does so only while they are as
// before.
struct Exchange {
  Bson query;
  Bson set;
  Bson unset;
};

void append_old(Exchange& exchange, const Bson& before, const std::string& name) {
  bson_iter_t iter;
  Bson condition;
  if (bson_iter_init_find(&iter, before, name.c_str())) {
    bson_append_iter(condition.get(), "$eq", 3, &iter);
  } else {
    condition.flag("$exists", false);
  }
  exchange.query.document(name, condition);
}

void append_new(Exchange& exchange, const Bson& after, const std::string& name) {
  bson_iter_t iter;
  if (bson_iter_init_find(&iter, after, name.c_str())) {
    bson_append_iter(exchange.set.get(), name.data(), static_cast<int>(name.size()), &iter);
  } else {
    exchange.unset.flag(name, true);
  }
}

Bson operators_of(const Exchange& exchange) {
  Bson out;
  if (bson_count_keys(exchange.set) > 0) out.document("$set", exchange.set);
  if (bson_count_keys(exchange.unset) > 0) out.document("$unset", exchange.unset);
  return out;
}

Exchange exchange_of(const OneDocument& one, const Update& update, const Bson& before, const Bson& after) {
  Exchange exchange;
  exchange.query = one.selector();
  std::set<std::string> names;
  for (const auto path : paths_of(update)) names.insert(escape_name(first_component(path)));
  for (const auto& name : names) {
    append_old(exchange, before, name);
    append_new(exchange, after, name);
  }
  return exchange;
}

// Works the update out and writes it if nobody came between.
Result<std::optional<Document>> by_exchange(const OneDocument& one, const Update& update) {
  for (int i = 0; i < base::limits::update_attempts; ++i) {
    TRY(const auto before, one.read());
    if (!before) return std::nullopt;
    Document document = from_bson(*before);
    TRY_DO(store::apply(update, document));
    TRY_DO(store::document_text(document));
    TRY(const Bson after, to_bson(document));
    const Exchange exchange = exchange_of(one, update, *before, after);
    TRY(auto changed, one.change(exchange.query, operators_of(exchange)));
    if (changed) return changed;
  }
  return base::fail(ErrorKind::unavailable, "others change the document all the time: try again");
}

}  // namespace

Result<std::optional<Document>> update_document(const MongoClient& client, const std::string& database,
                                                const std::string& collection, std::string_view id,
                                                const Update& update) {
  const OneDocument one(client, database, collection, id);
  TRY_DO(check_values(update));
  if (paths_of(update).empty()) {
    TRY(const auto held, one.read());
    return held ? std::optional<Document>(from_bson(*held)) : std::nullopt;
  }
  return is_a_command(update) ? by_command(one, update) : by_exchange(one, update);
}

}  // namespace proffer::adapters
