#include "service/import_documents.h"

#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/uuid.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
namespace limits = base::limits;
using base::Status;

// A text, a number as JSON has it, or MongoDB's {"$oid": …} as its exports have it; empty for anything else.
std::string id_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64() || value.is_uint64()) return document::json_text(value);
  const auto* object = value.if_object();
  const auto* oid = object != nullptr && object->size() == 1 ? object->if_contains("$oid") : nullptr;
  return oid != nullptr && oid->is_string() ? std::string(oid->get_string()) : std::string();
}

}  // namespace

DocumentImport::DocumentImport(const Ports& ports, store::Collection collection, document::RowForm form,
                               DocumentImportOptions options)
    : ports_(ports),
      collection_(std::move(collection)),
      options_(std::move(options)),
      rows_(form, {limits::row_bytes, options_.text_columns}) {}

Status DocumentImport::read(std::string_view text) {
  rows_.feed(text);
  fed_ += text.size();
  return read_rows();
}

base::Result<DocumentCounts> DocumentImport::finish() {
  rows_.end();
  TRY_DO(read_rows());
  TRY_DO(put_batch());
  return counts_;
}

Status DocumentImport::read_rows() {
  for (;;) {
    auto row = rows_.next();
    if (!row) return tl::unexpected(told(row.error()));
    if (!*row) break;
    add(std::move(**row));
    if (batch_.size() + violations_.count() >= limits::import_batch_rows) TRY_DO(put_batch());
  }
  return fed_ >= limits::import_batch_bytes ? put_batch() : Status{};
}

void DocumentImport::add(json::value row) {
  if (rows_.row() <= options_.skip) return;
  if (!row.is_object()) {
    return violations_.add(fmt::format("body[{}]", rows_.row() - 1), place() + ": expected an object", row);
  }
  const json::object& members = row.get_object();
  std::string id = id_of(members);
  if (id.empty()) return;
  store::Document document;
  document.reserve(members.size() + 1);
  document["_id"] = id;
  for (const auto& member : members) {
    if (member.key() != "_id") document[member.key()] = member.value();
  }
  batch_.push_back(std::move(document));
}

std::string DocumentImport::place() const { return fmt::format("row {} (line {})", rows_.row(), rows_.line()); }

// Empty, and a violation, when it cannot be one.
std::string DocumentImport::id_of(const json::object& row) {
  const std::string& column = options_.id_column.empty() ? "_id" : options_.id_column;
  const json::value* value = row.if_contains(column);
  if (value == nullptr && options_.id_column.empty()) return made_id();
  std::string id = value == nullptr ? std::string() : id_text(*value);
  if (!id.empty() && id.size() <= limits::document_id_bytes) return id;
  violations_.add(
      fmt::format("body[{}].{}", rows_.row() - 1, column),
      fmt::format("{}: expected an id: a text of 1 to {} bytes, or an integer", place(), limits::document_id_bytes),
      value == nullptr ? json::value() : *value);
  return {};
}

std::string DocumentImport::made_id() {
  if (options_.id_seed.empty()) return base::make_uuid(ports_.clock.now(), ports_.entropy.next()).to_string();
  return base::sha256_hex(fmt::format("{}\n{}", options_.id_seed, rows_.row())).substr(0, 32);
}

Status DocumentImport::put_batch() {
  fed_ = 0;
  if (!violations_.empty()) return tl::unexpected(told(violations_.error()));
  if (batch_.empty()) return {};
  const std::size_t rows = batch_.size();
  auto replaced = ports_.documents.put_all(collection_, std::exchange(batch_, {}));
  if (!replaced) return tl::unexpected(told(replaced.error()));
  counts_.replaced += *replaced;
  counts_.inserted += rows - *replaced;
  rows_put_ += rows;
  return {};
}

// With what was wrong before it in the batch, and what stays.
base::Error DocumentImport::told(base::Error error) const {
  if (!violations_.empty() && error.kind == base::ErrorKind::malformed) {
    auto earlier = violations_.error();
    earlier.fields.insert(earlier.fields.end(), error.fields.begin(), error.fields.end());
    error.fields = std::move(earlier.fields);
  }
  error.message += rows_put_ == 0
                       ? "; nothing was put"
                       : fmt::format("; rows {} to {} were put before", options_.skip + 1, options_.skip + rows_put_);
  return error;
}

}  // namespace proffer::service
