// SPDX-License-Identifier: Apache-2.0
#pragma once

// Replays a trace through the instruments on several threads. Arrivals keep the trace's spacing,
// divided by `speed`; a call stays in flight as long as it is simulated to take, divided likewise,
// so that what is in flight is what it would be in real time. Each thread sleeps until its next
// event, never for a whole call.
//
//     replay run(instruments, requests, {.speed = 60, .threads = 4});
//     while (!run.finished()) ...  run.progress() ...
//     run.stop();                      // early: what is in flight ends at once, nothing new starts
//     run.wait();

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "instruments.hpp"
#include "model.hpp"
#include "trace.hpp"

namespace gateway {

struct replay_options {
  double speed = 1;  // times real time
  unsigned threads = 4;
  std::uint64_t seed = 1;
  failure_rates rates{};
};

// How one request ended: the program's own list, to compare with what the instruments say.
struct ended_request {
  bool ended = false;  // false: never started, because the replay was stopped
  std::chrono::nanoseconds tool_time{}, model_time{};
  pg::schemas::outcome tool_outcome{};
  pg::schemas::llm_error model_error{};
  std::uint32_t input_tokens = 0, output_tokens = 0;
};

class replay {
 public:
  // Starts. All of the arguments must outlive it.
  replay(instruments& into, std::span<const request> requests, const replay_options& options);
  ~replay();
  replay(const replay&) = delete;
  replay& operator=(const replay&) = delete;

  void stop() noexcept;
  void wait();

  struct counts {
    std::size_t started, ended;
  };
  [[nodiscard]] counts progress() const noexcept { return {started_, ended_}; }
  [[nodiscard]] bool finished() const noexcept { return running_ == 0; }
  // In the trace's order. After wait().
  [[nodiscard]] std::span<const ended_request> results() const noexcept { return results_; }

 private:
  struct flight;

  void work(std::size_t first);
  // Until the moment `at` of the trace; at once when stopped.
  void sleep_until(std::chrono::nanoseconds at);
  // The next thing that happens to the request, at its `due`. False: it was the last.
  [[nodiscard]] bool advance(flight& of);
  void begin(flight& of);
  void end(flight& of);
  void record_model(const flight& of);
  void record_http(const flight& of);

  instruments& into_;
  std::span<const request> requests_;
  replay_options options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<ended_request> results_;  // each element is written by one thread
  std::atomic<std::size_t> started_{0}, ended_{0}, running_{0};
  std::mutex stopping_;
  std::condition_variable stop_said_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gateway
