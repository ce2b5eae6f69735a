# Sourced by the checks that need a tool from Python's package index, out of the root of the repository.

# venv_with <folder> <package==version …>: a virtual environment with these packages, made anew when they differ.
venv_with() {
  local folder=$1
  shift
  if [[ $(cat "$folder/packages" 2>/dev/null) == "$*" ]]; then return; fi
  python3 -c 'import venv, ensurepip' 2>/dev/null || {
    echo "$(basename "$0" .sh) needs python3 with its venv module (on Debian: apt install python3-venv)." >&2
    exit 1
  }
  python3 -m venv --clear "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
  echo "$*" >"$folder/packages"
}
