// What a MongoDB takes: documents of a given size, inserted in batches for some seconds. Prints one JSON line.
//
//   bench_mongo_inserts ADDRESS BYTES BATCH SECONDS
#include <mongoc/mongoc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most = 1'024;

struct Batch {
  const bson_t* documents[most];  // no vector: the type's alignment would be lost in a template's argument
  std::size_t size = 0;
};

void fill(Batch& batch, std::size_t documents, const std::string& padding, std::int64_t& next) {
  for (batch.size = 0; batch.size < documents; ++batch.size) {
    bson_t* const document = bson_new();
    bson_append_int64(document, "_id", 3, next++);
    bson_append_binary(document, "body", 4, BSON_SUBTYPE_BINARY, reinterpret_cast<const std::uint8_t*>(padding.data()),
                       static_cast<std::uint32_t>(padding.size()));
    batch.documents[batch.size] = document;
  }
}

bool insert(mongoc_collection_t* collection, Batch& batch) {
  bson_error_t error;
  const bool done = mongoc_collection_insert_many(collection, batch.documents, batch.size, nullptr, nullptr, &error);
  if (!done) std::fprintf(stderr, "bench_mongo_inserts: %s\n", error.message);
  for (std::size_t i = 0; i < batch.size; ++i) bson_destroy(const_cast<bson_t*>(batch.documents[i]));
  return done;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: bench_mongo_inserts ADDRESS BYTES BATCH SECONDS\n");
    return 2;
  }
  mongoc_init();
  mongoc_client_t* const client = mongoc_client_new(arguments[1]);
  if (client == nullptr) return 2;
  mongoc_collection_t* const collection = mongoc_client_get_collection(client, "bench", "inserts");
  const std::string padding(std::strtoul(arguments[2], nullptr, 10), 'x');
  const auto documents = std::strtoul(arguments[3], nullptr, 10);
  const std::chrono::duration<double> seconds(std::strtod(arguments[4], nullptr));
  std::int64_t next = 1;
  Batch batch;
  const auto begin = Clock::now();
  while (Clock::now() - begin < seconds) {
    fill(batch, std::min(documents, most), padding, next);
    if (!insert(collection, batch)) return 1;
  }
  const std::chrono::duration<double> taken = Clock::now() - begin;
  std::printf("{\"documents_per_second\": %.0f, \"bytes\": %zu, \"batch\": %lu}\n",
              static_cast<double>(next - 1) / taken.count(), padding.size(), documents);
  mongoc_collection_drop(collection, nullptr);
  mongoc_collection_destroy(collection);
  mongoc_client_destroy(client);
  mongoc_cleanup();
}
