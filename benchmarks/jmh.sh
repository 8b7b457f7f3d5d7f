#!/usr/bin/env bash
# Runs the benchmarks that need no HTTP; arguments go to JMH: benchmarks/jmh.sh ClaimsBenchmark -prof gc
set -euo pipefail
cd "$(dirname "$0")/.."
./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks -am -DskipTests package
exec java -cp "benchmarks/target/classes:$(cat benchmarks/target/benchmarks.classpath)" org.openjdk.jmh.Main "$@"
