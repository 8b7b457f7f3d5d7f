# Sourced by throughput.sh and throughput-faults.sh: rounds of wrk over routes of several gateways, and what became of them.
# For each gateway there is routes[name], url[name] and pid[name]; a line of samples is: gateway, route, round, requests a
# second, p50 and p99 in microseconds, and the processor time of the gateway in microseconds a request.
declare -A routes url pid
rounds=${ROUNDS:-15} seconds=${SECONDS_EACH:-2} warm_up=${WARM_UP:-10} connections=${CONNECTIONS:-32}

# Processor time of a process and its children so far, in hundredths of a second.
ticks() {
  local each
  for each in "$1" $(pgrep -P "$1"); do sed 's/.*) //' "/proc/$each/stat"; done | awk '{t += $12 + $13} END {print t}'
}

# Ends the run where a single answer was not what it should be.
measure() {
  local gateway=$1 path=$2 round=$3 duration=$4 before after out
  before=$(ticks "${pid[$gateway]}")
  out=$(wrk -t1 --timeout 10s -c"$connections" -d"$duration"s -s benchmarks/wrk.lua -H "$basic" "${url[$gateway]}/$path")
  after=$(ticks "${pid[$gateway]}")
  awk -v gateway="$gateway" -v route="${path%%/*}" -v round="$round" -v ticks=$((after - before)) '
    $1 == "measured" && $2 > 0 && $6 + $7 == 0 {
      print gateway, route, round, $2 / $3 * 1e6, $4, $5, ticks * 1e4 / $2
      measured = 1
    }
    END { exit !measured }' <<<"$out" || { echo "wrong answers from ${url[$gateway]}/$path:" "$out" >&2; exit 1; }
}

check_routes() {
  local gateway route n status
  for gateway in "$@"; do
    for route in ${routes[$gateway]}; do
      for n in 1 2; do
        status=$(curl -s -o /dev/null -w '%{http_code}' -H "$basic" "${url[$gateway]}/$route/$n" || true)
        [ "$status" = 200 ] && continue
        echo "${url[$gateway]}/$route/$n answers $status" >&2
        tail -n 20 "$work"/*.log >&2
        exit 1
      done
    done
  done
}

# Gateways in an order of its own in each round, and within each its routes, so that drift hits all alike.
run_rounds() {
  local gateway route n round
  check_routes "$@"
  for gateway in "$@"; do
    for route in ${routes[$gateway]}; do for n in 1 2; do measure "$gateway" "$route/$n" 0 "$((warm_up / 2))" >/dev/null; done; done
  done
  for ((round = 1; round <= rounds; round++)); do
    for gateway in $(shuf -e "$@"); do
      for n in 1 2; do
        for route in $(shuf -e ${routes[$gateway]}); do measure "$gateway" "$route/$n" "$round" "$seconds"; done
      done
    done
  done >"$work/samples"
}

# Prints the tables and says which targets are missed; fails if one is.
report() { java -cp benchmarks/target/classes io.oauthcc.benchmark.throughput.ThroughputReport "$work/samples" "$@"; }
