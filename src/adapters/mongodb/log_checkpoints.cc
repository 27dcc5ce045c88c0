#include "adapters/mongodb/log_checkpoints.h"

#include <fmt/format.h>

#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/errors.h"
#include "base/sha256.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;

constexpr const char* checkpoints_name = "checkpoints";
constexpr std::size_t part_bytes = 8 << 20;

std::string head_id(std::uint32_t campaign) { return fmt::format("{:010}", campaign); }
std::string part_id(const std::string& head, const std::string& digest, std::size_t part) {
  return fmt::format("{}/{}/{:06}", head, digest, part);
}

Bson by_id(const std::string& id) { return std::move(Bson().text("_id", id)); }

Status put(mongoc_collection_t* collection, const std::string& id, const Bson& document) {
  bson_error_t error;
  const Bson upsert = std::move(Bson().flag("upsert", true));
  if (mongoc_collection_replace_one(collection, by_id(id), document, upsert, nullptr, &error)) return {};
  return tl::unexpected(error_of(error));
}

Status put_part(mongoc_collection_t* collection, const std::string& id, std::string_view bytes) {
  Bson document = by_id(id);
  bson_append_binary(document.get(), "state", 5, BSON_SUBTYPE_BINARY,
                     reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()));
  return put(collection, id, document);
}

// Parts of other checkpoints of the campaign.
Status remove_others(mongoc_collection_t* collection, const std::string& head, const std::string& digest) {
  const auto remove = [&](const std::string& from, const std::string& to) -> Status {
    bson_error_t error;
    const Bson range = std::move(Bson().document("_id", Bson().text("$gte", from).text("$lt", to)));
    if (mongoc_collection_delete_many(collection, range, nullptr, nullptr, &error)) return {};
    return tl::unexpected(error_of(error));
  };
  TRY_DO(remove(head + "/", head + "/" + digest));
  return remove(head + "/" + digest + "0", head + "0");  // '0' follows '/'
}

Result<Bson> get(mongoc_collection_t* collection, const std::string& id) {
  const MongoCursor cursor(mongoc_collection_find_with_opts(collection, by_id(id), nullptr, nullptr));
  Bson found;
  TRY_DO(visit_documents(cursor.get(), [&](BsonView document) {
    found = Bson(bson_copy(document.bson));
    return false;
  }));
  return found;
}

std::string text_in(const Bson& document, const char* field) {
  bson_iter_t at;
  return bson_iter_init_find(&at, document, field) && BSON_ITER_HOLDS_UTF8(&at) ? bson_iter_utf8(&at, nullptr) : "";
}

store::LogVector vector_in(const Bson& document) {
  store::LogVector vector;
  bson_iter_t at, element;
  if (!bson_iter_init_find(&at, document, "folded") || !BSON_ITER_HOLDS_ARRAY(&at)) return vector;
  bson_iter_recurse(&at, &element);
  while (bson_iter_next(&element)) vector.advance(static_cast<store::LogPosition>(bson_iter_as_int64(&element)));
  return vector;
}

void append_part(const Bson& document, std::string& state) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, document, "state") || !BSON_ITER_HOLDS_BINARY(&at)) return;
  bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_binary(&at, &subtype, &size, &data);
  state.append(reinterpret_cast<const char*>(data), size);
}

}  // namespace

Status save_checkpoint(MongoConnection& connection, const std::string& database, const store::Checkpoint& checkpoint) {
  TRY(const auto client, connection.client());
  const auto collection = open_collection(client, database, checkpoints_name);
  const auto head = head_id(checkpoint.campaign);
  const auto digest = base::sha256_hex(checkpoint.state);
  const std::string_view state = checkpoint.state;
  std::size_t parts = 0;
  for (std::size_t at = 0; at < state.size(); at += part_bytes)
    TRY_DO(put_part(collection.get(), part_id(head, digest, parts++), state.substr(at, part_bytes)));
  Bson folded;
  std::size_t i = 0;
  for (const auto end : checkpoint.folded.ends()) folded.integer(std::to_string(i++), static_cast<std::int64_t>(end));
  Bson document = by_id(head);
  document.array("folded", folded).text("digest", digest).integer("parts", static_cast<std::int64_t>(parts));
  TRY_DO(put(collection.get(), head, document));
  return remove_others(collection.get(), head, digest);
}

Result<std::optional<store::Checkpoint>> load_checkpoint(MongoConnection& connection, const std::string& database,
                                                         std::uint32_t campaign) {
  TRY(const auto client, connection.client());
  const auto collection = open_collection(client, database, checkpoints_name);
  const auto head = head_id(campaign);
  TRY(const auto document, get(collection.get(), head));
  const auto digest = text_in(document, "digest");
  if (digest.empty()) return std::nullopt;
  bson_iter_t at;
  const auto parts = bson_iter_init_find(&at, document, "parts") ? bson_iter_as_int64(&at) : 0;
  store::Checkpoint checkpoint{campaign, vector_in(document), {}};
  for (std::int64_t part = 0; part < parts; ++part) {
    TRY(const auto one, get(collection.get(), part_id(head, digest, static_cast<std::size_t>(part))));
    append_part(one, checkpoint.state);
  }
  if (base::sha256_hex(checkpoint.state) != digest) return std::nullopt;  // another was saved meanwhile
  return checkpoint;
}

}  // namespace proffer::adapters
