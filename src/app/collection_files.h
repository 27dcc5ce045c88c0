// A directory with a file for each collection: DATABASE.NAME.ndjson, or .csv, .jsonl and .json.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/result.h"

namespace proffer::app {

struct CollectionName {
  std::string database;
  std::string name;

  // Of DATABASE.NAME or DATABASE/NAME. A database has no dot. Errors: invalid, beginning with `where`.
  static base::Result<CollectionName> read(const std::string& text, const std::string& where);
  std::string text() const { return database + '.' + name; }
  std::string path() const;  // of its route
};

struct CollectionFile {
  CollectionName collection;
  std::string path;
};

// What the files of a directory hold, in order of name; with a database, of that one. Files with other endings are left
// alone. Errors: not_found when there is none; invalid for a name that has no dot, and for two files of one collection.
base::Result<std::vector<CollectionFile>> collection_files(const std::string& directory, const std::string& database);

// A file that bears its name only once it is whole: until close() it is FILE.partial. What is no plain file (a pipe, a
// terminal) is written as it comes.
class WholeFile {
 public:
  static base::Result<WholeFile> open(const std::string& path);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  ~WholeFile();  // takes away what is not whole

  std::ostream& out() { return out_; }
  base::Status close();

 private:
  WholeFile(std::string path, std::string written) : path_(std::move(path)), written_(std::move(written)) {}

  std::string path_;
  std::string written_;  // where to; empty once closed
  std::ofstream out_;
};

}  // namespace proffer::app
