#!/usr/bin/env bash
# Make the shipped weights of the diffusion models again: fixed seeds, so the same machine gives the same files. About
# three minutes of one core, and eight for the digits. One network for each thing that can be predicted: noise (ddpm),
# data, v, and the velocity of the straight path (linear). Pictures are compared in the features of a classifier of
# digits, which python -m playground.metrics.classifier makes.
set -euo pipefail
cd "$(dirname "$0")/.."
for data in 8gaussians moons checkerboard; do
  python -m playground train diffusion --data "$data" --seed 0 --steps 4000 --frames 5 \
    --weights "weights/diffusion-$data-ddpm.safetensors"
  for objective in x0 v; do
    python -m playground train diffusion --data "$data" --seed 0 --set "objective=$objective" --steps 4000 --frames 5 \
      --weights "weights/diffusion-$data-$objective.safetensors"
  done
  python -m playground train diffusion --preset rectified_flow --data "$data" --seed 0 --steps 4000 --frames 5 \
    --weights "weights/diffusion-$data-linear.safetensors"
done
# Four rounds: rectified flow, two of reflow, and the distillation to one step.
python -m playground train diffusion --preset distilled --data 8gaussians --seed 0 --steps 8000 --frames 13 \
  --weights "weights/diffusion-8gaussians-distilled.safetensors"
for name in ddpm:digits linear:digits_flow; do
  python -m playground train diffusion --preset "${name#*:}" --seed 0 --steps 3500 --frames 6 \
    --weights "weights/diffusion-digits-${name%:*}.safetensors"
done
