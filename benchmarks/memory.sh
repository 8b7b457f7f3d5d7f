#!/usr/bin/env bash
# What tokens in memory take of the heap, by its histogram: the filter at application level, with all that is behind it
# and a token endpoint over HTTP, filled with tokens of so many clients. Fails if one takes more than BOUND bytes.
# Loopback only; ends by itself. ENTRIES ('100000 1000000'), LENGTH (900 characters) and HEAP (6g) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks -am -DskipTests package
read -ra entries <<<"${ENTRIES:-100000 1000000}"
# G1: after a full collection other collectors leave some of the dead behind, which the histogram counts as int[].
exec java "-Xmx${HEAP:-6g}" -XX:+UseG1GC -cp "benchmarks/target/classes:$(cat benchmarks/target/benchmarks.classpath)" \
  io.oauthcc.benchmark.memory.MemoryReport "${LENGTH:-900}" "${BOUND:-2500}" "${entries[@]}"
