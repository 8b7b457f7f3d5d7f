#!/usr/bin/env bash
# Warm throughput with the starter's meters and observations on, against off: two gateways side by side, loaded in turns,
# so that the machine's drift hits both alike. The median of the paired ratios counts.
#
# Needs wrk, nginx and a built sample (./mvnw package -DskipTests). Loopback only; ends by itself.
# ROUNDS (20), SECONDS_EACH (2) and CONNECTIONS (32) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-20} seconds=${SECONDS_EACH:-2} connections=${CONNECTIONS:-32}
basic="Authorization: Basic $(printf 'bench-caller:bench-secret' | base64)"
declare -A port=([on]=8080 [off]=8081)

work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

token=$(head -c 4096 /dev/zero | tr '\0' 'a' | cut -c1-800)
sed "s/@TOKEN@/$token/" benchmarks/nginx.conf >"$work/nginx.conf"
sed "s/@TOKEN@/$token/" benchmarks/routes.yml >"$work/routes.yml"
nginx -p "$work" -c nginx.conf >"$work/nginx.log" 2>&1 &
pids+=($!)
jar=$(ls sample-gateway/target/sample-gateway-*.jar | grep -v -e sources -e javadoc -e original | head -n 1)
start() {
  java -Xms512m -Xmx512m -jar "$jar" --spring.config.additional-location="file:$work/routes.yml" \
    "--server.port=$1" "--management.metrics.enable.oauthcc=$2" "--management.observations.enable.oauthcc=$2" >"$work/gateway-$1.log" 2>&1 &
  pids+=($!)
  for _ in $(seq 1 120); do
    curl -sf -o /dev/null "http://127.0.0.1:$1/bench/plain/1" && return
    sleep 0.5
  done
  cat "$work/gateway-$1.log" >&2
  exit 1
}
start 8080 true
start 8081 false

load() {
  local out
  out=$(wrk -t1 -c"$connections" -d"$3"s -H "$basic" "http://127.0.0.1:${port[$1]}/bench/$2/1")
  if grep -q 'Non-2xx' <<<"$out"; then echo "$out" >&2; exit 1; fi
  awk '/Requests\/sec/ {print $2}' <<<"$out"
}

for kind in on off; do for route in gateway application; do load "$kind" "$route" 10 >/dev/null; done; done
for ((round = 0; round < rounds; round++)); do
  order=(on off)
  ((round % 2)) && order=(off on)
  for route in gateway application; do
    for kind in "${order[@]}"; do load "$kind" "$route" "$seconds" >>"$work/$route-$kind"; done
  done
done

median() { sort -n "$1" | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
quartiles() { sort -n "$1" | awk '{v[NR]=$1} END {printf "%.3f to %.3f", v[int((NR+3)/4)], v[int((3*NR+3)/4)]}'; }
printf '%-12s %10s   %s\n' route 'on of off' 'quartiles'
for route in gateway application; do
  paste "$work/$route-on" "$work/$route-off" | awk '{print $1/$2}' >"$work/ratio"
  printf '%-12s %10.3f   %s\n' "$route" "$(median "$work/ratio")" "$(quartiles "$work/ratio")"
done
