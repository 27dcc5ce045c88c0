// Names of members as MongoDB can hold them: any name of JSON, escaped reversibly.
//
// "." anywhere, "$" in front and NUL stand as %2E, %24 and %00; a "%" that would be read as one of these, as %25; the
// empty name is "%", and the name "%" is "%25". All other names stay as they are, so that whoever reads the collections
// sees them.
#pragma once

#include <string>
#include <string_view>

namespace proffer::adapters {

std::string escape_name(std::string_view name);
std::string unescape_name(std::string_view escaped);

// Each component of a path with dots.
std::string escape_path(std::string_view path);

}  // namespace proffer::adapters
