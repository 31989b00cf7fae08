// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files of proc(5) as text, and the numbers in them: read into the caller's buffer, with
// nothing allocated. What is missing or not a number is `not_known`.
//
//     char buffer[4096];
//     double read = number_behind(read_file(AT_FDCWD, "/proc/self/io", buffer), "read_bytes:");

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pantograph::schemas::detail {

// Below 0, as no reading is. Not NaN, which -ffast-math would not recognise.
inline constexpr double not_known = -1;
[[nodiscard]] constexpr bool is_known(double reading) noexcept { return reading >= 0; }

// The file's text, or its first `capacity` bytes; empty when it cannot be read.
template <std::size_t Capacity>
[[nodiscard]] std::string_view read_file(int folder, const char* path,
                                         char (&into)[Capacity]) noexcept {
  const int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::size_t size = 0;
  while (size < Capacity) {
    const ssize_t got = ::read(file, into + size, Capacity - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  close(file);
  return {into, size};
}

// Takes the next word off the text: what stands before the next blank or line end.
[[nodiscard]] constexpr std::string_view next_word(std::string_view& text) noexcept {
  const std::size_t start = text.find_first_not_of(" \t\n");
  if (start == text.npos) return text = {};
  std::size_t end = text.find_first_of(" \t\n", start);
  if (end == text.npos) end = text.size();
  const std::string_view word = text.substr(start, end - start);
  text.remove_prefix(end);
  return word;
}
[[nodiscard]] constexpr double number_of(std::string_view word) noexcept {
  if (word.empty()) return not_known;
  std::uint64_t value = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return not_known;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return static_cast<double>(value);
}
// The number behind `key`, which starts a line: "read_bytes: 4096".
[[nodiscard]] constexpr double number_behind(std::string_view text, std::string_view key) noexcept {
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
    if (at != 0 && text[at - 1] != '\n') continue;
    std::string_view rest = text.substr(at + key.size());
    return number_of(next_word(rest));
  }
  return not_known;
}
// A number of /proc/net/netstat, where a line of names stands above a line of values.
[[nodiscard]] constexpr double number_below(std::string_view text, std::string_view line,
                                            std::string_view name) noexcept {
  const std::size_t first = text.find(line);
  const std::size_t second = first == text.npos ? first : text.find(line, first + 1);
  if (second == text.npos) return not_known;
  std::string_view names = text.substr(first, second - first), values = text.substr(second);
  for (std::string_view word = next_word(names); !word.empty(); word = next_word(names)) {
    const std::string_view value = next_word(values);
    if (word == name) return number_of(value);
  }
  return not_known;
}
// What follows the command's name, which may itself hold blanks and brackets: from field 3 on, the
// state. proc(5), /proc/[pid]/stat.
[[nodiscard]] constexpr std::string_view behind_command(std::string_view stat) noexcept {
  const std::size_t end = stat.rfind(')');
  return end == stat.npos ? std::string_view{} : stat.substr(end + 1);
}

// Calls `visit(name)` for every entry of a folder but "." and "..". False when it cannot be read.
// getdents64(2) itself, because opendir allocates.
template <class Visit>
bool for_each_entry(int folder, const Visit& visit) noexcept {
  alignas(8) char buffer[8192];
  for (;;) {
    const long got = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (got < 0) return false;
    if (got == 0) return true;
    for (long at = 0; at < got;) {
      // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, name.
      std::uint16_t length;
      std::memcpy(&length, buffer + at + 16, sizeof length);
      const char* const name = buffer + at + 19;
      if (name[0] != '.') visit(name);
      at += length;
    }
  }
}

}  // namespace pantograph::schemas::detail
