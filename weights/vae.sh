#!/usr/bin/env bash
# Make the shipped weights of the autoencoders again: fixed seeds, so the same machine gives the same files. About a minute
# of one core.
set -euo pipefail
cd "$(dirname "$0")/.."
for data in moons 8gaussians checkerboard; do
  python -m playground train vae --data "$data" --seed 0 --steps 6000 --frames 12 --weights "weights/vae-$data.safetensors"
done
python -m playground train vae --preset digits --seed 0 --steps 6000 --frames 10 --weights weights/vae-digits.safetensors
python -m playground train vae --preset digits8 --seed 0 --steps 6000 --frames 6 --weights weights/vae-digits-8.safetensors
python -m playground train vae --preset grey --seed 0 --steps 6000 --frames 6 --weights weights/vae-digits-grey.safetensors
