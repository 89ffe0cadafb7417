#!/usr/bin/env bash
# Builds, packs and runs every test of the solution.
#   build/test.sh [ARGUMENT of dotnet test ...]      for example: build/test.sh --filter FullyQualifiedName~Tokenization
# The last line says how many tests passed, failed and were skipped; the reasons of skipped ones stand above it.
set -euo pipefail
cd "$(dirname "$0")/.."
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_TELEMETRY_OPTOUT=1

bash build/onnxruntime-packages.sh
bash build/llama-cpp.sh
dotnet build ModelPack.sln -c Release -v quiet --nologo
bash build/pack.sh --no-build >/dev/null

results=$PWD/artifacts/test-results
rm -rf "$results"
status=0
MODELPACK_PACKAGES=$PWD/artifacts/packages MODELPACK_TEST_RESULTS=$results dotnet test ModelPack.sln -c Release --no-build --nologo \
  --blame-hang-timeout 10m "$@" || status=$?

# One line a test: outcome, name, and the first line of what it said.
summary() {
  awk '
    function plain(text) {
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    function attribute(name) {
      return match($0, " " name "=\"[^\"]*\"") ? plain(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)) : ""
    }
    /<UnitTestResult / { outcome = attribute("outcome"); name = attribute("testName"); message = ""; if (/\/>/) { print outcome "\t" name "\t"; outcome = "" } }
    outcome && match($0, /<Message>.*/) { message = substr($0, RSTART + 9); sub(/<\/Message>.*/, "", message); message = plain(message) }
    /<\/UnitTestResult>/ && outcome { print outcome "\t" name "\t" message; outcome = "" }
  ' "$results"/*.trx
}

if ! compgen -G "$results/*.trx" >/dev/null; then
  echo "no test project has written results" >&2
  exit 1
fi
summary | awk -F '\t' -v status="$status" '
  $1 == "Passed" { passed++; next }
  $1 == "NotExecuted" { skipped++; reasons[$3]++; next }
  { failed++; print "failed: " $2 ": " $3 }
  END {
    for (reason in reasons) print "skipped " reasons[reason] ": " (reason == "" ? "(no reason given)" : reason)
    if (status != 0 && failed == 0) { failed = 1; print "failed: a test project did not run to its end" }
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0
  }'
