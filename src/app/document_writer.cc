#include "app/document_writer.h"

#include <ostream>
#include <utility>

#include "store/document_text.h"

namespace proffer::app {

DocumentWriter::DocumentWriter(std::ostream& out, const std::string& type, const CsvColumnNames& columns)
    : out_(out), array_(type == "application/json"), csv_(type == "text/csv"), columns_(columns) {
  if (array_) out_ << '[';
  if (csv_) out_ << columns_.header();
}

base::Result<std::size_t> DocumentWriter::write(const boost::json::array& documents) {
  std::size_t bytes = 0;
  for (const auto& one : documents) {
    TRY(const std::string text, row(one.as_object()));
    if (array_) out_ << (std::exchange(first_, false) ? "\n" : ",\n");
    out_ << text;
    bytes += text.size();
  }
  TRY_DO(check());
  return bytes;
}

// In a form from which every number comes back in its own type.
base::Result<std::string> DocumentWriter::row(const boost::json::object& document) const {
  if (csv_) return columns_.row(document);
  TRY(auto text, store::document_text(document));
  if (!array_) text += '\n';
  return text;
}

base::Status DocumentWriter::end() {
  if (array_) out_ << "\n]\n";
  out_.flush();
  return check();
}

base::Status DocumentWriter::check() const {
  if (out_) return {};
  return base::fail(base::ErrorKind::unavailable, "writing the file failed");
}

}  // namespace proffer::app
