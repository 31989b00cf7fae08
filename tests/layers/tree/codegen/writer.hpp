// SPDX-License-Identifier: Apache-2.0
#include <pantograph/exporters/http.hpp>
#include <pantograph/schemas/shop.hpp>
