// SPDX-License-Identifier: Apache-2.0
#include <pantograph/metrics.hpp>
#include <pantograph/exporters/http.hpp>
