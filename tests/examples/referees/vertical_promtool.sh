#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# promtool judges what examples/vertical writes: the rule file is accepted, its test passes, and the
# test fails for every one of the broken rule files made here. The panel's query is accepted as
# well.
#
#   vertical_promtool.sh <vertical> <template> <promtool>

set -eu
vertical=$1 template=$2 promtool=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$vertical" write good "$template"
"$promtool" check rules good/rules.yml
(cd good && "$promtool" test rules rules_test.yml)

# Name and sed command of one-line bugs; each must turn the test red.
failed=0
broken() {
  mkdir "$1"
  sed "$2" good/rules.yml >"$1/rules.yml"
  cp good/rules_test.yml "$1/"
  if cmp -s good/rules.yml "$1/rules.yml"; then
    echo "$1: the bug changes nothing"
    failed=1
  elif (cd "$1" && "$promtool" test rules rules_test.yml >out 2>&1); then
    echo "$1: the generated test does not notice"
    failed=1
  fi
}
broken threshold_higher 's/> 0.01/> 0.05/'
broken threshold_lower 's/> 0.01/> 0.005/'
broken comparison_reversed 's/> 0.01/< 0.01/'
broken other_label_value 's/status="error"/status="timeout"/'
broken matcher_lost 's/{status="error"}//'
broken other_metric 's/mcp_tool_executions_total/mcp_tool_execution_total/g'
broken held_shorter 's/for: 5m/for: 4m/'
broken held_longer 's/for: 5m/for: 6m/'
broken severity_lost 's/severity: critical/severity: info/'
broken value_as_a_ratio 's/ | humanizePercentage//'

# A panel's query is PromQL once Grafana has filled in the interval.
expression=$(sed -n 's/^ *"expr": "\(.*\)",$/\1/p' good/dashboard.json | sed 's/\\"/"/g')
printf "groups:\n  - name: panel\n    rules:\n      - record: panel\n        expr: '%s'\n" \
  "$(printf '%s' "$expression" | sed 's/\$__rate_interval/5m/')" >panel.yml
grep -q mcp_tool_executions_total panel.yml
"$promtool" check rules panel.yml
exit $failed
