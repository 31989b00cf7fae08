// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <regex>
#include <boost/pfr.hpp>
#include <pantograph/reflect/fields.hpp>
