// SPDX-License-Identifier: Apache-2.0
#include <pantograph/schema/label.hpp>
