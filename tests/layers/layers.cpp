// SPDX-License-Identifier: Apache-2.0
//
// Holds the arrows between the rooms: reads every #include line below include/, schemas/,
// exporters/ and codegen/ of the tree given as argument and names each one that points the wrong
// way, with its place, the rule and the cure. Exit code 0: none; 1: some; 2: cannot look.
//
// It looks at text, not at what the preprocessor sees: an include under #if counts as well. What
// <pantograph/metrics.hpp> or another header brings along is judged where it is included.

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct room {
  std::string_view name;
  std::string_view may_include;  // names between spaces; its own name is understood
};

// The picture in design order. A new room is one new line here; a new arrow is a decision.
constexpr std::array rooms{
    room{"base", ""},
    room{"reflect", " base "},
    room{"schema", " base reflect "},
    room{"checks", " base reflect schema "},
    room{"catalog", " base reflect schema checks "},
    room{"instruments", " base reflect schema "},
    room{"snapshot", " base reflect schema checks catalog instruments "},
    room{"text", " base reflect schema checks catalog instruments snapshot "},
    // Whole-toolkit headers in include/pantograph/ itself.
    room{"(top)", " base reflect schema checks catalog instruments snapshot text "},
    room{"schemas", " (top) base reflect schema checks catalog instruments snapshot text "},
    room{"exporters",
         " (top) schemas base reflect schema checks catalog instruments snapshot text "},
    room{"codegen", " (top) schemas base reflect schema checks catalog instruments snapshot text "},
};

// Rooms that every recording program includes: what they include, everybody pays for at each build.
constexpr std::string_view recording_core =
    " base reflect schema checks catalog instruments snapshot text (top) ";
constexpr std::string_view too_heavy_for_core =
    " iostream istream ostream fstream sstream iomanip regex functional filesystem locale format ";

bool lists(std::string_view names, std::string_view name) {
  return names.find(" " + std::string(name) + " ") != std::string_view::npos;
}

const room* find_room(std::string_view name) {
  const auto found = std::ranges::find(rooms, name, &room::name);
  return found == rooms.end() ? nullptr : &*found;
}

// The room of a path below the tree's root or below an include folder, "" if it is in none.
std::string room_of(const fs::path& path) {
  std::vector<std::string> parts;
  for (const auto& part : path.lexically_normal()) parts.push_back(part.string());
  if (parts.size() > 1 && parts[0] == "codegen") return "codegen";
  if (parts.size() > 1 && parts[0] == "exporters") return "exporters";
  if (parts.size() > 1 && parts[0] == "schemas") return "schemas";
  if (!parts.empty() && parts[0] == "include") parts.erase(parts.begin());
  if (parts.size() < 2 || parts[0] != "pantograph") return "";
  if (parts.size() == 2) return "(top)";
  return parts[1];
}

bool in_detail(const fs::path& path) {
  return std::ranges::any_of(path.parent_path(), [](const fs::path& p) { return p == "detail"; });
}

struct include_line {
  std::string spelled;  // between the brackets or quotes
  bool quoted = false;
};

std::optional<include_line> parse_include(std::string_view line) {
  const auto skip = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip();
  if (line.empty() || (line[0] != '<' && line[0] != '"')) return {};
  const bool quoted = line[0] == '"';
  const auto end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return {};
  return include_line{std::string(line.substr(1, end - 1)), quoted};
}

class judge {
 public:
  explicit judge(fs::path root) : root_(std::move(root)) {}

  void look_at(const fs::path& file) {
    ++files_;
    const fs::path place = file.lexically_relative(root_);
    const std::string from = room_of(place);
    std::ifstream in(file);
    std::string line;
    if (find_room(from) == nullptr) {
      report(place, 1, "is in \"" + from + "\", which is no room this test knows",
             "every folder below include/pantograph/ has its arrows in tests/layers/layers.cpp",
             "add a line for it to the table `rooms`, as the picture in the design has it");
      return;
    }
    for (int number = 1; std::getline(in, line); ++number) {
      if (const auto include = parse_include(line)) look_at(place, number, from, *include);
    }
  }

