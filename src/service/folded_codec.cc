#include "service/folded_codec.h"

#include "base/bytes.h"

namespace proffer::service {
namespace {

enum HeaderFlag : std::uint8_t { was_reset = 1, has_order = 2 };

}  // namespace

// A checkpoint holds what was learned and whether a reset is in force; where other nodes write as well, also where the
// last record stands.
std::string encode_folded(const Folded& state, bool with_order) {
  std::string out;
  base::ByteWriter writer(out);
  writer.byte((state.was_reset ? was_reset : 0) | (with_order ? has_order : 0));
  if (with_order) {
    writer.fixed64(state.last);
    writer.fixed64(static_cast<std::uint64_t>(state.newest.time_since_epoch().count()));
  }
  return out + state.learned.encode();
}

base::Result<Folded> decode_folded(const Definition& definition, std::string_view bytes,
                                   const store::LogVector& included) {
  base::ByteReader in(bytes);
  Folded folded = nothing_folded(definition);
  const auto flags = in.byte();
  folded.was_reset = flags & was_reset;
  folded.last = included.end(0);
  if (flags & has_order) {
    folded.last = in.fixed64();
    folded.newest = base::Time{base::Micros{static_cast<base::Micros::rep>(in.fixed64())}};
  }
  if (!in.ok()) return base::fail(base::ErrorKind::internal, "an empty state");
  TRY_DO(folded.learned.decode(bytes.substr(bytes.size() - in.remaining())));
  folded.learned.set_definition(definition);
  folded.folded = included;
  return folded;
}

}  // namespace proffer::service
