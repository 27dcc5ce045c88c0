#include "app/backup_commands.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "adapters/sqlite/backup.h"
#include "app/progress.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "document/json.h"

namespace proffer::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using adapters::Copied;
using base::Result;

// In a directory, a name that says when.
std::string file_of(const std::string& path) {
  std::error_code error;
  if (!path.ends_with('/') && !fs::is_directory(path, error)) return path;
  std::string when = base::TimeZone().format(base::SystemClock().now());
  std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
  return (fs::path(path) / ("proffer-" + when.substr(0, when.find('.')) + "Z.db")).string();
}

using Copy = Result<Copied> (*)(const std::string& from, const std::string& to, const adapters::CopyOptions&);

Result<Copied> with_progress(Copy copy, const std::string& from, const std::string& to, const CommandInput& input,
                             std::ostream& err) {
  Progress progress(err, progress_form(input.quiet, STDERR_FILENO), {from, ""});
  std::size_t told = 0;
  adapters::CopyOptions options{input.replace, [&](std::size_t done, std::size_t total) {
                                  progress.expect({.bytes = total});
                                  progress.add({.bytes = done - std::min(told, done)});
                                  told = done;
                                }};
  auto copied = copy(from, to, options);
  if (copied) progress.end();
  return copied;
}

int refused_with(std::ostream& err, const base::Error& error) {
  err << "proffer: " << error.message << '\n';
  return 1;
}

// Whether the options name the embedded store; else says so.
bool is_embedded(const Options& options, std::ostream& err) {
  if (options.store.empty()) return true;
  err << "proffer: this is for the embedded store; a MongoDB has its own tools (mongodump, snapshots)\n";
  return false;
}

}  // namespace

int back_up(const Options& options, const CommandInput& input, std::ostream& out, std::ostream& err) {
  if (!is_embedded(options, err)) return 1;
  const std::string file = file_of(input.file);
  const auto copied = with_progress(adapters::back_up, options.data, file, input, err);
  if (!copied) return refused_with(err, copied.error());
  out << document::json_text(json::object{{"file", file}, {"bytes", copied->bytes}, {"format", copied->format}})
      << '\n';
  return 0;
}

int restore(const Options& options, const CommandInput& input, std::ostream& out, std::ostream& err) {
  if (!is_embedded(options, err)) return 1;
  const auto copied = with_progress(adapters::restore, input.file, options.data, input, err);
  if (!copied) return refused_with(err, copied.error());
  json::object said{{"directory", options.data}, {"bytes", copied->bytes}, {"format", copied->format}};
  if (copied->put_aside) said["put_aside"] = *copied->put_aside;
  out << document::json_text(said) << '\n';
  return 0;
}

}  // namespace proffer::app
