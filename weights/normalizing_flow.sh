#!/usr/bin/env bash
# Make the shipped weights of the flows again: fixed seeds, so the same machine gives the same files. About eight minutes
# of one core. Arguments: only files whose names contain one of them (`moons-maf digits`).
set -euo pipefail
cd "$(dirname "$0")/.."

make() { # name, steps, settings...
  local name="normalizing_flow-$1" steps=$2 settings=() wanted=${#chosen[@]} word
  for word in "${chosen[@]}"; do [[ $name == *"$word"* ]] && wanted=0; done
  [ "$wanted" -eq 0 ] || return 0
  for word in "${@:3}"; do settings+=(--set "$word"); done
  python -m playground train normalizing_flow --data "${1%%-*}" --seed 0 "${settings[@]}" --steps "$steps" --frames "${frames:-4}" \
    --weights "weights/$name.safetensors"
}

chosen=("$@")
for data in moons 8gaussians checkerboard; do
  frames=3 make "$data-planar" 2500 flow=planar layers=32 lr=0.005
  frames=3 make "$data-radial" 2500 flow=radial layers=32 lr=0.005
  make "$data-nice" 4000 flow=nice
  make "$data-realnvp" 6000 flow=realnvp
  make "$data-glow" 5000 flow=glow
  make "$data-maf" 9000 flow=maf layers=5
  make "$data-iaf" 2000 flow=iaf layers=5
  make "$data-nsf" 5000 flow=nsf layers=4
  make "$data-ffjord" 500 flow=ffjord lr=0.003
done
make digits-maf 1500 flow=maf layers=10 width=128 depth=1 batch=128 activation=elu lr=0.0005
make digits-glow 1600 flow=glow width=32 batch=64
make digits-realnvp 1600 flow=realnvp width=32 batch=64 activation=elu
make digits-nice 2000 flow=nice width=128 batch=128 activation=elu lr=0.0005
