// SPDX-License-Identifier: Apache-2.0
#include <pantograph/instruments/counter.hpp>
