// What a campaign has learned, as bytes: of checkpoints and baselines.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "service/fold.h"

namespace proffer::service {

// `with_order`: also where the last record stands, which in a log of one node follows from the vector.
std::string encode_folded(const Folded& state, bool with_order);

// `included`: the records that it includes. Errors: for bytes that are damaged, or that were encoded under settings
// which learn otherwise than the definition's.
base::Result<Folded> decode_folded(const Definition& definition, std::string_view bytes,
                                   const store::LogVector& included);

}  // namespace proffer::service
