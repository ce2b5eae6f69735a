#!/usr/bin/env bash
# Deploys the stages dev and prod to moto with osls, updates one and removes both: see checkDeploy.py.
# Needs: python3 with its venv module, and pip's usual package index for the first run.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" # the pinned Node

version=5.2.5 # pinned: emulatorTemplate.py lists what this one cannot deploy. It validates templates with cfn-lint
venv=.headrace/venv-moto
source scripts/venv.sh
venv_with "$venv" "moto[server]==$version" cfn-lint==1.51.0
exec "$venv/bin/python" -B -W ignore scripts/checkDeploy.py
