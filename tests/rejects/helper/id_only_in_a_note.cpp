// SPDX-License-Identifier: Apache-2.0
// expected: refused for another reason
// A typing error; the compiler shows the source line with the id only as context.
#ifdef REJECT
const char* text = "[metric/sin]" + does_not_exist;
#endif
