// SPDX-License-Identifier: Apache-2.0
// expected: refused for more than one reason
#ifdef REJECT
static_assert(false, "[metric/sin] it is a sin: do not.");
static_assert(false, "[label/second] and another: do not.");
#endif
