// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rendered text between the exposition and the socket: a chain of 64 KiB blocks from one pool. The
// exposition is done as soon as the chain is full, whatever the reader does; blocks go back to the
// pool as the kernel takes them. Confined to the endpoint's thread.

#include <cstddef>
#include <string_view>

namespace pantograph::exporters::detail {

struct text_block {
  static constexpr std::size_t bytes = 64 * 1024;  // of the whole struct
  text_block* next = nullptr;
  std::size_t size = 0;
  char data[bytes - sizeof(text_block*) - sizeof(std::size_t)];
};
static_assert(sizeof(text_block) == text_block::bytes);

// Hands out blocks up to a limit. Keeps what two texts of the largest size seen need (two
// Prometheus servers often scrape at once), so that repeated scrapes allocate nothing; what a crowd
// of slow readers needed beyond that is freed again.
class block_pool {
 public:
  explicit block_pool(std::size_t limit_bytes) noexcept : limit_(limit_bytes / text_block::bytes) {}
  ~block_pool();
  block_pool(const block_pool&) = delete;
  block_pool& operator=(const block_pool&) = delete;

  [[nodiscard]] text_block* take() noexcept;  // null: limit reached, or no memory
  void give_back(text_block* block) noexcept;
  void note_text(std::size_t blocks) noexcept {
    if (blocks > largest_text_) largest_text_ = blocks;
  }

 private:
  text_block* free_ = nullptr;
  std::size_t free_count_ = 0;
  std::size_t in_use_ = 0;
  std::size_t largest_text_ = 0;  // blocks
  std::size_t limit_;             // blocks
};

class block_chain {
 public:
  explicit block_chain(block_pool& pool) noexcept : pool_(pool) {}
  ~block_chain() { clear(); }
  block_chain(const block_chain&) = delete;
  block_chain& operator=(const block_chain&) = delete;

  // False: the pool is at its limit; the chain holds a part of the text and is to be cleared.
  [[nodiscard]] bool append(std::string_view text) noexcept;
  void drop_front() noexcept;
  void clear() noexcept;
  // Call when a text is complete.
  void finish() noexcept { pool_.note_text(count_); }

  [[nodiscard]] const text_block* front() const noexcept { return first_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }  // bytes appended

 private:
  block_pool& pool_;
  text_block* first_ = nullptr;
  text_block* last_ = nullptr;
  std::size_t count_ = 0;
  std::size_t size_ = 0;
};

}  // namespace pantograph::exporters::detail
