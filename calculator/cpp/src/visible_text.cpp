#include "visible_text.hpp"

#include <cstddef>
#include <cstdio>

namespace denizen {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Controls, and what Unicode says is not to be seen or turns the direction of
// reading. Line ends and tabs are between the first two.
constexpr Range UNSEEN[] = {
    {0x00, 0x08},     {0x0b, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},
    {0x34f, 0x34f},   {0x61c, 0x61c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},
    {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
    {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, {0xe0000, 0xe0fff}};

constexpr char32_t REPLACEMENT = 0xfffd;

struct Character {
  char32_t code;
  std::size_t bytes;
};

// The character at a place; one byte of it where it is not whole.
Character character_at(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t index) {
    return static_cast<unsigned char>(text[index]);
  };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + bytes > text.size()) {
    return {REPLACEMENT, 1};
  }
  char32_t code = first & (0xff >> (bytes + 1));
  for (std::size_t index = at + 1; index < at + bytes; index++) {
    if ((byte(index) & 0xc0) != 0x80) return {REPLACEMENT, 1};
    code = code << 6 | (byte(index) & 0x3f);
  }
  // Written with more bytes than it takes, or half a pair: no UTF-8 either.
  const bool is_long = (bytes == 3 && code < 0x800) ||
                       (bytes == 4 && (code < 0x10000 || code > 0x10ffff));
  if (is_long || (code >= 0xd800 && code <= 0xdfff)) return {REPLACEMENT, 1};
  return {code, bytes};
}

bool is_unseen(char32_t code) {
  for (const auto& [first, last] : UNSEEN) {
    if (code >= first && code <= last) return true;
  }
  return false;
}

void write_unit(std::string& shown, unsigned unit) {
  char written[sizeof "\\u0000"];
  std::snprintf(written, sizeof written, "\\u%04x", unit & 0xffff);
  shown += written;
}

}  // namespace

std::string visible(const std::string& text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = character_at(text, at);
    if (is_unseen(code)) {
      const char32_t above = code - 0x10000;
      if (code >= 0x10000) write_unit(shown, 0xd800 + (above >> 10));
      write_unit(shown, code < 0x10000 ? code : 0xdc00 + (above & 0x3ff));
    } else if (code == REPLACEMENT) {
      shown += "\xef\xbf\xbd";
    } else {
      shown.append(text, at, bytes);
    }
    at += bytes;
  }
  return shown;
}

}  // namespace denizen
