#!/usr/bin/env bash
# Sends what schemathesis makes of docs/reference/openapi.json to the collector of an emulator: no answer is a 5xx, and each
# is one that the document has. Needs: python3 with its venv module, and pip's usual package index for the first run.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" # the pinned Node

version=4.32.5 # pinned, so that a failure is ours
venv=.headrace/venv-openapi
source scripts/venv.sh
venv_with "$venv" "schemathesis==$version"

mkdir -p .headrace
data=$(mktemp -d .headrace/openapi-XXXXXX)
node --disable-warning=ExperimentalWarning cli/headrace.ts up --json --port 0 --data "$data/stage" >"$data/up.json" 2>"$data/up.log" &
stage=$!
trap 'kill "$stage" 2>/dev/null; wait "$stage" 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 600); do
  [[ -s $data/up.json ]] && break
  kill -0 "$stage" 2>/dev/null || { cat "$data/up.log" >&2; exit 1; }
  sleep 0.2
done
read -r collector key < <(node -e '
  const up = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  console.log(up.collector, up.writeKey)' "$data/up.json")

# Letters are other names of calls that are tried by their own: the same code answers.
aliases='^/v1/(t|p|i|g|s|a|b|import)$'

# checks <options …>: what the document says of answers, and nothing about what a server should refuse: the collector takes
# what it can, and puts the rest into quarantine.
checks() {
  "$venv/bin/schemathesis" run docs/reference/openapi.json --url "$collector" --no-color --seed 1 --generation-database none \
    --exclude-path-regex "$aliases" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance "$@"
}
checks --header "x-write-key: $key" --phases coverage,fuzzing --max-examples "${EXAMPLES:-5}"
# Without a key nothing is taken, and each protocol says so in its own words.
checks --phases fuzzing --max-examples 3
