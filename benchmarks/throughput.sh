#!/usr/bin/env bash
# Throughput of five routes of the sample gateway, side by side: rounds are interleaved, so that the machine's
# drift hits all alike, and the medians are set against the plain route, the one with a constant header and the one
# at application level without a store.
#
# Needs wrk, nginx, redis-server and a built sample (./mvnw package -DskipTests). Loopback only; ends by itself.
# ROUNDS (20), SECONDS_EACH (2) and CONNECTIONS (32) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-20} seconds=${SECONDS_EACH:-2} connections=${CONNECTIONS:-32}
routes=(plain constant gateway application stored)
basic="Authorization: Basic $(printf 'bench-caller:bench-secret' | base64)"

work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

token=$(head -c 4096 /dev/zero | tr '\0' 'a' | cut -c1-800)
sed "s/@TOKEN@/$token/" benchmarks/nginx.conf > "$work/nginx.conf"
sed "s/@TOKEN@/$token/" benchmarks/routes.yml > "$work/routes.yml"
nginx -p "$work" -c nginx.conf >"$work/nginx.log" 2>&1 &
pids+=($!)
redis-server --port 6399 --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 &
pids+=($!)
jar=$(ls sample-gateway/target/sample-gateway-*.jar | grep -v -e sources -e javadoc -e original | head -n 1)
java -Xms512m -Xmx512m -jar "$jar" --spring.config.additional-location="file:$work/routes.yml" >"$work/gateway.log" 2>&1 &
pids+=($!)
for _ in $(seq 1 120); do
  curl -sf -o /dev/null http://127.0.0.1:8080/bench/plain/1 && break
  sleep 0.5
done
for route in "${routes[@]}"; do
  status=$(curl -s -o /dev/null -w '%{http_code}' -H "$basic" "http://127.0.0.1:8080/bench/$route/1" || true)
  [ "$status" = 200 ] || { echo "/bench/$route answers $status" >&2; cat "$work/gateway.log" >&2; exit 1; }
done

# The same header on every route, so that all requests are equally long.
load() {
  local out
  out=$(wrk -t1 -c"$connections" -d"$2"s -H "$basic" "http://127.0.0.1:8080/bench/$1")
  if grep -q 'Non-2xx' <<<"$out"; then echo "$out" >&2; exit 1; fi
  awk '/Requests\/sec/ {print $2}' <<<"$out"
}
measure() { echo "$(load "$1/1" "$2") $(load "$1/2" "$2")" | awk '{print ($1 + $2) / 2}'; }

for route in "${routes[@]}"; do measure "$route" 10 >/dev/null; done
for ((round = 0; round < rounds; round++)); do
  for ((i = 0; i < ${#routes[@]}; i++)); do
    # Each round begins with another route.
    route=${routes[$(((i + round) % ${#routes[@]}))]}
    measure "$route" "$seconds" >>"$work/$route"
  done
done

median() { sort -n "$1" | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
ratio() { paste "$work/$1" "$work/$2" | awk '{print $1/$2}' >"$work/ratio"; median "$work/ratio"; }

printf '%-12s %12s %12s %12s %15s\n' route 'requests/s' 'of plain' 'of constant' 'of application'
for route in "${routes[@]}"; do
  printf '%-12s %12.0f %12.3f %12.3f %15.3f\n' "$route" "$(median "$work/$route")" "$(ratio "$route" plain)" \
    "$(ratio "$route" constant)" "$(ratio "$route" application)"
done
