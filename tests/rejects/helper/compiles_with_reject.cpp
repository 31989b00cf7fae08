// SPDX-License-Identifier: Apache-2.0
// expected: not refused
// A sin that no check finds.
int a = 1;
// The id in a comment or a warning is no refusal: [metric/sin]
#ifdef REJECT
#pragma GCC warning "[metric/sin]"
#endif
