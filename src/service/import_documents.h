// Puts rows into a collection while their text comes, in memory bounded by one batch and one row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/row_stream.h"
#include "document/violations.h"
#include "service/ports.h"

namespace proffer::service {

struct DocumentCounts {
  std::size_t inserted = 0;
  std::size_t replaced = 0;
};

struct DocumentImportOptions {
  std::string id_column = {};                  // whose value becomes the `_id`; empty: `_id` itself
  std::vector<std::string> text_columns = {};  // of CSV, never numbers
  // Rows without an id get one that depends on this and on the row's number, so that a repeat puts the same documents;
  // empty: a new uuid each.
  std::string id_seed = {};
  std::size_t skip = 0;  // rows at the beginning that are read and not put: those that an earlier import put
};

// Rows are put in batches of limits::import_batch_rows. Each batch is checked before any of it is put; the first that
// is not good ends the import, with all that is wrong in it, and those before it stay. Every error says which rows were
// put: an import that skips those goes on where this one ended.
class DocumentImport {
 public:
  DocumentImport(const Ports& ports, store::Collection collection, document::RowForm form,
                 DocumentImportOptions options);

  // The next piece of the text. Errors: as RowStream::next; invalid for rows that are no objects or have a bad id; as
  // DocumentStore::put_all. No more may be read then.
  base::Status read(std::string_view text);
  // The text is over. Errors: the same.
  base::Result<DocumentCounts> finish();

 private:
  base::Status read_rows();
  void add(boost::json::value row);
  std::string place() const;
  std::string id_of(const boost::json::object& row);
  std::string made_id();
  base::Status put_batch();
  base::Error told(base::Error error) const;

  const Ports ports_;
  const store::Collection collection_;
  const DocumentImportOptions options_;
  document::RowStream rows_;
  document::Violations violations_;  // of the batch
  std::vector<store::Document> batch_;
  std::size_t fed_ = 0;  // bytes since the last batch
  std::size_t rows_put_ = 0;
  DocumentCounts counts_;
};

}  // namespace proffer::service
