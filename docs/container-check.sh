#!/usr/bin/env bash
# Does what the Dockerfile says, line by line, in a folder instead of a container: for machines without an engine, and for
# the tests. It reads the Dockerfile, so the two cannot differ; at a line that it does not understand it stops.
#
#   bash docs/container-check.sh                  all of it in a new folder: build, start, health, kill, start again
#   bash docs/container-check.sh build FOLDER     what `docker build` does; the folder is empty or new
#   bash docs/container-check.sh start FOLDER     what `docker run --read-only` does, until it ends
#   bash docs/container-check.sh healthy FOLDER   the health check, once
#
# Every step is done by user 1000 without privileges, or by whoever calls where that is not root. PORT stands for 7860.
# PYTHON names the Python of the image. With PACKAGES, a folder of installed packages or of links to them, nothing is
# fetched: the line with pip then finds them there already.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
port="${PORT:-7860}"

reading=-all # with PACKAGES, links may lead to where only root looks: the user may read there, not write
if [ -n "${PACKAGES:-}" ] && setpriv --inh-caps=+dac_read_search --ambient-caps=+dac_read_search true 2>/dev/null; then
  reading=-all,+dac_read_search
fi

as_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=1000 --regid=1000 --clear-groups --no-new-privs \
      --inh-caps="$reading" --ambient-caps="$reading" --bounding-set="$reading" "$@"
  else
    "$@"
  fi
}

# The Dockerfile's instructions, one a line, with the folder in the place of the container's root.
instructions() {
  sed -e '/^[[:space:]]*#/d' -e '/^[[:space:]]*$/d' "$here/Dockerfile" | sed -e ':a' -e '/\\$/N' -e 's/\\\n[[:space:]]*//' -e 'ta' |
    sed -e "s#/home/user#$root/home/user#g" -e "s#\b7860\b#$port#g"
}

# The environment that ENV has made so far, and nothing of this machine's but how pip reaches its index.
in_container() {
  local passed=() name
  for name in $(compgen -e); do
    case "$name" in PIP_* | http_proxy | https_proxy | no_proxy | SSL_CERT_FILE) passed+=("$name=${!name}") ;; esac
  done
  as_user env -i LOGNAME=user LANG=C.UTF-8 PATH="$root/usr/local/bin:/usr/local/bin:/usr/bin:/bin" "${passed[@]}" \
    bash -c "set -e; . '$root/environment'; cd \"\$(cat '$root/workdir')\"; $1"
}

# An instruction's list of words (JSON) as a command.
command_of() {
  case "$1" in
    \[*) "$root/usr/local/bin/python" -c 'import json, shlex, sys; print(shlex.join(json.loads(sys.argv[1])))' "$1" ;;
    *) echo "$1" ;;
  esac
}

# What .dockerignore lets through. It excludes everything (`*`), then names what is let through (`!name`).
sent() {
  local line
  while read -r line; do
    case "$line" in
      "#"* | "" | "*" | "**/__pycache__") ;;
      "!"*) echo "${line#!}" ;;
      *) echo "docs/container-check.sh does not understand this line of .dockerignore: $line" >&2; return 1 ;;
    esac
  done <"$here/.dockerignore"
}

copy() {
  local words=("$@") names=() name let_through
  local target="${words[-1]}"
  let_through="$(sent)"
  for name in "${words[@]:0:${#words[@]}-1}"; do
    case "$name" in
      --chown=1000) ;;
      .) mapfile -t names <<<"$let_through" ;;
      *) grep -qxF "$name" <<<"$let_through" || { echo ".dockerignore keeps $name away" >&2; return 1; }
         names+=("$name") ;;
    esac
  done
  tar -C "$here" --exclude=__pycache__ --mode=u+rwX,go+rX -c "${names[@]}" |
    (cd "$(cat "$root/workdir")" && as_user tar --no-same-owner -x -C "$target")
}

run() {
  local line="$1" index="https://download.pytorch.org/whl/cpu"
  case "$line" in
    "useradd --create-home --uid 1000 user") # by root in a container; here it is who runs the rest
      mkdir -p "$root/home/user"
      if [ "$(id -u)" = 0 ]; then chown 1000:1000 "$root/home/user"; fi
      return ;;
    *"--extra-index-url $index"*)
      if [ -n "${PACKAGES:-}" ]; then
        export PIP_NO_INDEX=1
      elif ! curl --silent --fail --max-time 6 --output /dev/null "$index/torch/"; then
        echo "  $index cannot be reached: pip asks its usual index alone"
        line="${line/--extra-index-url $index/}"
      fi ;;
  esac
  in_container "$line"
}

