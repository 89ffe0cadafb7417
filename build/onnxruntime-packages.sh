#!/usr/bin/env bash
# Makes the packages Microsoft.ML.OnnxRuntime and Microsoft.ML.OnnxRuntime.Managed from the npm registry's copy of ONNX Runtime,
# on machines whose NuGet source does not carry them. Does nothing where it does, and nothing the second time.
# The result lies outside the clone, where Directory.Build.props looks for it, and is for this machine only: it is neither
# signed nor complete (one platform), so it must never be published.
set -euo pipefail

version=1.29.0
npm_package=com.github.asus4.onnxruntime@0.4.9
feed=${ModelPackLocalFeed:-${XDG_CACHE_HOME:-$HOME/.cache}/modelpack/onnxruntime-$version}
ids=(Microsoft.ML.OnnxRuntime.Managed Microsoft.ML.OnnxRuntime)

say() { echo "onnxruntime-packages: $*" >&2; }
fail() { say "$*"; exit 1; }

made() {
  local id
  for id in "${ids[@]}"; do [[ -s $feed/$id.$version.nupkg ]] || return 1; done
}

# The package as Microsoft publishes it: restored earlier from a server, or offered by a configured source.
published() {
  local packages
  packages=$(dotnet nuget locals global-packages --list | sed -n 's/^global-packages: *//p')
  if grep -qs '"source": "http' "${packages%/}/microsoft.ml.onnxruntime/$version/.nupkg.metadata"; then return 0; fi
  dotnet package search Microsoft.ML.OnnxRuntime --exact-match --format json 2>/dev/null | grep -q "\"version\": \"$version\""
}

if made || published; then exit 0; fi

mkdir -p "$(dirname "$feed")"
if command -v flock >/dev/null; then
  exec 9>"$feed.lock"
  flock -n 9 || { say "waiting for another process that makes the packages"; flock 9; }
  if made; then exit 0; fi
fi

command -v npm >/dev/null || fail "no NuGet source here carries Microsoft.ML.OnnxRuntime $version, and making it needs npm." \
  "Install npm (for example: apt-get install npm), or add a NuGet source that has the package."

case $(uname -s)-$(uname -m) in
  Linux-x86_64) rid=linux-x64 natives=Linux/x64 ;;
  Darwin-arm64) rid=osx-arm64 natives=macOS/arm64 ;;
  MINGW*-x86_64 | MSYS*-x86_64) rid=win-x64 natives=Windows/x64 ;;
  *) fail "$npm_package has no library for $(uname -s) $(uname -m); add a NuGet source that carries Microsoft.ML.OnnxRuntime $version." ;;
esac

work=$(mktemp -d "$feed.XXXXXX")
trap 'rm -rf "$work"' EXIT

say "no NuGet source here carries Microsoft.ML.OnnxRuntime $version: making it once from npm (150 MB, about a minute)"
mkdir "$work/npm"
(cd "$work/npm" && npm pack --silent --cache "$work/npm-cache" "$npm_package" >/dev/null) ||
  fail "npm could not download $npm_package; check the network and the registry in ~/.npmrc."
tar -xzf "$work"/npm/*.tgz -C "$work/npm" package/Runtime "package/Plugins/$natives" package/LICENSE package/ThirdPartyNotices.txt
rm -rf "$work"/npm/*.tgz "$work/npm-cache"
source=$work/npm/package
mv "$source/LICENSE" "$source/LICENSE.txt"

# Nothing above these projects takes part in their build.
for file in Directory.Build.props Directory.Build.targets Directory.Packages.props; do echo '<Project />' >"$work/$file"; done

project() { # id, target frameworks, the rest of the project
  mkdir -p "$work/$1"
  cat >"$work/$1/$1.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFrameworks>$2</TargetFrameworks>
    <PackageId>$1</PackageId>
    <Version>$version</Version>
    <AssemblyVersion>0.0.0.0</AssemblyVersion>
    <Authors>made on this machine</Authors>
    <Description>ONNX Runtime $version, packed on this machine from $npm_package. Not for publication.</Description>
    <PackageLicenseExpression>MIT</PackageLicenseExpression>
    <PackageOutputPath>$work/feed</PackageOutputPath>
    <EnableDefaultItems>false</EnableDefaultItems>
    <UseSharedCompilation>false</UseSharedCompilation>
  </PropertyGroup>
$3
</Project>
EOF
  if ! dotnet pack "$work/$1/$1.csproj" -c Release -v quiet --nologo -nodeReuse:false >"$work/log" 2>&1; then
    cat "$work/log" >&2
    fail "the package $1 could not be built."
  fi
}

# This edition of the sources lacks one using directive outside Unity.
echo 'global using System.Reflection;' >"$work/Usings.cs"
project Microsoft.ML.OnnxRuntime.Managed 'netstandard2.0;net8.0' "
  <PropertyGroup>
    <AssemblyName>Microsoft.ML.OnnxRuntime</AssemblyName>
    <LangVersion>latest</LangVersion>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
    <GenerateDocumentationFile>true</GenerateDocumentationFile>
    <WarningLevel>0</WarningLevel>
    <NoWarn>\$(NoWarn);CS1570;CS1572;CS1573;CS1574;CS1584;CS1587;CS1591;CS1658;CS1734</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include='$work/Usings.cs;$source/Runtime/**/*.cs' />
    <PackageReference Include='System.Memory' Version='4.5.5' Condition=\"'\$(TargetFramework)' == 'netstandard2.0'\" />
    <PackageReference Include='System.Numerics.Tensors' Version='9.0.19' Condition=\"'\$(TargetFramework)' == 'net8.0'\" />
  </ItemGroup>"
project Microsoft.ML.OnnxRuntime netstandard2.0 "
  <PropertyGroup>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <NoWarn>\$(NoWarn);NU5100;NU5128;NU5131</NoWarn>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include='Microsoft.ML.OnnxRuntime.Managed' Version='$version' />
    <None Include='$source/Plugins/$natives/*.so;$source/Plugins/$natives/*.dylib;$source/Plugins/$natives/*.dll' Pack='true' PackagePath='runtimes/$rid/native/' />
    <None Include='$source/LICENSE.txt;$source/ThirdPartyNotices.txt' Pack='true' PackagePath='/' />
  </ItemGroup>"

# A folder that lacks a package, left by a half-copied cache, is replaced as a whole.
if [[ -d $feed ]]; then mv "$feed" "$work/replaced"; fi
mv "$work/feed" "$feed"
say "made $feed"
