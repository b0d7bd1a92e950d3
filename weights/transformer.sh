#!/usr/bin/env bash
# Make the shipped weights of the models of sequences again: fixed seeds, so the same machine gives the same files.
# About four minutes of one core. Arguments: only files whose names contain one of them (`copy alice`).
set -euo pipefail
cd "$(dirname "$0")/.."

make() { # name, preset, steps
  local name="transformer-$1" wanted=${#chosen[@]} word
  for word in "${chosen[@]}"; do [[ $name == *"$word"* ]] && wanted=0; done
  [ "$wanted" -eq 0 ] || return 0
  python -m playground train transformer --preset "$2" --seed 0 --steps "$3" --frames 8 \
    --weights "weights/$name.safetensors"
}

chosen=("$@")
make copy default 400
make lstm-copy copy_lstm 400
make reverse reverse 800
make alice text 2000
