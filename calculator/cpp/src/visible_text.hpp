// Makes text of others safe to print, as the TypeScript programs do: what is an
// instruction to a terminal, or cannot be seen, is written as JSON writes it.
#pragma once

#include <string>

namespace denizen {

/// Makes everything visible but line ends and tabs. What is no UTF-8 becomes
/// U+FFFD, byte for byte.
std::string visible(const std::string& text);

}  // namespace denizen
