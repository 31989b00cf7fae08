// SPDX-License-Identifier: Apache-2.0
#pragma once

// Facts about the process that do not change while it runs, as labels of one series whose value is
// always 1: version, commit, build (OpenMetrics 1.0, 5.1.7 "Info").
//
//     struct build { pg::label<pg::text> version; pg::label<pg::text> commit; };
//     pg::info<build> build_info{"What is running."};
//     metrics.build_info.set({.version = "1.4.0", .commit = "d3adb33"});

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <type_traits>

#include <pantograph/base/lock.hpp>
#include <pantograph/base/utf8.hpp>
#include <pantograph/instruments/counter.hpp>

namespace pantograph {

template <class Labels>
class info {
  using set_of = detail::label_set<Labels>;
  using facts = detail::options_of<Labels, at_most<1>>;

 public:
  static constexpr metric_kind kind = metric_kind::info;
  static constexpr detail::value_form form = detail::value_form::constant;
  using labels = Labels;
  using unit = count;
  using options = facts;

  constexpr info(const char* help) noexcept : help_(help) {}
  info(const info&) = delete;
  info& operator=(const info&) = delete;
  constexpr ~info() {
    if (!std::is_constant_evaluated()) std::free(texts_);
  }

  // Replaces all labels. Takes a lock and allocates: for the start of a program. Ill-formed UTF-8
  // becomes U+FFFD. Without a call the family is not exported.
  void set(const Labels& to) noexcept {
    std::size_t bytes = 0;
    each_text(to, [&](std::size_t, std::string_view text) { bytes += text.size() * 3; });
    auto* fresh = static_cast<char*>(std::malloc(bytes == 0 ? 1 : bytes));
    if (fresh == nullptr) return;
    const detail::guard hold(lock_);
    std::size_t used = 0;
    each_text(to, [&](std::size_t i, std::string_view text) {
      sizes_[i] = detail::normalise_utf8(text, fresh + used, bytes - used);
      used += sizes_[i];
    });
    std::free(texts_);
    texts_ = fresh;
  }

  // Hands every label's text to `out(position, text)`; false when `set` was never called.
  template <class Out>
  bool read(const Out& out) const noexcept {
    const detail::guard hold(lock_);
    if (texts_ == nullptr) return false;
    const char* at = texts_;
    for (std::size_t i = 0; i < set_of::size; ++i) {
      out(i, std::string_view{at, sizes_[i]});
      at += sizes_[i];
    }
    return true;
  }

  [[nodiscard]] constexpr const char* help() const noexcept { return help_; }
  void attach() noexcept {}

 private:
  template <class Visit>
  static void each_text(const Labels& of, const Visit& visit) noexcept {
    detail::for_each_position<set_of::size>([&](auto at) {
      using value_type = typename set_of::template value_type<at>;
      if constexpr (std::is_same_v<value_type, text>) {
        visit(at, detail::field<at>(of).value());
      } else {
        visit(at, detail::label_value_text<value_type>(static_cast<std::size_t>(
                      detail::label_index(detail::field<at>(of).value()))));
      }
    });
  }

  const char* help_;
  mutable detail::lock lock_;
  char* texts_ = nullptr;
  std::size_t sizes_[set_of::size == 0 ? 1 : set_of::size] = {};
};

}  // namespace pantograph
