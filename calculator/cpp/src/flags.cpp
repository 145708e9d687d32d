#include "flags.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <regex>
#include <utility>

#include "program.hpp"

namespace denizen {
namespace {

/// JavaScript's largest safe integer, the limit of the TypeScript client.
constexpr std::uint64_t kMaxCount = 9007199254740991;

constexpr int kUsage = 2;

/// One flag: its place in the help, and how its text is read.
struct Flag {
  std::string name;
  /// What stands after `=`; empty for a switch.
  std::string placeholder;
  std::string help;
  /// Returns what was expected instead; empty if the text is right.
  std::function<std::string(ClientFlags&, const std::string&)> read;
};

std::string read_broker(ClientFlags& flags, const std::string& text) {
  static const std::regex address(
      "(\\[[0-9A-Fa-f:.]+\\]|[\\w.-]+):(\\d{1,5})|unix:(.+)");
  std::smatch parts;
  const bool fits = std::regex_match(text, parts, address);
  if (!fits || (parts[2].matched && std::stoi(parts[2]) > 65535)) {
    return "expected host:port with a port up to 65535, or unix:/path";
  }
  flags.broker = text;
  return "";
}

std::string read_count(ClientFlags& flags, const std::string& text) {
  static const std::regex digits("0*\\d{1,16}");
  if (std::regex_match(text, digits)) {
    const auto count = std::stoull(text);
    if (count >= 1 && count <= kMaxCount) {
      flags.count = count;
      return "";
    }
  }
  return "expected a whole number from 1 to " + std::to_string(kMaxCount);
}

std::string read_interval(ClientFlags& flags, const std::string& text) {
  const auto interval = parse_duration(text);
  if (!interval) return "expected a duration such as 500ms, 1s or 1m30s";
  flags.interval = *interval;
  return "";
}

const std::vector<Flag>& all_flags() {
  static const std::vector<Flag> flags{
      {"--broker", "HOST:PORT", "the broker (default: 127.0.0.1:50051)",
       read_broker},
      {"--once", "", "calculate once; the same as --count=1",
       [](ClientFlags& flags, const std::string&) {
         flags.once = true;
         return "";
       }},
      {"--count", "N", "calculations; without it there is no end", read_count},
      {"--interval", "DURATION", "time between calculations (default: 1s)",
       read_interval},
      {"--help", "", "print this",
       [](ClientFlags&, const std::string&) { return ""; }},
  };
  return flags;
}

/// How many letters must change to make one word of another.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); i++) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); j++) {
      const std::size_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, changed});
    }
  }
  return row.back();
}

std::string closest_flag(const std::string& word) {
  const auto& flags = all_flags();
  return std::min_element(flags.begin(), flags.end(),
                          [&](const Flag& a, const Flag& b) {
                            return distance(word, a.name) <
                                   distance(word, b.name);
                          })
      ->name;
}

const Flag& find_flag(const std::string& word, const std::string& name) {
  if (word.empty() || word[0] != '-') {
    throw Failure(kUsage,
                  "Cannot read \"" + word + "\": only flags are expected here");
  }
  for (const auto& flag : all_flags()) {
    if (flag.name == name) return flag;
  }
  throw Failure(kUsage, "Cannot read \"" + word +
                            "\": there is no such flag; did you mean \"" +
                            closest_flag(name) + "\"?");
}

}  // namespace

ClientFlags read_flags(const std::vector<std::string>& words) {
  ClientFlags flags;
  // Whoever asks for help need not get the rest right.
  flags.help = std::count(words.begin(), words.end(), "--help") > 0;
  if (flags.help) return flags;
  for (auto word = words.begin(); word != words.end(); ++word) {
    const auto equals = word->find('=');
    const bool has_value = equals != std::string::npos;
    const auto& flag = find_flag(*word, word->substr(0, equals));
    std::string text = has_value ? word->substr(equals + 1) : "";
    if (flag.placeholder.empty()) {
      if (has_value) {
        throw Failure(kUsage, "Cannot read \"" + *word + "\": " + flag.name +
                                  " takes no value");
      }
    } else {
      if (!has_value && std::next(word) != words.end()) text = *++word;
      if (text.empty()) {
        throw Failure(kUsage, "Cannot read " + flag.name +
                                  ": it needs a value, as in " + flag.name +
                                  '=' + flag.placeholder);
      }
    }
    const auto expected = flag.read(flags, text);
    if (!expected.empty()) {
      throw Failure(kUsage, "Cannot read " + flag.name + "=\"" + text +
                                "\": " + expected);
    }
  }
  return flags;
}

std::string describe_flags() {
  std::vector<std::string> heads;
  std::size_t width = 0;
  for (const auto& [name, placeholder, help, read] : all_flags()) {
    heads.push_back(placeholder.empty() ? name : name + '=' + placeholder);
    width = std::max(width, heads.back().size());
  }
  std::string text =
      "calculator-client\nAsks calculator servers for made-up calculations.\n";
  for (std::size_t each = 0; each < heads.size(); each++) {
    const std::string gap(width - heads[each].size() + 2, ' ');
    text += "\n  " + heads[each] + gap + all_flags()[each].help;
  }
  return text;
}

std::optional<std::chrono::milliseconds> parse_duration(
    const std::string& text) {
  static const std::regex whole("(\\d+(\\.\\d+)?(ms|s|m|h))+");
  static const std::regex part("([\\d.]+)(ms|s|m|h)");
  if (!std::regex_match(text, whole)) return std::nullopt;
  double total = 0;
  const std::sregex_iterator end;
  for (std::sregex_iterator each(text.begin(), text.end(), part); each != end;
       ++each) {
    const std::string unit = (*each)[2];
    const double scale = unit == "ms"  ? 1
                         : unit == "s" ? 1e3
                         : unit == "m" ? 6e4
                                       : 3.6e6;
    total += std::stod((*each)[1]) * scale;
  }
  // Beyond this, adding it to the time overflows.
  total = std::min(total, 1e15);
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

}  // namespace denizen
