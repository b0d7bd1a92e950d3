#!/usr/bin/env bash
# Make the shipped weights of the autoregressive models again: fixed seeds, so the same machine gives the same files.
# About five minutes of one core. Arguments: only files whose names contain one of them (`nade moons`).
set -euo pipefail
cd "$(dirname "$0")/.."

make() { # name, steps, settings...
  local name="autoregressive-$1" steps=$2 settings=() wanted=${#chosen[@]} word
  for word in "${chosen[@]}"; do [[ $name == *"$word"* ]] && wanted=0; done
  [ "$wanted" -eq 0 ] || return 0
  for word in "${@:3}"; do settings+=(--set "$word"); done
  python -m playground train autoregressive --data "${1%%-*}" --seed 0 "${settings[@]}" --steps "$steps" --frames 6 \
    --weights "weights/$name.safetensors"
}

chosen=("$@")
make digits-made 3000
make digits-fvsbn 5000 model=fvsbn
make digits-nade 3000 model=nade
make digits-transformer 1100 model=transformer
make digits-pixelcnn 2200 model=pixelcnn
make digits-agnostic 4000 orders=8 width=512
make xor-made 1500
make moons 3000 batch=256
make 8gaussians 3000 batch=256
make checkerboard 3000 batch=256
