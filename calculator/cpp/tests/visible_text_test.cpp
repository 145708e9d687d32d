#include "visible_text.hpp"

#include <string>
#include <utility>

#include "check.hpp"

void denizen::test_visible_text() {
  const std::pair<std::string, const char*> texts[] = {
      {"größer, 日本語\n\ta", "größer, 日本語\n\ta"},
      {"\x1b]0;evil\x07\r", "\\u001b]0;evil\\u0007\\u000d"},
      {"\xc2\x9b"
       "2J\x7f",
       "\\u009b2J\\u007f"},
      {"a\xe2\x80\xae"
       "b\xe2\x80\x8b",
       "a\\u202eb\\u200b"},
      {"\xf3\xa0\x81\x81", "\\udb40\\udc41"},
      {"\x9b"
       "2J\xe2\x80",
       "\xef\xbf\xbd"
       "2J\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xc0\x9b\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                               "\xef\xbf\xbd"},
      {std::string("a\0b", 3), "a\\u0000b"},
  };
  for (const auto& [text, shown] : texts) {
    check("visible()", visible(text), shown);
  }
}
