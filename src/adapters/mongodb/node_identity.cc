#include "adapters/mongodb/node_identity.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/limits.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;

// Not of base::Entropy: it must differ between processes that are told the same seed.
std::string random_id() {
  std::random_device chance;
  return fmt::format("{:08x}{:08x}{:08x}", chance(), chance(), chance());
}

}  // namespace

Result<std::string> node_identity(const std::string& directory) {
  const auto path = directory + "/node";
  std::string id;
  if (std::ifstream in(path); in >> id) return id;
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  id = random_id();
  std::ofstream out(path);
  if (out << id << '\n' << std::flush) return id;
  return base::fail(base::ErrorKind::unavailable, "cannot write the file " + path + ", which says who this node is");
}

Status check_clock(MongoConnection& connection, const base::Clock& clock) {
  const Bson command = std::move(Bson().number("hello", 1));
  TRY(const auto client, connection.client());
  const auto before = clock.now();
  const auto reply = run_command(client, "admin", command);
  const auto after = clock.now();
  bson_iter_t at;
  if (!reply || !bson_iter_init_find(&at, *reply, "localTime") || !BSON_ITER_HOLDS_DATE_TIME(&at)) return {};
  const base::Time theirs{std::chrono::milliseconds{bson_iter_date_time(&at)}};
  const auto behind = std::max(before - theirs, theirs - after);
  if (behind <= base::limits::clocks_differ) return {};
  return base::fail(
      base::ErrorKind::unavailable,
      fmt::format("this machine's clock and that of the MongoDB at {} are {:.1f} s apart, and nodes order "
                  "records by time: set them by NTP",
                  connection.hosts(), static_cast<double>(behind.count()) / 1e6));
}

}  // namespace proffer::adapters
