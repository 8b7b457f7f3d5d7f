#!/usr/bin/env bash
# Warm throughput with the starter's meters and observations on, against off: two gateways side by side, loaded in turns,
# so that the machine's drift hits both alike. The median of the paired ratios counts.
#
# Needs wrk, nginx and a built sample (./mvnw package -DskipTests). Loopback only; ends by itself.
# ROUNDS (20), SECONDS_EACH (2) and CONNECTIONS (32) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-20} seconds=${SECONDS_EACH:-2}
declare -A gateway=([on]=http://127.0.0.1:8080 [off]=http://127.0.0.1:8081)
. benchmarks/common.sh

start_services
start_gateway 8080
start_gateway 8081 --management.metrics.enable.oauthcc=false --management.observations.enable.oauthcc=false

measure() { load "${gateway[$1]}/bench/$2/1" "$3"; }

for kind in on off; do for route in gateway application; do measure "$kind" "$route" 10 >/dev/null; done; done
for ((round = 0; round < rounds; round++)); do
  order=(on off)
  ((round % 2)) && order=(off on)
  for route in gateway application; do
    for kind in "${order[@]}"; do measure "$kind" "$route" "$seconds" >>"$work/$route-$kind"; done
  done
done

printf '%-12s %10s   %s\n' route 'on of off' 'quartiles'
for route in gateway application; do
  paste "$work/$route-on" "$work/$route-off" | awk '{print $1/$2}' >"$work/ratio"
  printf '%-12s %10.3f   %s\n' "$route" "$(median "$work/ratio")" "$(quartiles "$work/ratio")"
done
