// SPDX-License-Identifier: Apache-2.0

#include "ring.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vertical {
namespace {

static_assert(sizeof(ring_header) <= ring::header_bytes);
constexpr char magic[] = "VRING\r\n";  // seven bytes and a zero
constexpr std::uint32_t is_record = 1, is_padding = 2;
struct record_header {
  std::uint32_t bytes;  // of the body, or of the padding behind this header
  std::uint32_t kind;
};

constexpr std::uint64_t whole(std::uint64_t bytes) { return 8 + (bytes + 7) / 8 * 8; }

pantograph::error failed(std::string_view id, const std::string& path, const char* what) {
  std::string text("[");  // g++ 12 warns of "[" + std::string (GCC bug 105651)
  return {id, text.append(id).append("] ").append(path).append(": ").append(what)};
}
const char* reason() { return std::strerror(errno); }

}  // namespace

void unmap_ring::operator()(ring_header* header) const noexcept {
  munmap(header, bytes);
  close(file);
}

// Takes over `file`.
pantograph::result<ring> ring::map(int file, const std::string& path, std::uint64_t data_bytes) {
  const std::uint64_t bytes = header_bytes + data_bytes;
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) {
    close(file);
    return failed("vertical/ring-system", path, reason());
  }
  ring out;
  out.header_ = {static_cast<ring_header*>(at), unmap_ring{bytes, file}};
  out.path_ = path;
  return out;
}

pantograph::result<ring> ring::create(const std::string& path, std::uint64_t data_bytes) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return failed("vertical/ring-system", path, reason());
  // A sparse file on a full file system would be a SIGBUS inside of record().
  const int full = posix_fallocate(file, 0, static_cast<off_t>(header_bytes + data_bytes));
  if (full != 0 || flock(file, LOCK_EX | LOCK_NB) != 0) {
    auto problem = failed("vertical/ring-system", path, std::strerror(full != 0 ? full : errno));
    close(file);
    unlink(path.c_str());
    return problem;
  }
  auto made = map(file, path, data_bytes);
  if (!made) return made;
  ring_header& header = made->header();
  header.data_bytes = data_bytes;
  if (getrandom(header.id, sizeof header.id, 0) != sizeof header.id) {
    return failed("vertical/ring-system", path, "no random bytes for its id");
  }
  // Until the magic stands, nobody adopts the file: a death before leaves an empty one.
  std::atomic_thread_fence(std::memory_order_release);
  std::memcpy(header.magic, magic, sizeof header.magic);
  return made;
}

pantograph::result<ring> ring::adopt(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return failed("vertical/ring-system", path, reason());
  const auto refuse = [&](std::string_view id, const char* why) {
    close(file);
    return failed(id, path, why);
  };
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return refuse("vertical/ring-in-use", "its process is alive");
  }
  struct stat opened = {}, named = {};
  if (fstat(file, &opened) != 0 || stat(path.c_str(), &named) != 0 ||
      opened.st_ino != named.st_ino) {
    return refuse("vertical/ring-foreign", "another process has just drained it");
  }
  if (opened.st_uid != geteuid()) {
    return refuse("vertical/ring-foreign", "it belongs to another user");
  }
  if (opened.st_size <= static_cast<off_t>(header_bytes)) {
    return refuse("vertical/ring-foreign", "it is shorter than a ring's header");
  }
  const auto data_bytes = static_cast<std::uint64_t>(opened.st_size) - header_bytes;
  auto found = map(file, path, data_bytes);
  if (!found) return found;
  const ring_header& header = found->header();
  const std::uint64_t head = header.head, tail = header.tail;
  if (std::memcmp(header.magic, magic, sizeof header.magic) != 0 ||
      header.data_bytes != data_bytes || (data_bytes & (data_bytes - 1)) != 0 || tail > head ||
      head - tail > data_bytes || head % 8 != 0 || tail % 8 != 0) {
    return failed("vertical/ring-foreign", path, "its header is not that of a ring");
  }
  return found;
}

char* ring::room_for(std::uint64_t bytes) noexcept {
  const std::uint64_t size = header_->data_bytes;
  std::uint64_t place = header_->head.load(std::memory_order_relaxed);
  const std::uint64_t left = size - (place & (size - 1));  // to the end of the lap; a multiple of 8
  const std::uint64_t skipped = whole(bytes) > left ? left : 0;
  const std::uint64_t tail = header_->tail.load(std::memory_order_acquire);
  if (whole(bytes) > size / 2 || place + skipped + whole(bytes) > tail + size) {
    header_->dropped.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  if (skipped != 0) {
    const record_header padding{static_cast<std::uint32_t>(skipped - 8), is_padding};
    std::memcpy(at(place), &padding, sizeof padding);
    place += skipped;
  }
  place_ = place;
  return at(place) + sizeof(record_header);
}

void ring::publish(std::uint64_t bytes) noexcept {
  const record_header record{static_cast<std::uint32_t>(bytes), is_record};
  std::memcpy(at(place_), &record, sizeof record);
  header_->head.store(place_ + whole(bytes), std::memory_order_release);
}

bool ring::read(std::uint64_t& position, std::uint64_t head,
                std::string_view& record) const noexcept {
  record_header found;
  std::memcpy(&found, at(position), sizeof found);
  const std::uint64_t lap = header_->data_bytes - (position & (header_->data_bytes - 1));
  if ((found.kind != is_record && found.kind != is_padding) ||
      whole(found.bytes) > head - position || whole(found.bytes) > lap) {
    return false;
  }
  record = found.kind == is_record ? std::string_view(at(position) + sizeof found, found.bytes)
                                   : std::string_view();
  position += whole(found.bytes);
  return true;
}

}  // namespace vertical