build() {
  mkdir -p "$root/usr/local/bin"
  [ -z "$(ls -A "$root" | grep -v '^usr$')" ] || { echo "$root is not empty" >&2; exit 1; }
  chmod 755 "$root"
  : >"$root/environment"
  echo / >"$root/workdir"
  local line what rest began user="" installs=0 whole=$SECONDS exposed=""
  while read -r line; do
    what="${line%% *}" rest="${line#* }" began=$(date +%s%N)
    case "$what" in
      FROM) image "$rest" ;;
      USER) user="$rest" ;;
      ENV) echo "export $rest" >>"$root/environment" ;;
      WORKDIR) echo "$rest" >"$root/workdir" ;;
      COPY) copy $rest ;;
      RUN) run "$rest" </dev/null ;;
      EXPOSE) exposed="$rest" ;;
      HEALTHCHECK) command_of "${rest#*CMD }" >"$root/healthcheck" ;;
      CMD) command_of "$rest" >"$root/command" ;;
      *) echo "docs/container-check.sh does not understand this line of the Dockerfile: $line" >&2; exit 1 ;;
    esac
    printf '%6.1f s  %s\n' "$(($(date +%s%N) - began))e-9" "${line//$root/}"
    case "$rest" in "pip install "*) installs=$((installs + ($(date +%s%N) - began) / 1000000)) ;; esac
  done < <(instructions)
  [ "$user" = user ] && grep -q -- "--port $exposed$" "$root/command" || { echo "USER, EXPOSE and CMD do not agree" >&2; exit 1; }
  echo "built in $((SECONDS - whole)) s, $((installs / 1000)) s of them for what pip installs"
}

# The Python of the image, for everybody to read, and what PACKAGES has.
image() {
  local version="${1#python:}" python=""
  version="${version%-slim}"
  for python in $(type -aP "${PYTHON:-python$version}"); do
    python="$(readlink -f "$python")"
    if as_user env "$python" -c "import ensurepip, venv" 2>/dev/null; then break; fi
    python=""
  done
  [ -n "${python:-}" ] ||
    { echo "there is no ${PYTHON:-python$version} with venv that everybody can use: name one (PYTHON=FILE)" >&2; exit 1; }
  "$python" -c "import sys; sys.exit(sys.version_info[:2] != tuple(map(int, '$version'.split('.'))))" ||
    echo "  the image has Python $version, this is $("$python" -V)"
  ln -sf "$python" "$root/usr/local/bin/python"
  if [ -n "${PACKAGES:-}" ]; then
    local site="$root/home/user/venv/lib/$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"
    mkdir -p "$site"
    cp -a "$PACKAGES" "$site/site-packages"
    if [ "$(id -u)" = 0 ]; then find "$root/home/user" -type d -exec chown 1000:1000 {} +; fi
  fi
}

# No file can be made but among the runs and the temporary files, as under `docker run --read-only --tmpfs /tmp`.
read_only() {
  find "$root/home/user" -path "$root/home/user/runs" -prune -o -type d -exec chmod a-w {} +
}

start() {
  read_only
  local passed="" name
  for name in $(compgen -e); do
    case "$name" in PLAYGROUND_* | STREAMLIT_* | SPACE_*) passed+="export $name=${!name@Q}; " ;; esac
  done
  in_container "$passed exec $(cat "$root/command")"
}

healthy() {
  in_container "$(cat "$root/healthcheck")" 2>/dev/null
}

until_healthy() {
  local began=$SECONDS
  until healthy; do
    [ $((SECONDS - began)) -lt 90 ] || { echo "not healthy after 90 s" >&2; return 1; }
    sleep 0.2
  done
}

all() {
  root="$(mktemp -d)" server=""
  trap '[ -z "$server" ] || kill -TERM -- "-$server" 2>/dev/null || true; chmod -R u+w "$root"; rm -rf "$root"' EXIT
  build
  local which began
  for which in "start" "start again after a kill"; do
    began=$(date +%s%N)
    set -m
    (start >"$root/log" 2>&1) &
    server=$!
    set +m
    until_healthy || { tail -20 "$root/log"; exit 1; }
    printf '%6.1f s  %s, until it is healthy\n' "$(($(date +%s%N) - began))e-9" "$which"
    kill -KILL -- "-$server"
    wait "$server" 2>/dev/null || true
    server=""
  done
}

root="${2:-}"
case "${1:-all}" in
  all) all ;;
  build | start | healthy) mkdir -p "$root"; root="$(cd "$root" && pwd)"; "$1" ;;
  *) sed -n '2,12p' "$0" >&2; exit 2 ;;
esac
