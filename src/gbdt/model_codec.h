// A model as bytes of our own, versioned (docs/formats/models.md). Equal models give equal bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "gbdt/model.h"

namespace proffer::gbdt {

std::string encode_model(const Model& model);

// Errors: `malformed`, in one line that says why: not a model, a newer version, cut short, a checksum that does not
// match, or parts that do not fit together. What it gives can be applied without a further check.
base::Result<Model> decode_model(std::string_view bytes);

}  // namespace proffer::gbdt
