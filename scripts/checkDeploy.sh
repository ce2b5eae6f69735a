#!/usr/bin/env bash
# Deploys the stages dev and prod to moto with osls, updates one and removes both: see checkDeploy.py.
# Needs: python3 with its venv module, and pip's usual package index for the first run.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" # the pinned Node

version=5.2.5 # pinned: emulatorTemplate.py lists what this one cannot deploy. It validates templates with cfn-lint
venv=.headrace/venv-moto
if [[ $("$venv/bin/python" -c 'import moto; print(moto.__version__)' 2>/dev/null) != "$version" ]]; then
  python3 -c 'import venv, ensurepip' 2>/dev/null || {
    echo "checkDeploy needs python3 with its venv module (on Debian: apt install python3-venv)." >&2
    exit 1
  }
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$version" cfn-lint==1.51.0
fi
exec "$venv/bin/python" -B -W ignore scripts/checkDeploy.py
