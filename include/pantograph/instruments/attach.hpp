// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gives every instrument of a schema object its cells now, instead of at its first record: for
// programs that want no memory mapped later than their start. Optional; adding the object to an
// exposition does the same.
//
//     pg::attach(metrics);
//     pg::attach_thread();      // and this thread's block

#include <pantograph/instruments/arena.hpp>
#include <pantograph/schema/rows.hpp>

namespace pantograph {

template <class Schema>
void attach(Schema& metrics) noexcept {
  detail::for_each_leaf(detail::leaves_of<Schema>{},
                        [&](auto path) { detail::at_path(metrics, path).attach(); });
}

}  // namespace pantograph
