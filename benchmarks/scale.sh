#!/usr/bin/env bash
# What fleets ask of token endpoint, Redis and heap: the formula as a table, and small fleets with a real Redis to hold
# it to. Fails if one of them differs by more than 15 %. Needs redis-server. Loopback only; ends by itself.
# FLEETS ('2x500 4x500 8x1000': gateways x clients), LIFETIME (10 s) and LIVES (4, for how long it counts) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/common.sh
./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks -am -DskipTests package
port=${REDIS_PORT:-6398}
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 &
pids+=($!)
read -ra fleets <<<"${FLEETS:-2x500 4x500 8x1000}"
# Its own warnings are of no account here.
java -cp "benchmarks/target/classes:$(cat benchmarks/target/benchmarks.classpath)" -Dlogging.level.root=error \
  io.oauthcc.benchmark.scale.ScaleReport "$port" "${LIFETIME:-10}" "${LIVES:-4}" "${fleets[@]}"
