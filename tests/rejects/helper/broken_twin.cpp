// SPDX-License-Identifier: Apache-2.0
// expected: the positive twin does not compile
// Refused with the right id, but also without the sin.
int a = does_not_exist;
#ifdef REJECT
static_assert(false, "[metric/sin] it is a sin: do not. Do something else.");
#endif
