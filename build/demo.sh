#!/usr/bin/env bash
# Packs the packages, then builds and runs samples/StoryTeller as somebody would who only has those packages.
#   build/demo.sh ["a wish for the story"]
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { # what, command...
  echo "$1" >&2
  shift
  "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
}

quietly "Packing ModelPack ..." bash build/pack.sh

# A package folder of its own: the user's one would go on serving an older build of the same version.
feed=${ModelPackLocalFeed:-${XDG_CACHE_HOME:-$HOME/.cache}/modelpack/onnxruntime-1.29.0}
sources=$PWD/artifacts/packages
if [[ -d $feed ]]; then sources+="%3B$feed"; fi
rm -rf artifacts/sample-packages/modelpack*

sample=samples/StoryTeller/StoryTeller.csproj
echo "Building samples/StoryTeller ..." >&2
dotnet build "$sample" -c Release --nologo -tl:off -nodeReuse:false \
  -p:RestoreAdditionalProjectSources="$sources" -p:RestorePackagesPath="$PWD/artifacts/sample-packages"
echo
rm -f "$log"
exec dotnet samples/StoryTeller/bin/Release/net10.0/StoryTeller.dll "$@"
