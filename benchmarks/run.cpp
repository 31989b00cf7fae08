// SPDX-License-Identifier: Apache-2.0
//
// Runs the benchmark programs, each several times, and writes what they found. A process started anew
// lies at other addresses, which alone can change a loop of a few cycles, so the median is taken over
// processes too.
//
//     run FOLDER PROGRAM:TIMES...            writes FOLDER/<machine>.md and .json
//     run --gate FOLDER PROGRAM:TIMES...     the same, and exit code 1 when a row does not hold
//
// The machine is told by its processor and kernel, never by a host name.

#include <sys/utsname.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

// A row as the programs print it, and its numbers by process.
struct row {
  std::string claim, unit, target, rival, limit_name, note;
  bool lost = false;
  std::vector<double> measured, at_most, rival_measured, limit;
};

struct report {
  std::vector<row> rows;  // in order of appearance
  std::vector<std::string> left_out;
  std::vector<std::string> failed;  // programs
};

[[nodiscard]] std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == at) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

void take_in(report& into, const std::string& line) {
  const std::vector<std::string> fields = split(line, '\t');
  if (fields.size() == 2 && fields[0] == "left out") {
    if (std::find(into.left_out.begin(), into.left_out.end(), fields[1]) == into.left_out.end()) {
      into.left_out.push_back(fields[1]);
    }
    return;
  }
  if (fields.size() != 12 || fields[0] != "row") return;
  const auto same = [&](const row& each) { return each.claim == fields[1]; };
  auto found = std::find_if(into.rows.begin(), into.rows.end(), same);
  if (found == into.rows.end()) found = into.rows.insert(into.rows.end(), row{});
  row& to = *found;
  to.claim = fields[1];
  to.measured.push_back(std::atof(fields[2].c_str()));
  to.unit = fields[3];
  to.at_most.push_back(std::atof(fields[4].c_str()));
  to.target = fields[5];
  to.rival = fields[6];
  to.rival_measured.push_back(std::atof(fields[7].c_str()));
  to.limit.push_back(std::atof(fields[8].c_str()));
  to.limit_name = fields[9];
  to.note = fields[10];
  to.lost = fields[11] == "1";
}

void run(report& into, const std::string& program) {
  FILE* const pipe = popen(("\"" + program + "\"").c_str(), "r");
  std::string line;
  int c = EOF;
  while (pipe != nullptr && (c = std::fgetc(pipe)) != EOF) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    take_in(into, line);
    line.clear();
  }
  if (pipe == nullptr || pclose(pipe) != 0) into.failed.push_back(program);
}

[[nodiscard]] double median(std::vector<double> of) {
  if (std::any_of(of.begin(), of.end(), [](double v) { return std::isnan(v); }) || of.empty()) {
    return NAN;
  }
  std::sort(of.begin(), of.end());
  return of.size() % 2 == 1 ? of[of.size() / 2] : (of[of.size() / 2 - 1] + of[of.size() / 2]) / 2;
}

// Three significant digits, as everything is told; "" for what is not there.
[[nodiscard]] std::string told(double v) {
  if (std::isnan(v)) return "";
  char text[64];
  const double size = std::fabs(v);
  const int decimals = size >= 99.95 || v == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f", decimals, v);
  return text;
}

[[nodiscard]] bool has_target(const row& of) { return !std::isnan(median(of.at_most)); }
// By the numbers as they are told, so that nobody reads "2.00, target <= 2, does not hold".
[[nodiscard]] bool holds(const row& of) {
  const double measured = median(of.measured);
  return !has_target(of) ||
         (!std::isnan(measured) &&
          std::atof(told(measured).c_str()) <= std::atof(told(median(of.at_most)).c_str()));
}
[[nodiscard]] std::string target_of(const row& of) {
  if (!has_target(of)) return "stated only";
  const std::string at_most = "<= " + told(median(of.at_most));
  return of.target.empty() ? at_most : of.target + " (" + at_most + ")";
}

// ---- the machine ----

