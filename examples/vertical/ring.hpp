// SPDX-License-Identifier: Apache-2.0
#pragma once

// A ring in a file that one thread fills and one drains. On tmpfs the file is memory that outlives
// the process: once publish() returned, kill -9 does not lose the record. It does not survive the
// machine. No lock, no allocation, no system call between room_for() and publish().
//
// Positions count bytes from the ring's beginning and never wrap. A record is a header of 8 bytes,
// the body, and padding to 8 bytes; what is left at the end of a lap is skipped by a padding
// record.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <pantograph/base/result.hpp>

namespace vertical {

struct ring_header {
  char magic[8];
  std::uint64_t id[2];       // random: names the ring in the database, whatever its file is called
  std::uint64_t data_bytes;  // a power of two
  alignas(
      64) std::atomic<std::uint64_t> head;  // everything below is whole; written by the producer
  alignas(64) std::atomic<std::uint64_t> tail;     // everything below is stored; by the consumer
  alignas(64) std::atomic<std::uint64_t> dropped;  // records that found no room
};

// Unmaps and unlocks; the file stays.
struct unmap_ring {
  std::uint64_t bytes = 0;
  int file = -1;
  void operator()(ring_header* header) const noexcept;
};

class ring {
 public:
  static constexpr std::uint64_t header_bytes = 4096;

  // A new ring, locked as long as this process keeps it open. Fails rather than to meet SIGBUS
  // later when the file system is full.
  [[nodiscard]] static pantograph::result<ring> create(const std::string& path,
                                                       std::uint64_t data_bytes);
  // A ring whose process is dead, and never one whose process lives; locked as above. It is only
  // drained, never written again. Ids: vertical/ring-in-use, vertical/ring-foreign.
  [[nodiscard]] static pantograph::result<ring> adopt(const std::string& path);

  // ---- the producer ----

  // Where `bytes` may be written, or null when the ring is full (counted).
  [[nodiscard]] char* room_for(std::uint64_t bytes) noexcept;
  // Makes the record that was written there part of the ring. Only now may the process die.
  void publish(std::uint64_t bytes) noexcept;

  // ---- the consumer ----

  // The record at `position` below `head`, and the position behind it. False: there is none,
  // because the head was published before the bytes; `record` is empty where a lap ends.
  [[nodiscard]] bool read(std::uint64_t& position, std::uint64_t head,
                          std::string_view& record) const noexcept;

  [[nodiscard]] ring_header& header() const noexcept { return *header_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  [[nodiscard]] static pantograph::result<ring> map(int file, const std::string& path,
                                                    std::uint64_t data_bytes);
  [[nodiscard]] char* at(std::uint64_t position) const noexcept {
    return reinterpret_cast<char*>(header_.get()) + header_bytes +
           (position & (header_->data_bytes - 1));
  }

  std::unique_ptr<ring_header, unmap_ring> header_;
  std::uint64_t place_ = 0;  // where room_for() put the record
  std::string path_;
};

}  // namespace vertical
