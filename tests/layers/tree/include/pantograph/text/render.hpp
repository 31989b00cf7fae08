// SPDX-License-Identifier: Apache-2.0
#include <pantograph/snapshot/snapshot.hpp>
#include <pantograph/attic/old.hpp>
#include <iostream>
#include <pantograph/schemas/shop.hpp>
