// SPDX-License-Identifier: Apache-2.0
#include "text_blocks.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace pantograph::exporters::detail {

block_pool::~block_pool() {
  while (free_ != nullptr) {
    text_block* const next = free_->next;
    delete free_;
    free_ = next;
  }
}

text_block* block_pool::take() noexcept {
  if (in_use_ >= limit_) return nullptr;
  text_block* block = free_;
  if (block != nullptr) {
    free_ = block->next;
    --free_count_;
  } else {
    block = new (std::nothrow) text_block;  // its 64 KiB stay unwritten until text comes
    if (block == nullptr) return nullptr;
  }
  block->next = nullptr;
  block->size = 0;
  ++in_use_;
  return block;
}

void block_pool::give_back(text_block* block) noexcept {
  --in_use_;
  if (free_count_ >= 2 * largest_text_) {
    delete block;
    return;
  }
  block->next = free_;
  free_ = block;
  ++free_count_;
}

bool block_chain::append(std::string_view text) noexcept {
  while (!text.empty()) {
    if (last_ == nullptr || last_->size == sizeof last_->data) {
      text_block* const block = pool_.take();
      if (block == nullptr) return false;
      (last_ == nullptr ? first_ : last_->next) = block;
      last_ = block;
      ++count_;
    }
    const std::size_t part = std::min(text.size(), sizeof last_->data - last_->size);
    std::memcpy(last_->data + last_->size, text.data(), part);
    last_->size += part;
    size_ += part;
    text.remove_prefix(part);
  }
  return true;
}

void block_chain::drop_front() noexcept {
  text_block* const block = first_;
  first_ = block->next;
  if (first_ == nullptr) last_ = nullptr;
  --count_;
  pool_.give_back(block);
}

void block_chain::clear() noexcept {
  while (first_ != nullptr) drop_front();
  size_ = 0;
}

}  // namespace pantograph::exporters::detail
