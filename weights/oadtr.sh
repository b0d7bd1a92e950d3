#!/usr/bin/env bash
# Make the shipped weights of online action detection again: fixed seeds, so the same machine gives the same files.
# About two minutes of one core. Arguments: only files whose names contain one of them (`watch`). The table of seeds is
# made by `python bench/oadtr.py seeds`, in about half an hour.
set -euo pipefail
cd "$(dirname "$0")/.."

make() { # name, preset, steps
  local name="oadtr-$1" wanted=${#chosen[@]} word
  for word in "${chosen[@]}"; do [[ $name == *"$word"* ]] && wanted=0; done
  [ "$wanted" -eq 0 ] || return 0
  python -m playground train oadtr --preset "$2" --seed 0 --steps "$3" --frames 8 \
    --weights "weights/$name.safetensors"
}

chosen=("$@")
make stick default 620
make watch watch 620
