#include "log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "program.hpp"
#include "visible_text.hpp"

namespace denizen {

void log(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  // Whoever read our output is gone; a service does not die of that.
  if (!(std::cerr << visible(message) + '\n' << std::flush)) std::cerr.clear();
}

void print(const std::string& line) {
  errno = 0;
  if (std::cout << visible(line) << '\n' << std::flush) return;
  // Whoever read our results has seen enough, as in `client | head -1`.
  if (errno == EPIPE) throw Failure(0, "");
  throw Failure(1, std::string("Cannot write to standard output: ") +
                       std::strerror(errno));
}

}  // namespace denizen
