#!/usr/bin/env bash
# Make the shipped weights again: fixed seeds, so the same machine gives the same files. About three minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
for data in ring moons 8gaussians 2gaussians 25gaussians rings pinwheel swissroll spiral checkerboard scurve line \
            8narrow 25narrow; do
  python -m playground train gan --data "$data" --seed 0 --steps 4000 --weights "weights/gan-$data.safetensors"
done
python -m playground train gan --preset digits --seed 0 --steps 16000 --frames 8 --weights weights/gan-digits.safetensors
