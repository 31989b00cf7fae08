// SPDX-License-Identifier: Apache-2.0
#include <pantograph/schema/label.hpp>
#include <pantograph/catalog/rows.hpp>
