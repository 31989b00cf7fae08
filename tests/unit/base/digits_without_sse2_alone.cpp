// SPDX-License-Identifier: Apache-2.0
//
// The same numbers by the way of processors without SSE2, which no machine of ours is. A program of
// its own, because both ways are the same functions.

#undef __SSE2__
#include "digits_test.cpp"
