#include "app/move_command.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>

#include "app/progress.h"
#include "app/stores.h"
#include "base/clock.h"
#include "document/json.h"
#include "service/move_store.h"
#include "store/address.h"

namespace proffer::app {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Result;
using service::Moved;

// The options with another store.
Result<Options> options_with(Options options, const std::string& flag, const std::string& address) {
  const auto docs = option_docs();
  const auto store = std::ranges::find(docs, "store", &OptionDoc::name);
  if (auto set = store->set(options, address); !set) {
    return base::fail(ErrorKind::invalid, flag + ": " + set.error().message);
  }
  return options;
}

struct Ends {
  Options from, to;
};

Result<Ends> ends_of(const Options& options, const CommandInput& input) {
  Ends ends;
  TRY(ends.from, options_with(options, "--from", input.move_from));
  TRY(ends.to, options_with(options, "--to", input.move_to));
  if (!ends.from.store.empty()) {
    return base::fail(ErrorKind::invalid, "--from: expected sqlite:DIR: only an embedded store moves");
  }
  if (ends.from.data != ends.to.data) return ends;
  return base::fail(ErrorKind::invalid, ends.to.store.empty()
                                            ? "--from and --to are the same store"
                                            : "--data: the node on the MongoDB needs a directory of its own");
}

service::StorePorts ports_of(Stores& stores) { return {stores.documents(), stores.log()}; }

// A line of progress for each collection, and one for the log.
class Told {
 public:
  Told(const CommandInput& input, std::ostream& err, std::size_t records)
      : form_(progress_form(input.quiet, STDERR_FILENO)), err_(err), records_(records) {}

  void documents(const store::Collection& collection, std::size_t count) {
    on(collection.database + '.' + collection.name, "documents", 0).add({count, 0});
  }
  void records(std::size_t count) { on("log", "records", records_).add({count, 0}); }
  void end() {
    if (progress_) progress_->end();
  }

 private:
  Progress& on(const std::string& name, const std::string& unit, std::size_t total) {
    if (progress_ && name == name_) return *progress_;
    end();
    name_ = name;
    progress_.emplace(err_, form_, Progress::Work{name, unit, {total, 0}});
    return *progress_;
  }

  const ProgressForm form_;
  std::ostream& err_;
  const std::size_t records_;
  std::string name_;
  std::optional<Progress> progress_;
};

std::size_t records_of(const store::DecisionLog& log) {
  std::size_t records = 0;
  const auto ends = log.ends();
  for (const auto end : ends.ends()) records += decision::record_of(end);
  return records;
}

Result<Moved> moved(const Options& options, const CommandInput& input, std::ostream& err) {
  const base::SystemClock clock;
  TRY(const auto ends, ends_of(options, input));
  if (!std::filesystem::exists(ends.from.data + "/proffer.db")) {
    return base::fail(ErrorKind::not_found, "there is no store in " + ends.from.data);
  }
  TRY(const auto from, Stores::open(ends.from, clock));
  TRY(auto to, Stores::open(ends.to, clock));
  Told told(input, err, records_of(from->log()));
  TRY_DO(service::move_store(
      ports_of(*from), ports_of(*to), store::redacted_address(input.move_from),
      {[&told](const store::Collection& collection, std::size_t count) { told.documents(collection, count); },
       [&told](std::size_t count) { told.records(count); }}));
  told.end();
  to.reset();
  TRY(to, Stores::open(ends.to, clock));
  return service::finish_move(ports_of(*from), ports_of(*to));
}

}  // namespace

int move_everything(const Options& options, const CommandInput& input, std::ostream& out, std::ostream& err) {
  const auto done = moved(options, input, err);
  if (!done) {
    err << "proffer: " << done.error().message << '\n';
    return 1;
  }
  out << document::json_text(json::object{
             {"collections", done->collections}, {"documents", done->documents}, {"records", done->records}})
      << '\n';
  return 0;
}

}  // namespace proffer::app
