// SPDX-License-Identifier: Apache-2.0
//
// Claim: a hot record has no lock prefix and no call, by the disassembly of hot_path_probe.cpp. What is
// counted is each function as it stands in .text; the compiler puts what [[unlikely]] leads to
// (a first record, another binary's instrument) into .text.unlikely.

#include <array>
#include <string>

#include "harness.hpp"

namespace {

struct found {
  int instructions = 0, locks_and_calls = 0;
};

// Of one function of the object; no instructions when it is not there.
[[nodiscard]] found look_at(const std::string& function) {
  const std::string command = std::string("\"" BENCH_OBJDUMP "\" --disassemble=") + function +
                              " --no-show-raw-insn --section=.text \"" BENCH_PROBE "\"";
  found out;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char line[512];
  bool after_end = false;
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const std::string text(line);
    const std::size_t tab = text.find('\t');
    if (text.empty() || text[0] != ' ' || tab == std::string::npos) continue;
    const std::string instruction = text.substr(tab + 1);
    const auto starts = [&](const char* with) { return instruction.rfind(with, 0) == 0; };
    // Padding behind the last instruction.
    if (starts("nop") || starts("cs nop") || starts("data16") || starts("xchg   %ax,%ax")) continue;
    out.instructions += 1;
    out.locks_and_calls += starts("lock") || starts("call") || instruction.find("lock ") == 0;
    after_end = after_end || starts("ret");
  }
  pclose(pipe);
  if (!after_end) out.locks_and_calls = -1;  // not a whole function: the probe itself is broken
  return out;
}

}  // namespace

int main() {
  const std::array<std::array<const char*, 2>, 5> probes{{{"hot_increment", "increment()"},
                                                          {"hot_enum_labels", "two enum labels"},
                                                          {"hot_up_down", "up_down increment()"},
                                                          {"hot_observe_integer", "observe(12ms)"},
                                                          {"hot_observe_double", "observe(0.5)"}}};
  std::string instructions;
  int all = 0;
  bool whole = true;
  for (const auto& [function, name] : probes) {
    const found here = look_at(function);
    whole = whole && here.instructions > 0 && here.locks_and_calls >= 0;
    all += here.locks_and_calls;
    instructions += (instructions.empty() ? "" : ", ") + std::string(name) + " " +
                    std::to_string(here.instructions);
  }
  bench::row{.claim = "lock prefixes and calls in five hot records, by disassembly",
             .measured = whole ? static_cast<double>(all) : std::nan(""),
             .unit = "of them",
             .at_most = 0,
             .limit = 0,
             .limit_name = "none",
             .note = "instructions: " + instructions}
      .print();
}
