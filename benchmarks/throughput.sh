#!/usr/bin/env bash
# Throughput of five routes of the sample gateway, side by side: rounds are interleaved, so that the machine's
# drift hits all alike, and the medians are set against the plain route, the one with a constant header and the one
# at application level without a store.
#
# Needs wrk, nginx, redis-server and a built sample (./mvnw package -DskipTests). Loopback only; ends by itself.
# ROUNDS (20), SECONDS_EACH (2) and CONNECTIONS (32) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-20} seconds=${SECONDS_EACH:-2}
routes=(plain constant gateway application stored)
. benchmarks/common.sh

start_services
redis-server --port 6399 --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 &
pids+=($!)
start_gateway 8080
for route in "${routes[@]}"; do
  status=$(curl -s -o /dev/null -w '%{http_code}' -H "$basic" "http://127.0.0.1:8080/bench/$route/1" || true)
  [ "$status" = 200 ] || { echo "/bench/$route answers $status" >&2; cat "$work/gateway-8080.log" >&2; exit 1; }
done

url=http://127.0.0.1:8080/bench
measure() { echo "$(load "$url/$1/1" "$2") $(load "$url/$1/2" "$2")" | awk '{print ($1 + $2) / 2}'; }

for route in "${routes[@]}"; do measure "$route" 10 >/dev/null; done
for ((round = 0; round < rounds; round++)); do
  for ((i = 0; i < ${#routes[@]}; i++)); do
    # Each round begins with another route.
    route=${routes[$(((i + round) % ${#routes[@]}))]}
    measure "$route" "$seconds" >>"$work/$route"
  done
done

ratio() { paste "$work/$1" "$work/$2" | awk '{print $1/$2}' >"$work/ratio"; median "$work/ratio"; }

printf '%-12s %12s %12s %12s %15s\n' route 'requests/s' 'of plain' 'of constant' 'of application'
for route in "${routes[@]}"; do
  printf '%-12s %12.0f %12.3f %12.3f %15.3f\n' "$route" "$(median "$work/$route")" "$(ratio "$route" plain)" \
    "$(ratio "$route" constant)" "$(ratio "$route" application)"
done
