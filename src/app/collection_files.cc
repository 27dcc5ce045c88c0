#include "app/collection_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "app/commands.h"

namespace proffer::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

bool is_table(const fs::path& path) {
  const auto ending = path.extension();
  return ending == ".ndjson" || ending == ".csv" || ending == ".jsonl" || ending == ".json";
}

base::Status check_apart(const std::vector<CollectionFile>& files) {
  const auto same = std::ranges::adjacent_find(
      files, [](const auto& a, const auto& b) { return a.collection.text() == b.collection.text(); });
  if (same == files.end()) return {};
  return base::fail(ErrorKind::invalid, same->path + " and " + std::next(same)->path + " are of one collection");
}

}  // namespace

base::Result<CollectionName> CollectionName::read(const std::string& text, const std::string& where) {
  const auto parting = text.find_first_of("./");
  if (parting == 0 || parting == std::string::npos || parting + 1 == text.size()) {
    return base::fail(ErrorKind::invalid, where + ": expected DATABASE.NAME, not '" + text + "'");
  }
  return CollectionName{text.substr(0, parting), text.substr(parting + 1)};
}

std::string CollectionName::path() const { return "/api/v1/collections/" + encoded(database) + '/' + encoded(name); }

base::Result<std::vector<CollectionFile>> collection_files(const std::string& directory, const std::string& database) {
  std::error_code error;
  std::vector<CollectionFile> files;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (!is_table(entry->path())) continue;
    TRY(auto name, CollectionName::read(entry->path().stem().string(), entry->path().string()));
    if (database.empty() || name.database == database) files.push_back({std::move(name), entry->path().string()});
  }
  if (error) return base::fail(ErrorKind::not_found, "cannot read " + directory + ": " + error.message());
  if (files.empty()) {
    return base::fail(ErrorKind::not_found, "no file DATABASE.NAME.ndjson, .jsonl, .json or .csv in " + directory);
  }
  std::ranges::sort(files, {}, [](const CollectionFile& file) { return file.collection.text(); });
  TRY_DO(check_apart(files));
  return files;
}

base::Result<WholeFile> WholeFile::open(const std::string& path) {
  std::error_code error;
  const bool plain = !fs::exists(path, error) || fs::is_regular_file(path, error);
  WholeFile file(path, plain ? path + ".partial" : path);
  file.out_.open(file.written_, std::ios::binary | std::ios::trunc);
  if (file.out_) return file;
  const std::string reason = std::strerror(errno);
  file.written_.clear();
  return base::fail(ErrorKind::unavailable, "cannot write " + path + ": " + reason);
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)), written_(std::exchange(other.written_, {})), out_(std::move(other.out_)) {}

WholeFile::~WholeFile() {
  if (written_.empty() || written_ == path_) return;
  out_.close();
  std::error_code ignored;
  fs::remove(written_, ignored);
}

base::Status WholeFile::close() {
  out_.close();
  std::error_code error;
  if (out_ && written_ != path_) fs::rename(written_, path_, error);
  if (!out_ || error) return base::fail(ErrorKind::unavailable, "writing " + path_ + " failed");
  written_.clear();
  return {};
}

}  // namespace proffer::app
