// `proffer import` and `proffer export` of collections of any size, in bounded memory.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <utility>

#include "app/collection_files.h"
#include "app/commands.h"
#include "app/document_writer.h"
#include "app/progress.h"
#include "app/table_import.h"
#include "base/limits.h"
#include "document/json.h"
#include "store/document_store.h"

namespace proffer::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using base::ErrorKind;
using base::Result;

constexpr std::size_t export_piece = 256 << 10;

bool of_many(const CommandInput& input) { return input.all || !input.database.empty(); }

ProgressForm form_of(const CommandInput& input) { return progress_form(input.quiet, STDERR_FILENO); }

Result<std::string> type_of_format(const std::string& format, const std::string& file) {
  if (format.empty()) return content_type_of(file);
  for (const auto* known : {"json", "csv", "ndjson"}) {
    if (format == known) return content_type_of("." + format);
  }
  return base::fail(ErrorKind::invalid, "--format: expected ndjson, csv or json, not '" + format + "'");
}

// A refusal as an error.
Result<json::value> answer_of(const Result<http::Response>& response) {
  if (!response) return tl::unexpected(response.error());
  TRY(auto answer, document::parse_json(response->body, "the answer", store::document_depth + 2));
  if (response->status < 300) return answer;
  const auto* detail = answer.is_object() ? answer.get_object().if_contains("detail") : nullptr;
  const auto told = detail != nullptr && detail->is_string() ? std::string(detail->get_string()) : response->body;
  return base::fail(ErrorKind::invalid, told);
}

// ---- Import

std::string import_query(const CommandInput& input) {
  std::string query;
  const auto add = [&query](const char* name, const std::string& value) {
    if (!value.empty()) query += fmt::format("{}{}={}", query.empty() ? '?' : '&', name, encoded(value));
  };
  add("id_column", input.id_column);
  add("text", input.text_columns);
  if (input.skip > 0) add("skip", std::to_string(input.skip));
  return query;
}

Amount amount_of(const std::string& text) {
  return {static_cast<std::size_t>(std::ranges::count(text, '\n')), text.size()};
}

using NextPiece = std::function<Result<std::string>()>;

NextPiece pieces_of(std::istream& in) {
  return [&in]() -> Result<std::string> {
    std::string piece(export_piece, '\0');
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return base::fail(ErrorKind::unavailable, "reading the file failed");
    return piece;
  };
}

// The next piece of the rows; counted when the one behind it is asked for, as it is under way until then.
class Pieces {
 public:
  Pieces(NextPiece read, Progress& progress) : read_(std::move(read)), progress_(progress) {}

  Result<std::string> next() {
    TRY(auto piece, read_());
    progress_.add(std::exchange(under_way_, amount_of(piece)));
    return piece;
  }

 private:
  const NextPiece read_;
  Progress& progress_;
  Amount under_way_;
};

struct Rows {
  CollectionName collection;
  std::string file;
  std::string type;
};

Result<http::Response> send_rows(Caller& caller, const CommandInput& input, const Rows& rows, NextPiece read,
                                 Progress& progress) {
  Pieces pieces(std::move(read), progress);
  const std::string target = rows.collection.path() + "/documents" + import_query(input);
  auto response = caller.send_pieces({"POST", target, "", rows.type, {{"X-Project", input.project}}},
                                     [&pieces] { return pieces.next(); });
  if (response && response->status < 300) progress.end();
  return response;
}

Result<http::Response> import_file(Caller& caller, const CommandInput& input, const Rows& rows, std::ostream& err) {
  std::ifstream file;
  std::error_code unknown;
  std::size_t bytes = 0;
  if (rows.file != "-") {
    file.open(rows.file, std::ios::binary);
    if (!file) return base::fail(ErrorKind::not_found, "cannot open " + rows.file);
    bytes = fs::is_regular_file(rows.file, unknown) ? fs::file_size(rows.file, unknown) : 0;
  }
  Progress progress(err, form_of(input), {rows.collection.text(), "lines", {.bytes = unknown ? 0 : bytes}});
  return send_rows(caller, input, rows, pieces_of(rows.file == "-" ? std::cin : file), progress);
}

Result<http::Response> import_table(Caller& caller, const CommandInput& input, CollectionName name, std::ostream& err) {
  TRY(auto text, TableText::open(input));
  Progress progress(err, form_of(input), {name.text(), "rows"});
  return send_rows(
      caller, input, {std::move(name), "", "application/x-ndjson"}, [&text] { return text.next(); }, progress);
}

// ---- Export

using Find = std::function<Result<http::Response>(const std::string& body)>;
using TakePage = std::function<base::Status(const json::array&)>;

// Calls `take` for the documents of each page.
base::Status read_pages(const Find& find, const TakePage& take) {
  for (json::object body{{"limit", base::limits::page_rows}, {"exact", true}};;) {
    TRY(const auto page, answer_of(find(document::json_text(body))));
    TRY_DO(take(page.at("documents").as_array()));
    if (page.at("next").is_null()) return {};
    body["after"] = page.at("next");
  }
}

