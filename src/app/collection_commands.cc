// `proffer import --collection` and `proffer export`: a collection of any size, in bounded memory.
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <utility>

#include "app/commands.h"
#include "app/csv_export.h"
#include "base/limits.h"
#include "document/json.h"

namespace proffer::app {
namespace {

namespace json = boost::json;

constexpr std::size_t piece_bytes = 256 << 10;
constexpr std::size_t bytes_between_reports = 4 << 20;

// The path of the collection named DATABASE.NAME or DATABASE/NAME.
base::Result<std::string> collection_path(const std::string& name) {
  const auto parting = name.find_first_of("./");
  if (parting == 0 || parting == std::string::npos || parting + 1 == name.size()) {
    return base::fail(base::ErrorKind::invalid, "--collection: expected DATABASE.NAME, not '" + name + "'");
  }
  return "/api/v1/collections/" + encoded(name.substr(0, parting)) + '/' + encoded(name.substr(parting + 1));
}

base::Result<std::string> type_of_format(const std::string& format, const std::string& file) {
  if (format.empty()) return content_type_of(file);
  for (const auto* known : {"json", "csv", "ndjson"}) {
    if (format == known) return content_type_of("." + format);
  }
  return base::fail(base::ErrorKind::invalid, "--format: expected ndjson, csv or json, not '" + format + "'");
}

std::string import_query(const CommandInput& input) {
  std::string query;
  if (!input.id_column.empty()) query += "?id_column=" + encoded(input.id_column);
  if (!input.text_columns.empty()) query += (query.empty() ? "?text=" : "&text=") + encoded(input.text_columns);
  return query;
}

// A file in pieces, with a line of progress.
class Pieces {
 public:
  Pieces(std::istream& in, std::ostream& progress) : in_(in), progress_(progress) {}

  base::Result<std::string> next() {
    std::string piece(piece_bytes, '\0');
    in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(in_.gcount()));
    if (in_.bad()) return base::fail(base::ErrorKind::unavailable, "reading the file failed");
    sent_ += piece.size();
    if (sent_ >= reported_ + bytes_between_reports) report();
    return piece;
  }

  bool reported() const { return reported_ > 0; }

 private:
  void report() {
    reported_ = sent_;
    progress_ << '\r' << sent_ / 1'000'000 << " MB" << std::flush;
  }

  std::istream& in_;
  std::ostream& progress_;
  std::size_t sent_ = 0;
  std::size_t reported_ = 0;
};

// Calls `take` for the documents of each page.
using TakePage = std::function<base::Status(const json::array&)>;

class Pages {
 public:
  using Find = std::function<base::Result<http::Response>(const std::string& body)>;

  Pages(Find find, std::ostream& progress) : find_(std::move(find)), progress_(progress) {}

  // Nothing, or the answer of a refusal.
  base::Result<std::optional<http::Response>> read(const TakePage& take) {
    std::size_t documents = 0;
    for (json::object body{{"limit", base::limits::page_rows}};;) {
      TRY(auto response, find_(document::json_text(body)));
      if (response.status != 200) return std::optional(std::move(response));
      TRY(const auto page, document::parse_json(response.body, "the answer", 2 * base::limits::json_depth));
      const auto& rows = page.at("documents").as_array();
      TRY_DO(take(rows));
      documents += rows.size();
      progress_ << '\r' << documents << " documents" << std::flush;
      if (page.at("next").is_null()) break;
      body["after"] = page.at("next");
    }
    progress_ << '\n';
    return std::nullopt;
  }

 private:
  const Find find_;
  std::ostream& progress_;
};

// Documents in the form that was asked for.
class Writer {
 public:
  Writer(std::ostream& out, const std::string& type, const CsvColumnNames& columns)
      : out_(out), array_(type == "application/json"), csv_(type == "text/csv"), columns_(columns) {
    if (array_) out_ << '[';
    if (csv_) out_ << columns_.header();
  }

  base::Status write(const json::array& documents) {
    for (const auto& one : documents) {
      if (array_) out_ << (std::exchange(first_, false) ? "\n" : ",\n");
      out_ << (csv_ ? columns_.row(one.as_object()) : document::json_text(one));
      if (!array_ && !csv_) out_ << '\n';
    }
    return check();
  }

  base::Status end() {
    if (array_) out_ << "\n]\n";
    out_.flush();
    return check();
  }

 private:
  base::Status check() {
    if (out_) return {};
    return base::fail(base::ErrorKind::unavailable, "writing the file failed");
  }

  std::ostream& out_;
  const bool array_;
  const bool csv_;
  bool first_ = true;
  const CsvColumnNames& columns_;
};

}  // namespace

int Commands::import_documents(const CommandInput& input) {
  const auto path = collection_path(input.collection);
  if (!path) return refuse(path.error());
  const auto type = type_of_format(input.format, input.file);
  if (!type) return refuse(type.error());
  std::ifstream file;
  if (input.file != "-") {
    file.open(input.file, std::ios::binary);
    if (!file) return refuse({base::ErrorKind::not_found, "cannot open " + input.file, {}});
  }
  Pieces pieces(input.file == "-" ? std::cin : file, err_);
  const auto response = caller_.send_pieces(
      {"POST", *path + "/documents" + import_query(input), "", *type, {{"X-Project", input.project}}},
      [&pieces] { return pieces.next(); });
  if (pieces.reported()) err_ << '\n';
  return told(response);
}

int Commands::export_documents(const CommandInput& input) {
  const auto path = collection_path(input.collection);
  if (!path) return refuse(path.error());
  const bool to_file = !input.file.empty() && input.file != "-";
  const auto type = type_of_format(input.format.empty() && !to_file ? "ndjson" : input.format, input.file);
  if (!type) return refuse(type.error());
  std::ofstream file;
  if (to_file) {
    file.open(input.file, std::ios::binary | std::ios::trunc);
    if (!file) return refuse({base::ErrorKind::not_found, "cannot write " + input.file, {}});
  }
  Pages pages([&](const std::string& body) { return send(input, {"POST", *path + "/find", body}); }, err_);
  CsvColumnNames columns;
  const auto read = [&](const TakePage& take) {
    auto refused = pages.read(take);
    if (!refused) return refuse(refused.error());
    return *refused ? told(**refused) : 0;
  };
  if (*type == "text/csv") {  // the columns stand before the first row, so all documents are looked through first
    if (const int status = read([&](const json::array& page) { return columns.add(page); }); status != 0) return status;
  }
  Writer writer(to_file ? file : out_, *type, columns);
  if (const int status = read([&](const json::array& page) { return writer.write(page); }); status != 0) return status;
  const auto ended = writer.end();
  return ended ? 0 : refuse(ended.error());
}

}  // namespace proffer::app
