// Another database as tests want it: rows by the text of a query, one row by its key, or an error for everything.
#pragma once

#include <boost/json/serialize.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/table_source.h"

namespace proffer::tests {

class FakeTables final : public service::TableSource {
 public:
  std::map<std::string, std::vector<boost::json::object>> rows;                    // of a query
  std::map<std::pair<std::string, std::string>, boost::json::object> rows_of_key;  // of "d.t.column", JSON of the value
  std::optional<base::Error> error;

  base::Result<std::unique_ptr<service::TableRows>> select(const service::TableQuery& query) override {
    if (error) return tl::unexpected(*error);
    const auto found = rows.find(query.text);
    if (found == rows.end()) return base::fail(base::ErrorKind::invalid, "no such table");
    return std::make_unique<Rows>(found->second);
  }

  base::Result<std::optional<boost::json::object>> find_row(const service::TableKey& key,
                                                            const boost::json::value& value) override {
    if (error) return tl::unexpected(*error);
    const auto found =
        rows_of_key.find({key.database + '.' + key.table + '.' + key.column, boost::json::serialize(value)});
    if (found == rows_of_key.end()) return std::nullopt;
    return found->second;
  }

 private:
  class Rows final : public service::TableRows {
   public:
    explicit Rows(const std::vector<boost::json::object>& rows) : rows_(rows) {}
    base::Result<std::optional<boost::json::object>> next() override {
      if (next_ == rows_.size()) return std::nullopt;
      return rows_[next_++];
    }

   private:
    const std::vector<boost::json::object> rows_;
    std::size_t next_ = 0;
  };
};

}  // namespace proffer::tests
