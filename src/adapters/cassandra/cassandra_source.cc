#include "adapters/cassandra/cassandra_source.h"

#include <fmt/format.h>

#include <utility>

#include "adapters/cassandra/connections.h"
#include "adapters/cassandra/statement.h"
#include "adapters/cassandra/values.h"

namespace proffer::adapters {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using cql::Deadline;
using Values = std::vector<std::optional<std::string>>;

// A query under way: the connection that it has for itself until it ends.
class Query {
 public:
  Query(std::shared_ptr<CassandraConnections> connections, std::string text, Deadline deadline)
      : connections_(std::move(connections)), text_(std::move(text)), deadline_(deadline) {}
  ~Query() {
    if (connection_) connections_->give_back(std::move(connection_));
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  const CassandraConnections& connections() const { return *connections_; }

  // Calls `first` with a connection, and once more with a new one when the first turned out to be lost.
  template <class First>
  auto begin(First first) -> decltype(first()) {
    TRY(connection_, connections_->take());
    auto result = first();
    if (result || !connection_->is_lost()) return result;
    TRY(connection_, connections_->open());
    return first();
  }

  base::Result<const cql::Prepared*> prepare() {
    if (connections_->is_stopped()) return base::fail(ErrorKind::remote, "the program ends");
    TRY(const auto* const prepared, connection_->prepare(text_, page_deadline()));
    if (prepared->selected.empty()) return base::fail(ErrorKind::invalid, "expected a statement that selects columns");
    return prepared;
  }

  base::Result<cql::Page> page(const Values& values, const std::string& paging_state, std::int32_t rows) {
    TRY(const auto* const prepared, prepare());
    if (prepared->bound.size() != values.size()) {
      return base::fail(ErrorKind::invalid, fmt::format("expected a statement with {} question marks", values.size()));
    }
    const auto& address = connections_->address();
    return connection_->execute(text_, {prepared->id, address.consistency, values, rows, paging_state},
                                page_deadline());
  }

  base::Result<std::optional<json::object>> next_of(cql::Page& page) const {
    auto row = page.next();
    if (!row) return connection_->named(std::move(row).error());
    return row;
  }

 private:
  Deadline page_deadline() const { return std::min(deadline_, cql::deadline_in(connections_->address().read_timeout)); }

  std::shared_ptr<CassandraConnections> connections_;
  const std::string text_;
  const Deadline deadline_;
  std::unique_ptr<cql::Connection> connection_;
};

class Rows final : public service::TableRows {
 public:
  Rows(std::shared_ptr<CassandraConnections> connections, const service::TableQuery& query, std::string text)
      : query_(std::move(connections), std::move(text), cql::deadline_in(query.timeout)),
        rows_left_(query.max_rows),
        max_rows_(query.max_rows),
        bytes_left_(query.max_bytes),
        max_bytes_(query.max_bytes) {}

  base::Status begin() {
    TRY(page_, query_.begin([this] { return ask({}); }));
    return count_bytes();
  }

  base::Result<std::optional<json::object>> next() override {
    TRY(auto row, query_.next_of(page_));
    while (!row && !page_.paging_state().empty()) {
      TRY_DO(turn());
      TRY(row, query_.next_of(page_));
    }
    if (row && rows_left_-- == 0)
      return base::fail(ErrorKind::too_large, fmt::format("the query gives more than {} rows", max_rows_));
    return row;
  }

 private:
  base::Result<cql::Page> ask(const std::string& paging_state) {
    return query_.page({}, paging_state, query_.connections().address().page_rows);
  }

  base::Status turn() {
    TRY(auto page, ask(page_.paging_state()));
    if (page.columns() != page_.columns()) {
      return base::fail(ErrorKind::remote, "the table was changed while it was read: try again");
    }
    page_ = std::move(page);
    return count_bytes();
  }

  base::Status count_bytes() {
    if (page_.bytes() > bytes_left_)
      return base::fail(ErrorKind::too_large, fmt::format("the query gives more than {} bytes", max_bytes_));
    bytes_left_ -= page_.bytes();
    return {};
  }

  Query query_;
  std::size_t rows_left_;
  const std::size_t max_rows_;
  std::size_t bytes_left_;
  const std::size_t max_bytes_;
  cql::Page page_;
};

base::Result<std::optional<json::object>> find_one(Query& query, const json::value& value) {
  TRY(const auto* const prepared, query.prepare());
  if (prepared->bound.size() != 1)
    return base::fail(ErrorKind::remote, "the server sees another number of values than 1");
  TRY(auto bound, cql::bound_value(prepared->bound[0].type, value));
  if (!bound) return std::nullopt;
  TRY(auto page, query.page({std::move(bound)}, {}, 1));
  return query.next_of(page);
}

}  // namespace

base::Result<std::unique_ptr<CassandraSource>> CassandraSource::make(const CassandraOptions& options) {
  TRY(auto address, cql::parse_address(options.address));
  if (address.user.empty()) address.user = options.user;
  if (address.password.empty()) address.password = options.password;
  return std::unique_ptr<CassandraSource>(new CassandraSource(std::move(address)));
}

CassandraSource::CassandraSource(cql::Address address)
    : connections_(std::make_shared<CassandraConnections>(std::move(address))) {}

void CassandraSource::stop() { connections_->stop(); }

base::Result<std::unique_ptr<service::TableRows>> CassandraSource::select(const service::TableQuery& query) {
  TRY(auto text, cql::select_statement(query.text));
  auto rows = std::make_unique<Rows>(connections_, query, std::move(text));
  TRY_DO(rows->begin());
  return rows;
}

base::Result<std::optional<json::object>> CassandraSource::find_row(const service::TableKey& key,
                                                                    const json::value& value) {
  const std::string keyspace = key.database.empty() ? connections_->address().keyspace : key.database;
  const auto text =
      fmt::format("{} WHERE {} = ? LIMIT 1", select_all(keyspace, key.table), cql::quoted_name(key.column));
  Query query(connections_, text, cql::deadline_in(base::limits::table_lookup_deadline));
  return query.begin([&] { return find_one(query, value); });
}

std::string select_all(const std::string& keyspace, const std::string& table) {
  const auto name = cql::quoted_name(table);
  return "SELECT * FROM " + (keyspace.empty() ? name : cql::quoted_name(keyspace) + '.' + name);
}

std::string shown_cassandra_address(const std::string& address) {
  const auto begin = address.find("://");
  if (begin == std::string::npos) return address.empty() ? "" : "(not an address)";
  const auto at = address.rfind('@');
  if (at == std::string::npos || at < begin) return address;
  return address.substr(0, begin + 3) + address.substr(at + 1);
}

}  // namespace proffer::adapters
