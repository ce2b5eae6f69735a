#!/usr/bin/env bash
# Drives an emulator with the stock aws CLI, as a data engineer would: what the pipeline uses has to answer.
# Needs: python3 with its venv module, and pip's usual package index for the first run.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" # the pinned Node

version=1.45.11 # pinned, so that a failure is ours
venv=.headrace/venv-aws
source scripts/venv.sh
venv_with "$venv" "awscli==$version"

data=$(mktemp -d .headrace/awscli-XXXXXX)
node --disable-warning=ExperimentalWarning cli/headrace.ts up --json --port 0 --data "$data/stage" >"$data/up.json" 2>"$data/up.log" &
stage=$!
trap 'kill "$stage" 2>/dev/null; wait "$stage" 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 600); do
  [[ -s $data/up.json ]] && break
  kill -0 "$stage" 2>/dev/null || { cat "$data/up.log" >&2; exit 1; }
  sleep 0.2
done
read -r endpoint collector key < <(node -e '
  const up = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  console.log(up.endpoint, up.collector, up.writeKey)' "$data/up.json")

export AWS_ENDPOINT_URL=$endpoint AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=
export AWS_ACCESS_KEY_ID=engineer AWS_SECRET_ACCESS_KEY=local AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_CA_BUNDLE
aws() { "$venv/bin/aws" --output text "$@"; }

# expect <what> <pattern> <command …>: the command succeeds and says what the pattern asks for.
expect() {
  local what=$1 pattern=$2 said
  shift 2
  if ! said=$("$@" 2>&1) || ! grep -qE -- "$pattern" <<<"$said"; then
    printf 'FAILED: %s\n  %s\n  wanted /%s/, got:\n%s\n' "$what" "$*" "$pattern" "$said" >&2
    exit 1
  fi
  echo "ok: $what"
}

account=000000000000
lake=headrace-local-lake-$account
machine=arn:aws:states:us-east-1:$account:stateMachine:headrace-local-etl

expect 'kinesis lists the stream' headrace-local-events aws kinesis list-streams
expect 'kinesis describes it' ACTIVE aws kinesis describe-stream-summary --stream-name headrace-local-events
curl -sS --fail -u "$key:" "$collector/v1/events" \
  -d '{"event_id":"cli-1","event_name":"page_view","event_time":"2026-11-01T05:00:00Z"}' >/dev/null
curl -sS --fail "$endpoint/_emulator/mappings?wait=idle" >/dev/null
expect 's3 lists what has landed' 'n1\.ndjson\.gz' aws s3 ls --recursive "s3://$lake/raw/"
echo hello >"$data/hello"
expect 's3 copies up' . aws s3 cp "$data/hello" "s3://$lake/reports/hello.txt"
expect 's3 copies down' hello aws s3 cp "s3://$lake/reports/hello.txt" -
expect 's3 removes' . aws s3 rm "s3://$lake/reports/hello.txt"
expect 'dynamodb shows the stale hour' 2026-11-01T05 aws dynamodb scan --table-name headrace-local-ledger
expect 'lambda invokes a function' 200 aws lambda invoke --function-name headrace-local-sweep \
  --payload '{"execution":"by-hand"}' "$data/answer"

execution=$(aws stepfunctions start-execution --state-machine-arn "$machine" --query executionArn \
  --input '{"from":"2026-11-01T00","to":"2026-11-02T00"}')
for _ in $(seq 300); do
  status=$(aws stepfunctions describe-execution --execution-arn "$execution" --query status)
  [[ $status == RUNNING ]] || break
  sleep 0.2
done
expect 'stepfunctions ran a backfill by hand' SUCCEEDED echo "$status"
expect 'stepfunctions tells its history' ExecutionSucceeded aws stepfunctions get-execution-history \
  --execution-arn "$execution" --reverse-order --max-items 5
expect 'stepfunctions lists executions' SUCCEEDED aws stepfunctions list-executions --state-machine-arn "$machine"
expect 'glue lists the tables' order_completed aws glue get-tables --database-name headrace_local --query 'TableList[].Name'
expect 'glue shows the partition' 'build=' aws glue get-partitions --database-name headrace_local --table-name events \
  --query 'Partitions[].StorageDescriptor.Location'
expect 'glue knows the crawler' READY aws glue get-crawler --name headrace-local-raw

query=$(aws athena start-query-execution --work-group headrace-local --query QueryExecutionId \
  --query-execution-context Database=headrace_local --query-string 'SELECT event_id FROM events')
for _ in $(seq 100); do
  status=$(aws athena get-query-execution --query-execution-id "$query" --query QueryExecution.Status.State)
  [[ $status == QUEUED || $status == RUNNING ]] || break
  sleep 0.2
done
expect 'athena ran a query' SUCCEEDED echo "$status"
expect 'athena has its rows' cli-1 aws athena get-query-results --query-execution-id "$query"
expect 'cloudwatch describes the alarms' headrace-local-etl-failed aws cloudwatch describe-alarms \
  --query 'MetricAlarms[].AlarmName'
expect 'cloudwatch has the metrics of the functions' EventsAccepted aws cloudwatch list-metrics --namespace Headrace/local \
  --query 'Metrics[].MetricName'
expect 'sns lists the alarm topic' headrace-local-alarms aws sns list-topics
# This generation of the CLI does not look at AWS_ENDPOINT_URL for SQS.
expect 'sqs answers' '^' aws --endpoint-url "$endpoint" sqs list-queues
refused=$(aws glue list-jobs 2>&1 || true)
expect 'an action that is not emulated says so' 'ListJobs is not emulated' echo "$refused"
refused=$(aws cloudformation list-stacks 2>&1 || true)
expect 'a service that is not emulated says so' 'cloudformation is not emulated' echo "$refused"
echo "The aws CLI $version works against the emulator."
