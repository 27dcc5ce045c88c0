#include "adapters/mongodb/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/bytes.h"
#include "base/hash.h"

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Status;

constexpr std::size_t header_bytes = 17;  // kind, length, hash

tl::unexpected<base::Error> failed(const char* what) {
  return base::fail(ErrorKind::unavailable, fmt::format("the spool cannot be {}: {}", what, std::strerror(errno)));
}

std::string framed(Spool::Kind kind, std::string_view bytes) {
  std::string out;
  base::ByteWriter writer(out);
  writer.byte(static_cast<std::uint8_t>(kind));
  writer.fixed64(bytes.size());
  writer.fixed64(base::hash_text(bytes));
  out += bytes;
  return out;
}

// The entry at the front, which is taken away; nothing for a torn one.
std::optional<Spool::Entry> take_entry(std::string_view& rest) {
  if (rest.size() < header_bytes) return std::nullopt;
  base::ByteReader in(rest);
  Spool::Entry entry;
  entry.kind = static_cast<Spool::Kind>(in.byte());
  const auto size = in.fixed64();
  const auto hash = in.fixed64();
  if (size > rest.size() - header_bytes) return std::nullopt;
  entry.bytes = rest.substr(header_bytes, size);
  if (base::hash_text(entry.bytes) != hash) return std::nullopt;
  rest.remove_prefix(header_bytes + size);
  return entry;
}

}  // namespace

base::Result<std::unique_ptr<Spool>> Spool::open(const std::string& path, std::size_t limit,
                                                 std::vector<Entry>& entries) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failed("opened");
  std::unique_ptr<Spool> spool(new Spool(file, limit));
  TRY_DO(spool->read(entries));
  return spool;
}

Spool::~Spool() { ::close(file_); }

Status Spool::read(std::vector<Entry>& entries) {
  struct stat about {};
  if (::fstat(file_, &about) != 0) return failed("read");
  std::string all(static_cast<std::size_t>(about.st_size), '\0');
  for (std::size_t at = 0; at < all.size();) {
    const auto got = ::pread(file_, all.data() + at, all.size() - at, static_cast<off_t>(at));
    if (got <= 0) return failed("read");
    at += static_cast<std::size_t>(got);
  }
  std::string_view rest = all;
  while (auto entry = take_entry(rest)) entries.push_back(std::move(*entry));
  size_ = all.size() - rest.size();
  return ::ftruncate(file_, static_cast<off_t>(size_)) == 0 ? Status{} : failed("cut");
}

Status Spool::append(Kind kind, std::string_view bytes) {
  const auto frame = framed(kind, bytes);
  if (size_ + frame.size() > limit_) {
    return base::fail(ErrorKind::unavailable,
                      fmt::format("the database is away, and the spool holds its {} MiB already", limit_ >> 20));
  }
  for (std::size_t at = 0; at < frame.size();) {
    const auto put = ::pwrite(file_, frame.data() + at, frame.size() - at, static_cast<off_t>(size_ + at));
    if (put < 0) {
      const auto why = failed("written");
      if (::ftruncate(file_, static_cast<off_t>(size_)) != 0) return failed("cut");
      return why;
    }
    at += static_cast<std::size_t>(put);
  }
  if (::fdatasync(file_) != 0) return failed("written");
  size_ += frame.size();
  return {};
}

Status Spool::clear() {
  if (::ftruncate(file_, 0) != 0 || ::fdatasync(file_) != 0) return failed("cut");
  size_ = 0;
  return {};
}

}  // namespace proffer::adapters
