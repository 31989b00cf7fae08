// SPDX-License-Identifier: Apache-2.0
#include <boost/pfr/core_name.hpp>
#include <boost/asio.hpp>
  #  include   <pantograph/base/text.hpp>
#include "../base/text.hpp"
#include <pantograph/base/detail/bits.hpp>
