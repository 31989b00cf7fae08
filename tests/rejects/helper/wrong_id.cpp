// SPDX-License-Identifier: Apache-2.0
// expected: refused for another reason
// The id begins alike, and metric/sin is not it.
#ifdef REJECT
static_assert(false, "[metric/sin-of-another-kind] it is a sin: do not.");
#endif
