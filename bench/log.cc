// What does a durable record cost? CPU of the whole process (user and system), throughput and bytes on disk, with a
// given number of records waiting for their commit at any time.
//
//   bench_log [--records N] [--directory DIR] [--only CONCURRENT]
//
// Prints one JSON line for each setting.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "adapters/sqlite/stores.h"
#include "base/clock.h"

namespace {

using namespace proffer;

// About 250 bytes when it is encoded.
decision::DecisionRecord make_record(base::Time time, std::uint64_t number) {
  decision::DecisionRecord record;
  record.uuid = base::make_uuid(time, number);
  record.campaign = 1;
  record.campaign_version = 1;
  record.customer = "customer-" + std::to_string(number % 5'000);
  record.channel = "notifications";
  record.subcampaign = "recommender_dashboard";
  record.userid = "test";
  record.in_params = R"({"input":["segment","region"],"value":["young","north"],"note":"as many do"})";
  record.asked = 3;
  record.eligible = 100;
  record.method = decision::PropensityMethod::quadrature;
  record.duration_us = 21;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const double x = static_cast<double>(number % 997 + 1) / (i + 1'000);
    record.shown.push_back({.option = 30 * i,
                            .score = x,
                            .slot_propensity = x / 3,
                            .slate_propensity = x / 2,
                            .contacts = static_cast<double>(number % 50'000),
                            .accepted = 12});
  }
  return record;
}

// So many that the write-ahead log has reached its full size and is written over from then on.
constexpr int warm_up = 60'000;

struct Usage {
  double cpu_us;
  double switches;
};

Usage usage() {
  rusage now{};
  getrusage(RUSAGE_SELF, &now);
  const auto micros = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return {micros(now.ru_utime) + micros(now.ru_stime), static_cast<double>(now.ru_nvcsw + now.ru_nivcsw)};
}

// Lets a given number of records wait at any time.
class Window {
 public:
  explicit Window(int size) : free_(size) {}

  void enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return free_ > 0; });
    --free_;
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    if (free_++ == 0) changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
};

void append_all(store::DecisionLog& log, int records, int concurrent) {
  Window window(concurrent);
  for (int i = 0; i < records; ++i) {
    window.enter();
    const auto at = log.reserve();
    if (!at) std::abort();
    log.append(*at, make_record(at->time, static_cast<std::uint64_t>(i)), [&window](const base::Status& status) {
      if (!status) std::abort();
      window.leave();
    });
  }
  if (!log.flush()) std::abort();
}

// What making the records costs, to be taken off.
double making_us(int records) {
  const Usage before = usage();
  std::size_t sum = 0;
  for (int i = 0; i < records; ++i) sum += make_record(base::Time{}, static_cast<std::uint64_t>(i)).customer.size();
  if (sum == 0) std::abort();
  return (usage().cpu_us - before.cpu_us) / records;
}

void measure(const std::string& directory, bool fsync, int concurrent, int records) {
  std::filesystem::remove_all(directory);
  const base::SystemClock clock;
  auto stores = adapters::SqliteStores::open({.directory = directory, .fsync = fsync, .clock = &clock});
  if (!stores) {
    fmt::print(stderr, "{}\n", stores.error().message);
    std::exit(1);
  }
  append_all((*stores)->log(), warm_up, 1'000);
  const Usage before = usage();
  const auto start = std::chrono::steady_clock::now();
  append_all((*stores)->log(), records, concurrent);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Usage after = usage();
  stores->reset();
  const auto bytes = std::filesystem::file_size(directory + "/proffer.db");
  std::filesystem::remove_all(directory);
  fmt::print(
      "{{\"bench\":\"log\",\"fsync\":{},\"concurrent\":{},\"records\":{},\"cpu_us_per_record\":{:.2f},"
      "\"switches_per_record\":{:.2f},\"records_per_second\":{:.0f},\"bytes_per_record\":{:.0f}}}\n",
      fsync, concurrent, records, (after.cpu_us - before.cpu_us) / records - making_us(records),
      (after.switches - before.switches) / records, records / seconds,
      static_cast<double>(bytes) / (records + warm_up));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  const int most = options.contains("--records") ? std::atoi(options["--records"].c_str()) : 200'000;
  const int only = options.contains("--only") ? std::atoi(options["--only"].c_str()) : 0;
  const std::string parent =
      options.contains("--directory") ? options["--directory"] : std::filesystem::temp_directory_path().string();
  for (const bool fsync : {true, false}) {
    for (const int concurrent : {1, 4, 16, 64, 256}) {
      if (only > 0 && only != concurrent) continue;
      measure(parent + "/proffer-bench-log", fsync, concurrent, fsync ? std::min(most, 2'000 * concurrent) : most);
    }
  }
}
