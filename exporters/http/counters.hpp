// SPDX-License-Identifier: Apache-2.0
#pragma once

// The endpoint's own numbers. One writer, the endpoint's thread, so a plain load and store is
// enough; any thread may read.

#include <array>
#include <atomic>
#include <cstdint>

#include <pantograph/exporters/http.hpp>

namespace pantograph::exporters::detail {

class counter_cell {
 public:
  void add(std::uint64_t amount = 1) noexcept { set(value() + amount); }
  void subtract(std::uint64_t amount) noexcept { set(value() - amount); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct counters {
  counter_cell scrapes_prometheus;
  counter_cell scrapes_openmetrics;
  counter_cell health_requests;
  counter_cell index_requests;
  counter_cell connections_accepted;
  counter_cell bytes_sent;
  counter_cell internal_errors;
  counter_cell connections_open;
  counter_cell last_scrape_nanoseconds;
  std::array<counter_cell, http_refusal_count> refusals;

  void refuse(http_refusal reason) noexcept { refusals[static_cast<std::size_t>(reason)].add(); }
};

}  // namespace pantograph::exporters::detail
