#!/usr/bin/env bash
# A cold gateway, and tokens that roll over: the sample with the starter, beside a gateway that has Spring Security's own
# manager in a filter (spring-security-gateway), as it is and with a clock skew that fits short tokens. Prints a table,
# and fails where the starter breaks a bound. See docs/performance.md.
#
# Needs nothing but a JDK. Loopback only; ends by itself, after about 15 minutes.
# ROUNDS (3), HERDS (500,2000), ROLLING (40, seconds), CLIENTS (10000) and WITHIN (10, seconds) change the size,
# ARRIVAL_LATENCY (50, ms) how long the token endpoint takes for each of CLIENTS.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/load-common.sh
rival="$java -cp benchmarks/spring-security-gateway/target/classes:$(cat benchmarks/spring-security-gateway/target/gateway.classpath) \
  io.oauthcc.benchmark.security.SpringSecurityGateway --spring.config.additional-location=file:benchmarks/load-spring-security.yml"
load_driver -Drounds="${ROUNDS:-3}" -Dherds="${HERDS:-500,2000}" -Drolling="${ROLLING:-40}" -Dclients="${CLIENTS:-10000}" \
  -Dwithin="${WITHIN:-10}" -Darrival.latency="${ARRIVAL_LATENCY:-50}" io.oauthcc.benchmark.load.Cold \
  'this starter' "$sample" "Spring Security's manager" "$rival" 'the same, clock skew 1 s' "$rival --manager.clock-skew=1s"
