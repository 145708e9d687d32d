#include "flags.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

#include "brokers.hpp"
#include "program.hpp"

namespace denizen {
namespace {

/// JavaScript's largest safe integer, the limit of the TypeScript client.
constexpr std::uint64_t kMaxCount = 9007199254740991;

constexpr int kUsage = 2;

constexpr auto kHelp = "--help";
constexpr auto kShortHelp = "-h";

/// One flag: its place in the help, and how its text is read.
struct Flag {
  std::string name;
  /// What stands after `=`; empty for a switch.
  std::string placeholder;
  std::string help;
  /// Returns what was expected instead; empty if the text is right.
  std::function<std::string(ClientFlags&, const std::string&)> read;
};

// No regular expressions here: std::regex recurses for each letter, so that a
// long word ends the program.

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template <typename Accepts>
bool all_of(std::string_view text, Accepts accepts) {
  return !text.empty() && std::all_of(text.begin(), text.end(), accepts);
}

/// A whole number up to `most`; none if the text is anything else.
std::optional<std::uint64_t> number_of(std::string_view text,
                                       std::uint64_t most) {
  if (!all_of(text, is_digit)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : text) {
    const auto value = static_cast<std::uint64_t>(digit - '0');
    if (number > (most - value) / 10) return std::nullopt;
    number = number * 10 + value;
  }
  return number;
}

bool is_host(std::string_view text) {
  const auto size = text.size();
  if (size > 2 && text.front() == '[' && text.back() == ']') {
    return all_of(text.substr(1, size - 2), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
             c == ':' || c == '.';
    });
  }
  return all_of(text, [](char c) {
    return is_digit(c) || is_letter(c) || c == '_' || c == '.' || c == '-';
  });
}

bool is_address(std::string_view text) {
  constexpr std::string_view unix_socket = "unix:";
  if (text.substr(0, unix_socket.size()) == unix_socket) {
    return text.size() > unix_socket.size();
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = text.substr(colon + 1);
  return is_host(text.substr(0, colon)) && port.size() <= 5 &&
         number_of(port, 65535).has_value();
}

/// Says what is wrong with an address to call; nothing where all is well.
std::string address_problem(const std::string& text) {
  if (!is_address(text)) {
    return "expected host:port with a port up to 65535, or unix:/path";
  }
  const bool is_unix = text.rfind("unix:", 0) == 0;
  const auto end = text.find_last_not_of('0');
  const bool is_zero = end + 1 < text.size() && text[end] == ':';
  return is_zero && !is_unix ? "nobody can call port 0: expected one from 1 to 65535" : "";
}

std::string read_broker(ClientFlags& flags, const std::string& text) {
  const auto all = brokers_in(text);
  for (const auto& each : all) {
    const auto problem = address_problem(each);
    if (problem.empty()) continue;
    return all.size() == 1 ? problem : "\"" + each + "\" is wrong: " + problem;
  }
  for (auto each = all.begin(); each != all.end(); ++each) {
    if (std::find(all.begin(), each, *each) != each) {
      return *each + " is named twice";
    }
  }
  flags.broker = text;
  return "";
}

std::string read_count(ClientFlags& flags, const std::string& text) {
  const auto count = number_of(text, kMaxCount);
  if (!count || *count == 0) {
    return "expected a whole number from 1 to " + std::to_string(kMaxCount);
  }
  flags.count = count;
  return "";
}

std::string read_interval(ClientFlags& flags, const std::string& text) {
  const auto interval = parse_duration(text);
  if (!interval) return "expected a duration such as 500ms, 1s or 1m30s";
  flags.interval = *interval;
  return "";
}

const std::vector<Flag>& all_flags() {
  static const std::vector<Flag> flags{
      {"--broker", "HOST:PORT",
       "the broker, or several with commas (default: 127.0.0.1:50051)",
       read_broker},
      {"--once", "", "calculate once; the same as --count=1",
       [](ClientFlags& read, const std::string&) {
         read.once = true;
         return "";
       }},
      {"--count", "N", "calculations; without it there is no end", read_count},
      {"--interval", "DURATION", "time between calculations (default: 1s)",
       read_interval},
      {"--tls-ca", "FILE", "TLS: the certificate of the CA",
       [](ClientFlags& read, const std::string& text) {
         read.tls.ca = text;
         return "";
       }},
      {"--tls-cert", "FILE", "TLS: the certificate of this program",
       [](ClientFlags& read, const std::string& text) {
         read.tls.cert = text;
         return "";
       }},
      {"--tls-key", "FILE", "TLS: the key of that certificate",
       [](ClientFlags& read, const std::string& text) {
         read.tls.key = text;
         return "";
       }},
      {kHelp, "", "print this",
       [](ClientFlags&, const std::string&) { return ""; }},
  };
  return flags;
}

/// Without leading dashes, in small letters. One byte stands for a letter: the
/// first, where UTF-8 takes more.
std::string letters_of(const std::string& word) {
  std::string letters;
  for (const char byte : word) {
    const auto code = static_cast<unsigned char>(byte);
    const bool goes_on = (code & 0xC0) == 0x80;
    if (goes_on || (byte == '-' && letters.empty())) continue;
    letters += static_cast<char>(std::tolower(code));
  }
  return letters;
}

/// How many mistakes make one word of another: a letter that is wrong, missing
/// or too many, or two neighbours that changed places.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  auto above = row;
  for (std::size_t i = 1; i <= a.size(); i++) {
    const auto two_above = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); j++) {
      const std::size_t changed = above[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, changed});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return row.back();
}

