#!/usr/bin/env bash
# Drives an emulator with the stock aws CLI, as a data engineer would: what the pipeline uses has to answer.
# Needs: python3 with its venv module, and pip's usual package index for the first run. What only version 2 of the CLI
# does (on Debian: apt install awscli) is skipped where that is not installed.
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

# Version 2, which no registry of Python has. Debian's does not know AWS_ENDPOINT_URL yet.
cli2=
for found in $(type -ap aws); do
  if "$found" --version 2>/dev/null | grep -q '^aws-cli/2'; then cli2=$found; break; fi
done
aws2() { "$cli2" --output text --endpoint-url "$endpoint" "$@"; }

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
expect 's3 reads a range' '^ell$' bash -c "'$venv/bin/aws' s3api get-object --bucket $lake --key reports/hello.txt \
  --range bytes=1-3 '$data/range' >/dev/null && cat '$data/range' && echo"
expect 's3 presigns a URL that reads' hello curl -sS --fail "$(aws s3 presign "s3://$lake/reports/hello.txt")"
expect 'boto presigns a URL that writes' written "$venv/bin/python" scripts/awsCli/presignedPut.py "$endpoint" "$lake" reports/put.txt
expect 's3 copies with new metadata' text/csv bash -c "'$venv/bin/aws' s3 cp s3://$lake/reports/hello.txt s3://$lake/reports/copy.csv \
  --metadata-directive REPLACE --content-type text/csv >/dev/null &&
  '$venv/bin/aws' s3api head-object --bucket $lake --key reports/copy.csv --query ContentType"
head -c 9500000 /dev/urandom >"$data/large"
aws s3 cp --quiet "$data/large" "s3://$lake/reports/large"
aws s3 cp --quiet "s3://$lake/reports/large" "s3://$lake/reports/large-2" # in parts, from 8 MB on
expect 's3 copies a large object in parts' '-2"' aws s3api head-object --bucket "$lake" --key reports/large-2 --query ETag
aws s3 cp --quiet "s3://$lake/reports/large-2" "$data/large-2"
expect 's3 has the bytes of the copy' '^$' cmp "$data/large" "$data/large-2"
if [[ -n $cli2 ]]; then
  aws2 s3 cp --quiet "s3://$lake/reports/large" "s3://$lake/reports/large-3" # asks for tags before
  expect 's3 of version 2 copies a large object, too' '9500000' aws s3api head-object --bucket "$lake" \
    --key reports/large-3 --query ContentLength
fi
expect 's3 removes' . aws s3 rm --recursive "s3://$lake/reports/"
expect 'dynamodb shows the stale hour' 2026-11-01T05 aws dynamodb scan --table-name headrace-local-ledger

expect 'lambda gives the end of the log' 'REPORT RequestId' bash -c "'$venv/bin/aws' --output text lambda invoke \
  --function-name headrace-local-sweep --payload '{\"execution\":\"by-hand\"}' --log-type Tail --query LogResult '$data/answer' | base64 -d"
group=/aws/lambda/headrace-local-sweep
expect 'logs lists the groups' "$group" aws logs describe-log-groups --log-group-name-prefix /aws/lambda/ --query 'logGroups[].logGroupName'
expect 'logs finds what a function wrote' 'platform.report' aws logs filter-log-events --log-group-name "$group" \
  --filter-pattern '{ $.type = "platform.report" }' --query 'events[].message'
expect 'logs reads a stream' 'platform.report' aws logs get-log-events --log-group-name "$group" \
  --log-stream-name headrace-local-sweep --query 'events[].message'
if [[ -n $cli2 ]]; then
  expect 'logs tails a group' 'platform.report' aws2 logs tail "$group" --since 1h
else
  echo 'skipped: aws logs tail, which needs version 2 of the aws CLI.'
fi

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
execution=$(aws stepfunctions start-execution --state-machine-arn "$machine" --query executionArn --input '{"from":"no hour"}')
# ended <count>: waits until the execution has been redriven so often, and has ended; says its status.
ended() {
  for _ in $(seq 100); do
    read -r count status < <(aws stepfunctions describe-execution --execution-arn "$execution" --query '[redriveCount,status]')
    [[ $count == "$1" && $status != RUNNING ]] && break
    sleep 0.2
  done
  echo "$status"
}
expect 'stepfunctions fails at an input that is wrong' FAILED ended 0
expect 'stepfunctions redrives it' '^[0-9]' aws stepfunctions redrive-execution --execution-arn "$execution"
expect 'stepfunctions fails where it failed before' FAILED ended 1
expect 'stepfunctions says that it can be redriven again' REDRIVABLE aws stepfunctions describe-execution \
  --execution-arn "$execution" --query redriveStatus
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
stack=headrace-local
expect 'cloudformation describes the stack' "$machine" aws cloudformation describe-stacks --stack-name "$stack" \
  --query 'Stacks[].Outputs[].OutputValue'
expect 'cloudformation lists its resources' "$machine" aws cloudformation list-stack-resources --stack-name "$stack" \
  --query 'StackResourceSummaries[].PhysicalResourceId'
expect 'cloudformation describes a resource' "$lake" aws cloudformation describe-stack-resource --stack-name "$stack" \
  --logical-resource-id LakeBucket --query StackResourceDetail.PhysicalResourceId
expect 'cloudformation gives the template' EtlStateMachine aws cloudformation get-template --stack-name "$stack" \
  --query 'keys(TemplateBody.Resources)'
expect 'scheduler lists the schedules' headrace-local-etl aws scheduler list-schedules --query 'Schedules[].Name'
expect 'scheduler shows a schedule' "$machine" aws scheduler get-schedule --name headrace-local-etl --query Target.Arn
expect 'scheduler has a group' ACTIVE aws scheduler get-schedule-group --name default --query State
refused=$(aws glue list-jobs 2>&1 || true)
expect 'an action that is not emulated says so' 'ListJobs is not emulated' echo "$refused"
refused=$(aws iam list-roles 2>&1 || true)
expect 'a service that is not emulated says so' 'iam is not emulated' echo "$refused"
echo "The aws CLI $version works against the emulator."