// The columns of CSV stand before its first row, so all documents are looked through for them; gives how many.
Result<std::size_t> read_columns(const Find& find, CsvColumnNames& columns, Progress& progress) {
  std::size_t documents = 0;
  TRY_DO(read_pages(find, [&](const json::array& page) {
    documents += page.size();
    progress.add({page.size(), 0});
    return columns.add(page);
  }));
  return documents;
}

// Gives the number of documents.
Result<std::size_t> write_documents(const Find& find, std::ostream& out, const std::string& type, ProgressForm form,
                                    const std::string& name, std::ostream& err) {
  CsvColumnNames columns;
  Progress::Work work{name, "documents"};
  if (type == "text/csv") {
    Progress looking(err, form, {name + " (columns)", "documents"});
    TRY(work.total.units, read_columns(find, columns, looking));
  }
  Progress progress(err, form, work);
  DocumentWriter writer(out, type, columns);
  std::size_t documents = 0;
  TRY_DO(read_pages(find, [&](const json::array& page) -> base::Status {
    TRY(const std::size_t bytes, writer.write(page));
    progress.add({page.size(), bytes});
    documents += page.size();
    return {};
  }));
  TRY_DO(writer.end());
  progress.end();
  return documents;
}

std::string ending_of(const std::string& type) {
  if (type == "text/csv") return ".csv";
  return type == "application/json" ? ".json" : ".ndjson";
}

std::vector<CollectionName> names_of(const json::value& listed, const std::string& database) {
  std::vector<CollectionName> names;
  for (const auto& one : listed.as_array()) {
    CollectionName name{std::string(one.at("database").as_string()), std::string(one.at("collection").as_string())};
    if (database.empty() || name.database == database) names.push_back(std::move(name));
  }
  return names;
}

base::Status make_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) return {};
  return base::fail(ErrorKind::unavailable, "cannot make " + directory + ": " + error.message());
}

}  // namespace

int Commands::import_documents(const CommandInput& input) {
  if (of_many(input)) return import_directory(input);
  auto name = CollectionName::read(input.collection, "--collection");
  if (!name) return refuse(name.error());
  if (is_table_address(input.file)) return told(import_table(caller_, input, std::move(*name), err_));
  auto type = type_of_format(input.format, input.file);
  if (!type) return refuse(type.error());
  return told(import_file(caller_, input, {std::move(*name), input.file, std::move(*type)}, err_));
}

// One file after the other. The first that is refused ends it, and those before it stay.
int Commands::import_directory(const CommandInput& input) {
  if (input.skip > 0) return refuse({ErrorKind::invalid, "--skip is for one collection", {}});
  const auto files = collection_files(input.file, input.database);
  if (!files) return refuse(files.error());
  std::int64_t inserted = 0;
  std::int64_t replaced = 0;
  for (const auto& [collection, path] : *files) {
    const auto response = import_file(caller_, input, {collection, path, content_type_of(path)}, err_);
    if (!response || response->status >= 300) {
      err_ << "proffer: " << path << ":\n";
      return told(response);
    }
    const auto answer = json::parse(response->body);
    inserted += answer.at("inserted").as_int64();
    replaced += answer.at("replaced").as_int64();
  }
  out_ << document::json_text(
              json::object{{"collections", files->size()}, {"inserted", inserted}, {"replaced", replaced}})
       << '\n';
  return 0;
}

Result<std::size_t> Commands::export_collection(const CommandInput& input, const CollectionName& name,
                                                const std::string& type, const std::string& file) {
  const Find find = [&](const std::string& body) { return send(input, {"POST", name.path() + "/find", body}); };
  if (file.empty() || file == "-") return write_documents(find, out_, type, form_of(input), name.text(), err_);
  TRY(auto whole, WholeFile::open(file));
  TRY(const std::size_t documents, write_documents(find, whole.out(), type, form_of(input), name.text(), err_));
  TRY_DO(whole.close());
  return documents;
}

int Commands::export_documents(const CommandInput& input) {
  if (of_many(input)) return export_directory(input);
  const auto name = CollectionName::read(input.collection, "--collection");
  if (!name) return refuse(name.error());
  const bool to_file = !input.file.empty() && input.file != "-";
  const auto type = type_of_format(input.format.empty() && !to_file ? "ndjson" : input.format, input.file);
  if (!type) return refuse(type.error());
  const auto documents = export_collection(input, *name, *type, input.file);
  return documents ? 0 : refuse(documents.error());
}

int Commands::export_directory(const CommandInput& input) {
  const auto type = type_of_format(input.format.empty() ? "ndjson" : input.format, "");
  if (!type) return refuse(type.error());
  const auto listed = answer_of(send(input, {"GET", "/api/v1/collections"}));
  if (!listed) return refuse(listed.error());
  const auto names = names_of(*listed, input.database);
  if (names.empty()) return refuse({ErrorKind::not_found, "there is no collection to export", {}});
  if (auto made = make_directory(input.file); !made) return refuse(made.error());
  std::size_t documents = 0;
  for (const auto& name : names) {
    const auto file = (fs::path(input.file) / (name.text() + ending_of(*type))).string();
    const auto written = export_collection(input, name, *type, file);
    if (!written) return refuse(written.error());
    documents += *written;
  }
  out_ << document::json_text(json::object{{"collections", names.size()}, {"documents", documents}}) << '\n';
  return 0;
}

}  // namespace proffer::app
