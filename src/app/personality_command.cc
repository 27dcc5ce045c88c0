#include "app/personality_command.h"

#include <utility>

#include "document/rows.h"

namespace proffer::app {
namespace {

namespace json = boost::json;

base::Result<json::object> collection_of(const std::string& text, const std::string& option) {
  const auto parting = text.find_first_of("./");  // a database has neither in its name
  if (parting == 0 || parting == std::string::npos || parting + 1 == text.size()) {
    return base::fail_field(option, "expected DATABASE.NAME, not '" + text + "'");
  }
  return json::object{{"database", text.substr(0, parting)}, {"collection", text.substr(parting + 1)}};
}

base::Result<json::array> rows_of(const std::string& text, const std::string& type) {
  const std::string text_columns[] = {"code"};
  TRY(const auto rows, document::parse_rows(type, text, {.max_rows = 0, .text_columns = text_columns}));
  json::array out;
  for (const auto& row : rows) out.push_back(row);
  return out;
}

}  // namespace

base::Result<json::object> personality_body(const PersonalityInput& input, const std::string& labels,
                                            const std::string& labels_type) {
  json::object body;
  TRY(body["source"], collection_of(input.source, "--source"));
  TRY(body["target"], collection_of(input.target, "--target"));
  const std::pair<const char*, const std::string*> texts[] = {{"customer_column", &input.customer_column},
                                                              {"mcc_column", &input.mcc_column},
                                                              {"amount_column", &input.amount_column},
                                                              {"refunds", &input.refunds},
                                                              {"spending", &input.spending},
                                                              {"rule", &input.rule}};
  for (const auto& [name, value] : texts) {
    if (!value->empty()) body[name] = *value;
  }
  body["minimum_count"] = input.minimum_count;
  if (!input.labels_collection.empty()) {
    TRY(body["mcc_labels_collection"], collection_of(input.labels_collection, "--mcc-labels-collection"));
  }
  if (!input.labels_file.empty()) {
    TRY(body["mcc_labels"], rows_of(labels, labels_type));
  }
  return body;
}

}  // namespace proffer::app
