// SPDX-License-Identifier: Apache-2.0
//
// Records known values in every family of every schema and shows them to the referees:
//
//     parity_populate FOLDER            writes metrics.prom and metrics.om (the two text formats),
//                                       samples.jsonl and families.jsonl (what was recorded)
//     parity_populate FOLDER --serve    the same; then serves /metrics on a free loopback port,
//                                       prints "port <n>" and ends when its standard input does

#include <pantograph/metrics.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "everything.hpp"
#include "ready_made.hpp"
#include "recorded.hpp"

#if defined(PARITY_SERVES)
#include <pantograph/exporters/http.hpp>
#endif

namespace {

namespace pg = pantograph;

bool write_text(pg::exposition& exposition, pg::text_format format, const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  auto keep = [&](std::string_view chunk) { std::fwrite(chunk.data(), 1, chunk.size(), file); };
  exposition.write(pg::sink_to(keep), format);
  return std::fclose(file) == 0;
}

int serve([[maybe_unused]] pg::exposition& exposition) {
#if defined(PARITY_SERVES)
  pg::exporters::http_endpoint endpoint;
  const auto started = endpoint.start(exposition, {.port = 0});
  if (!started) {
    std::fprintf(stderr, "%s\n", started.error().text.c_str());
    return 1;
  }
  std::printf("port %d\n", static_cast<int>(endpoint.port()));
  std::fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
#else
  std::fprintf(stderr, "this program was built without pantograph::http and cannot serve\n");
  return 77;
#endif
}

}  // namespace

int main(int count, char** arguments) {
  const bool serving = count == 3 && std::strcmp(arguments[2], "--serve") == 0;
  if (count != 2 && !serving) {
    std::fprintf(stderr, "usage: %s FOLDER [--serve]\n", arguments[0]);
    return 2;
  }
  parity::everything_metrics everything;
  parity::pool_metrics orders, users;
  pg::schemas::tool_server_metrics tools;
  pg::schemas::llm_client_metrics models;
  pg::schemas::http_server_metrics requests;
  pg::schemas::process_metrics process;

  pg::exposition exposition;
  const std::string hostile_pool = "us\"ers\n\\";
  const bool added = exposition.add(everything) && exposition.add(orders, {.pool = "orders"}) &&
                     exposition.add(users, {.pool = hostile_pool}) && exposition.add(tools) &&
                     exposition.add(models) && exposition.add(requests) && exposition.add(process);
  for (const std::string& problem : exposition.problems())
    std::fprintf(stderr, "%s\n", problem.c_str());
  if (!added) return 1;

  parity::recorded list;
  parity::populate_everything(everything, list);
  parity::populate_pool(orders, "orders", 3, list);
  parity::populate_pool(users, hostile_pool, 4, list);
  list.families_of<parity::pool_metrics>();
  parity::populate_tools(tools, list);
  parity::populate_models(models, list);
  parity::populate_requests(requests, list);
  parity::populate_process(process, list);

  const std::string folder = arguments[1];
  if (!list.write(folder) ||
      !write_text(exposition, pg::text_format::prometheus_0_0_4, folder + "/metrics.prom") ||
      !write_text(exposition, pg::text_format::openmetrics_1_0, folder + "/metrics.om")) {
    std::fprintf(stderr, "cannot write into %s\n", folder.c_str());
    return 1;
  }
  return serving ? serve(exposition) : 0;
}
