// How many rows a second does an import take in, with and without an index to keep, and what does one look-up of a
// customer cost among many?
#include <benchmark/benchmark.h>

#include <stdexcept>

#include <filesystem>
#include <map>
#include <string>

#include "adapters/sqlite/stores.h"
#include "base/clock.h"
#include "document/row_stream.h"

namespace proffer {
namespace {

const base::SystemClock system_clock;
const store::Collection customers{"shop", "customers"};

// A store of its own, gone at the end.
struct Scratch {
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "proffer-bench-XXXXXX").string();
    directory = mkdtemp(pattern.data());
    stores = std::move(adapters::SqliteStores::open({.directory = directory, .clock = &system_clock}).value());
  }
  ~Scratch() {
    stores.reset();
    std::filesystem::remove_all(directory);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string directory;
  std::unique_ptr<adapters::SqliteStores> stores;
};

std::string row_text(std::size_t i) {
  const std::string number = std::to_string(i);
  return R"({"_id":"c)" + number + R"(","customer":)" + number + R"(,"age":)" + std::to_string(i % 80) +
         R"(,"city":"Bonn","segment":"gold","spend":)" + number + ".25}\n";
}

template <class T>
void done(const base::Result<T>& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

// As an import does it: text to rows to batches.
void put_rows(store::DocumentStore& documents, std::size_t from, std::size_t to) {
  document::RowStream rows(document::RowForm::lines, {.row_bytes = base::limits::row_bytes});
  std::vector<store::Document> batch;
  for (std::size_t i = from; i < to; ++i) {
    rows.feed(row_text(i));
    while (auto row = rows.next().value()) batch.push_back(std::move(row->as_object()));
    if (batch.size() == base::limits::import_batch_rows || i + 1 == to) {
      done(documents.put_all(customers, std::exchange(batch, {})));
    }
  }
}

void Import(benchmark::State& state) {
  constexpr std::size_t rows = 20'000;
  Scratch scratch;
  auto& documents = scratch.stores->documents();
  if (state.range(0) != 0) done(documents.index(customers, "customer"));
  std::size_t next = 0;
  for (auto _ : state) {
    put_rows(documents, next, next + rows);
    next += rows;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
}
BENCHMARK(Import)->ArgName("indexes")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

store::DocumentStore& filled(std::size_t count) {
  static std::map<std::size_t, Scratch> stores;
  const bool is_new = !stores.contains(count);
  auto& documents = stores[count].stores->documents();
  if (is_new) {
    put_rows(documents, 0, count);
    done(documents.index(customers, "customer"));
  }
  return documents;
}

void LookUp(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  auto& documents = filled(count);
  std::size_t i = 0;
  for (auto _ : state) {
    i = (i + 7'919) % count;
    const auto found = documents.find_by(customers, "customer", i, 1);
    if (!found || found->size() != 1) state.SkipWithError("not found");
  }
}
BENCHMARK(LookUp)->ArgName("documents")->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace proffer

BENCHMARK_MAIN();
