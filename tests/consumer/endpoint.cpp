// SPDX-License-Identifier: Apache-2.0
//
// A stranger who serves HTTP: links the static library and sees nothing of Boost.Beast.

#include <pantograph/exporters/http.hpp>
#include <pantograph/schemas/tool_server.hpp>

#ifdef BOOST_BEAST_VERSION
#error "http.hpp shows Boost.Beast to its users"
#endif

int main() {
  pantograph::exporters::http_endpoint endpoint;
  endpoint.stop();
}
