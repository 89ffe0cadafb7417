#!/usr/bin/env bash
# Packs every package of this repository into artifacts/packages (or the folder named as argument).
#   build/pack.sh [--no-build] [FOLDER]      --no-build: the Release build of the solution is up to date
# Packages made on a machine where build/onnxruntime-packages.sh had to make ONNX Runtime contain that build of it in the
# tool's files: they are for trying out, not for publication.
set -euo pipefail
cd "$(dirname "$0")/.."

build=1
if [[ ${1:-} == --no-build ]]; then build=0; shift; fi
packages=$(mkdir -p "${1:-artifacts/packages}" && cd "${1:-artifacts/packages}" && pwd)

bash build/onnxruntime-packages.sh
if ((build)); then dotnet build build/packages.proj -v quiet --nologo; fi

staging=$(mktemp -d "$packages.XXXXXX")
chmod 755 "$staging"
trap 'rm -rf "$staging"' EXIT
dotnet build build/packages.proj --no-restore -t:Pack -p:NoBuild=true -p:PackageOutputPath="$staging" -v quiet --nologo

# All at once: whoever restores meanwhile sees the old set or the new one.
rm -rf "$staging.old"
if [[ -d $packages ]]; then mv "$packages" "$staging.old"; fi
mv "$staging" "$packages"
rm -rf "$staging.old"
ls -1 "$packages"