  int verdict() const {
    if (files_ == 0) {
      std::cout << "[layers/nothing] no *.hpp or *.cpp below " << root_
                << ": the argument must be the project's folder.\n";
      return 2;
    }
    std::cout << files_ << " files, " << includes_ << " includes of our own, " << findings_
              << " in the wrong direction\n";
    return findings_ == 0 ? 0 : 1;
  }

 private:
  void look_at(const fs::path& place, int number, const std::string& from,
               const include_line& include) {
    const std::string quoted = "includes " + include.spelled;
    if (include.spelled.starts_with("boost/")) {
      const bool pfr = include.spelled.starts_with("boost/pfr");
      const bool public_exporter = place.string().starts_with("exporters/pantograph/");
      if (from == "reflect" ? pfr : (from == "exporters" && !public_exporter)) return;
      report(
          place, number, quoted,
          "Boost is behind two doors: reflect/ includes Boost.PFR, and exporters/<name>/ what it "
          "needs, but no header that users include",
          "use what reflect/ offers, or move the code into the exporter's own folder");
      return;
    }
    if (lists(recording_core, from) && lists(too_heavy_for_core, include.spelled)) {
      report(place, number, quoted,
             "compile time is a feature, and every recording program pays for this room",
             "do without it, or move the code to a room that is not in the recording core");
      return;
    }
    const std::string to = target_room(place, include);
    if (to.empty()) return;  // the standard's, or a library's
    ++includes_;
    if (to == from) return;
    const std::string arrow = quoted + ", an arrow from " + from + " to " + to;
    if (find_room(to) == nullptr) {
      report(place, number, arrow, "there is no room \"" + to + "\"",
             "include a room of the table in tests/layers/layers.cpp, or add it there");
    } else if (!lists(find_room(from)->may_include, to)) {
      report(place, number, arrow,
             from + " may include " + allowed(*find_room(from)) + " and nothing else",
             "move what is needed to a room that both may include, or hand it over as an argument");
    } else if (in_detail(include.spelled)) {
      report(place, number, arrow, "a room's detail/ is for that room alone",
             "include the room's public header, or make what is needed part of it");
    }
  }

  // Empty if the include is not ours.
  std::string target_room(const fs::path& place, const include_line& include) const {
    if (include.quoted) {
      const fs::path beside = (place.parent_path() / include.spelled).lexically_normal();
      if (fs::exists(root_ / beside)) return room_of(beside);
    }
    const fs::path spelled = include.spelled;
    if (spelled.string().starts_with("pantograph/schemas/")) return "schemas";
    if (spelled.string().starts_with("pantograph/exporters/")) return "exporters";
    if (spelled.string().starts_with("pantograph/codegen/")) return "codegen";
    return room_of(spelled);
  }

  static std::string allowed(const room& from) {
    std::string text(from.may_include);
    if (text.empty()) return "itself";
    text = text.substr(1, text.size() - 2);
    return "itself and [" + text + "]";
  }

  void report(const fs::path& place, int line, std::string_view what, std::string_view rule,
              std::string_view cure) {
    ++findings_;
    std::cout << place.generic_string() << ':' << line << ": [layers/arrow] " << what << ": "
              << rule << ". "
              << static_cast<char>(std::toupper(static_cast<unsigned char>(cure[0])))
              << cure.substr(1) << ".\n";
  }

  fs::path root_;
  int files_ = 0;
  int includes_ = 0;
  int findings_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: layers <the project's folder>\n";
    return 2;
  }
  const fs::path root = arguments[1];
  std::vector<fs::path> files;
  for (const char* top : {"include", "schemas", "exporters", "codegen"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const auto extension = entry.path().extension();
      if (extension == ".hpp" || extension == ".cpp") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  judge judge(root);
  for (const auto& file : files) judge.look_at(file);
  return judge.verdict();
}
