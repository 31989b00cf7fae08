// SPDX-License-Identifier: Apache-2.0
#pragma once

// A value or an error, for calls that can fail away from the recording path. Never throws by itself.
//
//     const auto port = endpoint.start(out);   // result<std::uint16_t>
//     if (!port) std::fputs(port.error().text.c_str(), stderr);

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pantograph {

// `id` is the stable slug of the rule that was broken ("http/port-in-use"); `text` is for people:
// it names the thing, the place, the rule and the cure.
struct error {
  std::string_view id;  // static storage
  std::string text;
};

template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : value_(std::move(value)) {}
  result(pantograph::error why) : error_(std::move(why)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  // Precondition: holds a value.
  [[nodiscard]] T& value() & noexcept { return *value_; }
  [[nodiscard]] const T& value() const& noexcept { return *value_; }
  [[nodiscard]] T&& value() && noexcept { return *std::move(value_); }
  [[nodiscard]] T& operator*() & noexcept { return *value_; }
  [[nodiscard]] const T& operator*() const& noexcept { return *value_; }
  [[nodiscard]] T* operator->() noexcept { return &*value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &*value_; }
  // Empty when a value is held.
  [[nodiscard]] const pantograph::error& error() const noexcept { return error_; }

 private:
  std::optional<T> value_;
  pantograph::error error_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(pantograph::error why) : ok_(false), error_(std::move(why)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return ok_; }
  [[nodiscard]] const pantograph::error& error() const noexcept { return error_; }

 private:
  bool ok_ = true;
  pantograph::error error_;
};

}  // namespace pantograph
