// SPDX-License-Identifier: Apache-2.0
#pragma once

// The recording core: declare metrics as a struct, record, write them as text. Needs Boost.PFR alone.

#include <pantograph/catalog/catalog.hpp>
#include <pantograph/instruments/attach.hpp>
#include <pantograph/instruments/counter.hpp>
#include <pantograph/instruments/gauge.hpp>
#include <pantograph/instruments/histogram.hpp>
#include <pantograph/instruments/info.hpp>
#include <pantograph/instruments/money_counter.hpp>
#include <pantograph/instruments/observed.hpp>
#include <pantograph/instruments/operation.hpp>
#include <pantograph/instruments/runtime_metrics.hpp>
#include <pantograph/instruments/state_set.hpp>
#include <pantograph/instruments/up_down.hpp>
#include <pantograph/text/exposition.hpp>
#include <pantograph/text/negotiate.hpp>
