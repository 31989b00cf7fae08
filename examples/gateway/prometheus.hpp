// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Prometheus of our own: a child process with a temporary folder and a free loopback port, which
// scrapes one target every second. It ends, and its folder is removed, with this object; should
// this program be killed, the kernel ends the child.
//
//     auto server = prometheus::start(find_prometheus(), port, stop);
//     if (server && (*server)->wait_for_scrape(after, stop)) n = (*server)->ask("sum(up)");

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <pantograph/base/result.hpp>

namespace gateway {

// The program in PATH; empty: not installed.
[[nodiscard]] std::string find_prometheus();

class prometheus {
 public:
  // Waits until it is ready. `stop` ends the wait early, as an error. Call it on the main thread:
  // the child ends with the thread that started it.
  [[nodiscard]] static pantograph::result<std::unique_ptr<prometheus>> start(
      const std::string& program, std::uint16_t target, const std::atomic<bool>& stop);
  ~prometheus();
  prometheus(const prometheus&) = delete;
  prometheus& operator=(const prometheus&) = delete;

  // Waits, at most 10 s, until it has scraped the target after `moment`, and the target was up.
  [[nodiscard]] pantograph::result<void> wait_for_scrape(
      std::chrono::system_clock::time_point moment, const std::atomic<bool>& stop);
  // The one number that an expression yields now; nothing when it yields none, or several.
  [[nodiscard]] std::optional<double> ask(std::string_view expression);

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  prometheus() = default;
  [[nodiscard]] bool launch(const std::string& program);
  [[nodiscard]] bool alive();
  // The child ended, or another program answers on its port: what its log says.
  [[nodiscard]] pantograph::error failed(const std::string& what) const;
  void end() noexcept;

  std::string folder_;
  std::uint16_t port_ = 0;
  pid_t child_ = -1;
};

}  // namespace gateway
