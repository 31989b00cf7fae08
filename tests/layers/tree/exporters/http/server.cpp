// SPDX-License-Identifier: Apache-2.0
#include <pantograph/exporters/http.hpp>
#include <boost/beast.hpp>
#include <iostream>
#include "../../codegen/writer.hpp"
