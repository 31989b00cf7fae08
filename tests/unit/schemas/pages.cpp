// SPDX-License-Identifier: Apache-2.0
//
// Prints the reference page of one ready-made schema; docs/schemas holds what it prints.

#include <pantograph/catalog/markdown.hpp>
#include <pantograph/schemas/http_server.hpp>
#include <pantograph/schemas/llm_client.hpp>
#include <pantograph/schemas/process.hpp>
#include <pantograph/schemas/tool_server.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace schemas = pantograph::schemas;

namespace {

struct page {
  std::string_view header;
  pantograph::schema_row schema;
};

// A schema that is a template is shown without its arguments, which each compiler spells its own way.
const page pages[] = {
    {"tool_server", pantograph::catalog_of<schemas::tool_server_metrics<>>},
    {"llm_client", pantograph::catalog_of<schemas::llm_client_metrics<>>},
    {"http_server", pantograph::catalog_of<schemas::http_server_metrics<>>},
    {"process", pantograph::catalog_of<schemas::process_metrics>},
};

}  // namespace

int main(int count, char** arguments) {
  for (const page& each : pages) {
    if (count != 2 || each.header != arguments[1]) continue;
    const std::string name = std::string(each.header) + "_metrics";
    pantograph::schema_row schema = each.schema;
    schema.name = name;
    std::printf(
        "<!-- Generated from pantograph/schemas/%s.hpp.\n"
        "The target update-golden writes it anew. -->\n\n%s",
        arguments[1], pantograph::markdown_of(schema).c_str());
    return 0;
  }
  std::fprintf(stderr, "usage: %s tool_server|llm_client|http_server|process\n", arguments[0]);
  return 2;
}
