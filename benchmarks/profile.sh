#!/usr/bin/env bash
# Where a gateway's event loops spend their time outside of system calls, while warm tokens are used, by the Java Flight Recorder: a table a
# level. Needs wrk, nginx and a built sample (./mvnw package -DskipTests). Loopback only; ends by itself.
# SECONDS_EACH (30) and CONNECTIONS (32) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks -am -DskipTests package
. benchmarks/common.sh

start_services
start_gateway 8080
gateway=${pids[-1]}
for level in gateway application; do
  load "http://127.0.0.1:8080/bench/$level/1" 10 >/dev/null
  jcmd "$gateway" JFR.start name="$level" settings=profile filename="$work/$level.jfr" >/dev/null
  load "http://127.0.0.1:8080/bench/$level/1" "${SECONDS_EACH:-30}" >/dev/null
  jcmd "$gateway" JFR.stop name="$level" >/dev/null
  printf '\n%s level:\n\n' "$level"
  java -cp benchmarks/target/classes io.oauthcc.benchmark.Profile "$work/$level.jfr"
done
