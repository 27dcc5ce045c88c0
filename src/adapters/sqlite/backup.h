// Copies of a data directory's database, whole and of one moment, and the way back.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace proffer::adapters {

// Bytes copied so far, and in all.
using OnCopied = std::function<void(std::size_t done, std::size_t total)>;

struct CopyOptions {
  bool replace = false;  // take the place of what is there
  OnCopied on_copied = [](std::size_t, std::size_t) {};
};

struct Copied {
  std::size_t bytes = 0;
  int format = 0;                          // of the database
  std::optional<std::string> put_aside{};  // of a restore: where the database that was there stands now
};

// Copies DIRECTORY/proffer.db into `file` as it is at the beginning, while a server may go on writing. What it writes
// meanwhile gathers in its write-ahead log. The copy is checked, on the disk, and bears its name, before this returns.
// Errors: conflict when `file` is there; not_found without a database; precondition for one that is foreign or newer;
// internal for a damaged one; unavailable when writing fails. Then no file is left.
base::Result<Copied> back_up(const std::string& directory, const std::string& file, const CopyOptions& options);

// Makes DIRECTORY/proffer.db from such a copy, or from a data directory that nobody uses. Until the copy is checked and
// on the disk nothing else changes there; then it takes the name as one. A database that it replaces is put aside as
// proffer.db.replaced. An older format is migrated by the next start. Errors: conflict when the directory is in use or,
// without `replace`, not empty; else as back_up().
base::Result<Copied> restore(const std::string& file, const std::string& directory, const CopyOptions& options);

}  // namespace proffer::adapters
