// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a callable inside an operation (<pantograph/instruments/operation.hpp>): it is counted,
// timed and in flight while it runs, and its result is returned. An exception ends the operation as
// `error`, is counted by type where the schema has `record_error`, and travels on. Costs what the
// operation costs; only a thrown exception allocates (its type's name is spelled out).
//
//     auto row = pg::schemas::monitor(metrics, metrics.database_query,
//                                     {.query_type = query_type::select},
//                                     [&] { return db.find(id); });
//     auto all = pg::schemas::monitor(metrics, metrics.tool_execution, {.tool_name = "list"},
//                                     [&](auto& call) { call.end(outcome::timeout); return 0; });
//     server.add("list", pg::schemas::monitored(metrics, metrics.tool_execution,
//                                               {.tool_name = "list"}, &list));    // a decorator

#include <cxxabi.h>

#include <cstdlib>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <pantograph/instruments/operation.hpp>

namespace pantograph::schemas {
namespace detail {

// Hands the type of the exception that is being handled to `use`: "std::runtime_error".
// Precondition: called in a handler.
template <class Use>
void with_exception_name(const Use& use) noexcept {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) {
    use(std::string_view{"foreign"});  // thrown by another language
    return;
  }
  int status = 0;
  char* const name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  use(std::string_view{name != nullptr ? name : type->name()});
  std::free(name);
}

template <class Call, class Work>
decltype(auto) run_with(Call& call, Work&& work) {
  if constexpr (std::is_invocable_v<Work, Call&>) {
    return std::forward<Work>(work)(call);
  } else {
    static_assert(
        std::is_invocable_v<Work>,
        "[monitor/callable] what is monitored takes nothing, or the operation under way as "
        "`auto& call`. Wrap it in a lambda: [&] { return work(argument); }");
    return std::forward<Work>(work)();
  }
}

}  // namespace detail

// Returns what `work` returns. `kind` is one that lives for ever, like those of the ready-made
// schemas.
template <class Kind, class Work>
decltype(auto) monitor(typename Kind::schema& on, const Kind& kind,
                       const typename Kind::labels& labels, Work&& work) {
  auto call = pantograph::begin(on, kind, labels);  // ends after the handler below
#if defined(__cpp_exceptions)
  try {
    return detail::run_with(call, std::forward<Work>(work));
  } catch (...) {
    if constexpr (requires { on.record_error(std::string_view{}); }) {
      detail::with_exception_name([&](std::string_view name) { on.record_error(name); });
    }
    throw;
  }
#else
  return detail::run_with(call, std::forward<Work>(work));
#endif
}

// `work` as a callable that is monitored at each call, whatever its arguments. Refers to `on`,
// which must outlive it; the texts of `labels` are kept by the schema, and the series exist from
// now on.
template <class Kind, class Work>
[[nodiscard]] auto monitored(typename Kind::schema& on, const Kind& kind,
                             const typename Kind::labels& labels, Work work) {
  return [&on, &kind, kept = (on.*kind.timed).kept(labels),
          work = std::move(work)]<class... Arguments>(
             Arguments&&... arguments) mutable -> decltype(auto) {
    return monitor(on, kind, kept,
                   [&]() -> decltype(auto) { return work(std::forward<Arguments>(arguments)...); });
  };
}

}  // namespace pantograph::schemas
