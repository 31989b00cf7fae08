// SPDX-License-Identifier: Apache-2.0
// expected: refused
#ifdef REJECT
static_assert(false, "[metric/sin] it is a sin: do not. Do something else.");
#endif