/// Names the flag that was meant, if one is near: a third of the letters may be
/// wrong, and always one. What was begun rightly was not finished.
std::string suggest(const std::string& name) {
  const auto letters = letters_of(name);
  const auto did_you_mean = [](const Flag& flag) {
    return "did you mean \"" + flag.name + "\"?";
  };
  const auto distance_to = [&](const Flag& flag) {
    return distance(letters, letters_of(flag.name));
  };
  const auto& flags = all_flags();
  const auto nearest = std::min_element(
      flags.begin(), flags.end(), [&](const Flag& a, const Flag& b) {
        return distance_to(a) < distance_to(b);
      });
  const auto wrong = std::max<std::size_t>(1, letters.size() / 3);
  const auto steps = distance_to(*nearest);
  // Of a word that is all wrong nothing is left that could be meant.
  if (steps <= wrong && steps < letters.size()) return did_you_mean(*nearest);
  const auto begun =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) {
        return letters.size() >= 3 &&
               letters_of(flag.name).rfind(letters, 0) == 0;
      });
  return begun == flags.end() ? "--help lists them" : did_you_mean(*begun);
}

Failure cannot_read(const std::string& word, const std::string& problem) {
  return Failure(kUsage, "Cannot read \"" + word + "\": " + problem);
}

/// Numbers below zero are no flags, nor is a single minus.
bool is_flag(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  const auto digit = word.find_first_not_of('.', 1);
  return digit > 2 || !is_digit(word[digit]);
}

const Flag& find_flag(const std::string& word, const std::string& name) {
  for (const auto& flag : all_flags()) {
    if (flag.name == name) return flag;
  }
  throw cannot_read(word, "there is no such flag; " + suggest(name));
}

using Words = std::vector<std::string>;

/// Reads one flag, and its value from the next word where that is one.
void read_flag(ClientFlags& flags, Words::const_iterator& word,
               Words::const_iterator end) {
  const auto equals = word->find('=');
  const bool has_value = equals != std::string::npos;
  const auto& flag = find_flag(*word, word->substr(0, equals));
  std::string text = has_value ? word->substr(equals + 1) : "";
  if (flag.placeholder.empty()) {
    if (has_value) throw cannot_read(*word, flag.name + " takes no value");
  } else {
    const auto next = std::next(word);
    if (!has_value && next != end && !is_flag(*next)) text = *++word;
    if (text.empty()) {
      throw Failure(kUsage, "Cannot read " + flag.name +
                                ": it needs a value, as in " + flag.name + '=' +
                                flag.placeholder);
    }
  }
  const auto expected = flag.read(flags, text);
  if (!expected.empty()) {
    throw Failure(kUsage, "Cannot read " + flag.name + "=\"" + text +
                              "\": " + expected);
  }
}

}  // namespace

ClientFlags read_flags(const std::vector<std::string>& words) {
  ClientFlags flags;
  const auto end = std::find(words.begin(), words.end(), "--");
  // Whoever asks for help need not get the rest right.
  flags.help = std::any_of(words.begin(), end, [](const std::string& word) {
    return word == kHelp || word == kShortHelp;
  });
  if (flags.help) return flags;
  for (auto word = words.begin(); word != end; ++word) {
    if (!is_flag(*word)) {
      throw cannot_read(*word, "only flags are expected here");
    }
    read_flag(flags, word, end);
  }
  if (end != words.end() && std::next(end) != words.end()) {
    throw cannot_read(*std::next(end), "only flags are expected here");
  }
  return flags;
}

std::string describe_flags() {
  std::vector<std::string> heads;
  std::size_t width = 0;
  for (const auto& [name, placeholder, help, read] : all_flags()) {
    const bool is_help = name == kHelp;
    heads.push_back((is_help ? std::string(kShortHelp) + ", " : "") + name +
                    (placeholder.empty() ? "" : '=' + placeholder));
    width = std::max(width, heads.back().size());
  }
  std::string text =
      "Usage: calculator-client [flags]\n"
      "Asks calculator servers for made-up calculations.\n";
  for (std::size_t each = 0; each < heads.size(); each++) {
    const std::string gap(width - heads[each].size() + 2, ' ');
    text += "\n  " + heads[each] + gap + all_flags()[each].help;
  }
  return text;
}

std::optional<std::chrono::milliseconds> parse_duration(
    const std::string& text) {
  double total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto number = rest.substr(0, rest.find_first_not_of("0123456789."));
    rest.remove_prefix(number.size());
    const auto unit = rest.substr(0, rest.find_first_of("0123456789."));
    rest.remove_prefix(unit.size());
    const auto point = number.find('.');
    const bool plain =
        all_of(number.substr(0, point), is_digit) &&
        (point == std::string_view::npos ||
         all_of(number.substr(point + 1), is_digit));
    const double scale = unit == "ms"  ? 1
                         : unit == "s" ? 1e3
                         : unit == "m" ? 6e4
                         : unit == "h" ? 3.6e6
                                       : 0;
    if (!plain || scale == 0) return std::nullopt;
    total += std::strtod(std::string(number).c_str(), nullptr) * scale;
  }
  if (text.empty() || !std::isfinite(total)) return std::nullopt;
  // What no clock counts any more is as good as for ever.
  constexpr double longest = 1e15;
  total = std::min(total, longest);
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

}  // namespace denizen
