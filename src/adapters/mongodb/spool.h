// A file for what cannot go into the database while that is away: written through to the disk, kept until all of it
// went there, read again at start. Entries behind a torn one were never acknowledged and are left out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::adapters {

class Spool {
 public:
  enum class Kind : std::uint8_t { segment = 1, note = 2 };
  struct Entry {
    Kind kind = Kind::segment;
    std::string bytes;
  };

  // Makes the file where there is none. `entries` gets what it holds.
  static base::Result<std::unique_ptr<Spool>> open(const std::string& path, std::size_t limit,
                                                   std::vector<Entry>& entries);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // On the disk when it returns. `unavailable` when the file is full, or the disk.
  base::Status append(Kind kind, std::string_view bytes);
  base::Status clear();
  std::size_t bytes() const { return size_; }

 private:
  Spool(int file, std::size_t limit) : file_(file), limit_(limit) {}
  base::Status read(std::vector<Entry>& entries);

  int file_;
  std::size_t limit_;
  std::size_t size_ = 0;
};

}  // namespace proffer::adapters
