// Checks on text that came from outside.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proffer::document {

// Offset of the first byte that does not belong to well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// Whether a C0 or C1 control character or DEL stands in `text`, which must be UTF-8.
bool has_control_characters(std::string_view text);

// `text` with U+FFFD in place of each byte that does not belong to well-formed UTF-8.
std::string repaired_utf8(std::string_view text);

// The longest prefix of at most `bytes` bytes that does not end within a character.
std::string_view cut_utf8(std::string_view text, std::size_t bytes);

// "line 1, column 1" is the first byte; columns count bytes.
std::string line_and_column(std::string_view text, std::size_t offset);

}  // namespace proffer::document