[[nodiscard]] std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::map<std::string, std::string> first;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    while (!name.empty() && (name.back() == '\t' || name.back() == ' ')) name.pop_back();
    first[name] = colon + 2 <= line.size() ? line.substr(colon + 2) : "";
  }
  std::string out = first["model name"].empty() ? "unknown processor" : first["model name"];
  return out + " (family " + first["cpu family"] + ", model " + first["model"] + ")";
}
[[nodiscard]] std::string kernel() {
  utsname names{};
  uname(&names);
  const std::string release = names.release;
  return std::string(names.sysname) + ' ' + release.substr(0, release.find('-'));
}
[[nodiscard]] std::string file_name(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.';
    const bool upper = c >= 'A' && c <= 'Z';
    if (plain || upper) {
      out += static_cast<char>(upper ? c - 'A' + 'a' : c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}
[[nodiscard]] std::string today() {
  const time_t now = time(nullptr);
  tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%d", &utc);
  return text;
}

// ---- what is written ----

[[nodiscard]] std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}
[[nodiscard]] std::string number_or_null(double v) { return std::isnan(v) ? "null" : told(v); }

void write_json(const report& of, const std::string& path) {
  std::ofstream out(path);
  out << "[\n";
  for (const row& each : of.rows) {
    out << "  {\"claim\": " << quoted(each.claim)
        << ", \"measured\": " << number_or_null(median(each.measured))
        << ", \"unit\": " << quoted(each.unit) << ", \"rival\": "
        << (each.rival.empty() ? "null" : quoted(each.rival))
        << ", \"rival_measured\": " << number_or_null(median(each.rival_measured))
        << ", \"limit\": " << number_or_null(median(each.limit))
        << ", \"target\": " << quoted(target_of(each))
        << ", \"holds\": " << (holds(each) ? "true" : "false") << "}"
        << (&each == &of.rows.back() ? "\n" : ",\n");
  }
  out << "]\n";
}

void write_row(std::ostream& out, const row& each) {
  const auto [low, high] = std::minmax_element(each.measured.begin(), each.measured.end());
  out << "| " << each.claim << " | **" << told(median(each.measured)) << "** " << each.unit;
  if (each.measured.size() > 1 && told(*low) != told(*high)) {
    out << " (" << told(*low) << " - " << told(*high) << ")";
  }
  out << " | ";
  if (!each.rival.empty()) out << told(median(each.rival_measured)) << ", " << each.rival;
  out << " | ";
  if (!each.limit_name.empty()) out << told(median(each.limit)) << ", " << each.limit_name;
  out << " | " << target_of(each) << " | "
      << (!has_target(each) ? "" : holds(each) ? "yes" : "**no**") << " | " << each.note << " |\n";
}

void write_page(const report& of, const std::string& path) {
  std::ofstream out(path);
  out << "<!-- Written by the target bench; do not edit. -->\n"
      << "# What was measured\n\n"
      << "| | |\n|---|---|\n| machine | " << processor() << ", "
      << std::thread::hardware_concurrency() << " processors, " << kernel() << " |\n| date | "
      << today() << " |\n| compiler | " << BENCH_COMPILER_NAME << ", " << BENCH_FLAGS
      << " |\n| rival | Debian's prometheus-cpp " BENCH_PROMETHEUS_CPP_VERSION ", in the same run |\n"
      << "| command | `cmake --workflow --preset bench` |\n\n"
      << "Each program was started several times and is told by the median of its medians; lowest and "
         "highest process in brackets. Within a process the contenders take turns, 25 rounds each, "
         "pinned to a processor. *cycles* are the processor's own count; *cycles (timed)* are time "
         "divided by the time of one cycle, measured beside each round, where the system does not let "
         "a program read that counter.\n\n";
  const char* const head =
      "| claim | measured | rival | limit | target | holds | |\n|---|---|---|---|---|---|---|\n";
  out << "## What is claimed\n\n" << head;
  for (const row& each : of.rows) {
    if (!each.lost) write_row(out, each);
  }
  out << "\n## What it costs\n\nThread cells buy speed with memory: every thread keeps its own copy of "
         "the cells it touched. These rows say how much, and what else is slower for it.\n\n"
      << head;
  for (const row& each : of.rows) {
    if (each.lost) write_row(out, each);
  }
  if (!of.left_out.empty()) out << "\n## What was left out\n\n";
  for (const std::string& each : of.left_out) out << "- " << each << "\n";
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> words(arguments + 1, arguments + count);
  const bool gate = !words.empty() && words[0] == "--gate";
  if (gate) words.erase(words.begin());
  if (words.size() < 2) {
    std::fputs("usage: run [--gate] FOLDER PROGRAM:TIMES...\n", stderr);
    return 2;
  }
  report all;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t colon = words[i].rfind(':');
    const std::string program = words[i].substr(0, colon);
    const int times = colon == std::string::npos ? 1 : std::atoi(words[i].c_str() + colon + 1);
    std::fprintf(stderr, "bench: %s, %d times\n", program.substr(program.rfind('/') + 1).c_str(),
                 times);
    for (int k = 0; k < times; ++k) run(all, program);
  }
  const std::string path = words[0] + '/' + file_name(processor() + ' ' + kernel());
  write_json(all, path + ".json");
  write_page(all, path + ".md");

  int broken = 0;
  for (const row& each : all.rows) {
    if (holds(each)) continue;
    broken += 1;
    std::fprintf(stderr, "[bench/target] %s: %s %s were measured, and the target is %s.\n",
                 each.claim.c_str(), told(median(each.measured)).c_str(), each.unit.c_str(),
                 target_of(each).c_str());
  }
  for (const std::string& each : all.failed) {
    std::fprintf(stderr, "[bench/program] %s did not end well: its rows are missing.\n", each.c_str());
  }
  std::fprintf(stderr, "bench: %zu rows, %d do not hold; written to %s.md and .json\n",
               all.rows.size(), broken, path.c_str());
  if (!all.failed.empty()) return 1;
  return gate && broken != 0 ? 1 : 0;
}
