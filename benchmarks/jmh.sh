#!/usr/bin/env bash
# Runs the benchmarks that need no HTTP. Without arguments the warm path alone, as a table beside what it may cost;
# with arguments, which go to JMH, whatever they say: benchmarks/jmh.sh ClaimsBenchmark -prof gc
set -euo pipefail
cd "$(dirname "$0")/.."
./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks -am -DskipTests package
main=org.openjdk.jmh.Main
[ $# -gt 0 ] || main=io.oauthcc.benchmark.WarmPath
exec java -cp "benchmarks/target/classes:$(cat benchmarks/target/benchmarks.classpath)" "$main" "$@"
