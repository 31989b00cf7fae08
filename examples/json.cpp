// SPDX-License-Identifier: Apache-2.0
//
// All of Boost.JSON in one file: the examples read and write JSON, and there is no library to
// link when Boost's headers are all that is installed.

#include <boost/json/src.hpp>
