#!/usr/bin/env bash
# Does the load comparison notice what it should? Loads routes with seeded faults, which the tests' classes hold: one that
# sends no token and one that sends another's must end the run, and one that is a tenth slower must miss its target, beside
# one without a fault. Needs wrk and nginx; builds what it runs. Loopback only; ends by itself: in about 3 minutes.
# ROUNDS (11), SECONDS_EACH (2), WARM_UP (10) and CONNECTIONS (32) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
ROUNDS=${ROUNDS:-11}
. benchmarks/common.sh
. benchmarks/rounds.sh

./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks,benchmarks/spring-security-gateway -am -DskipTests package
gateway=benchmarks/spring-security-gateway/target
url[starter]=http://127.0.0.1:8091/bench

# Starts the routes; the slow one takes so many nanoseconds more.
start() {
  java -Xms512m -Xmx512m -cp "$gateway/test-classes:$gateway/classes:$(cat $gateway/gateway.classpath)" \
    io.oauthcc.benchmark.faults.SeededFaultsGateway --server.port=8091 "--constant.token=$token" \
    "--seeded.caller-token=$(jwt callers)" "--seeded.nanoseconds=$1" >"$work/seeded.log" 2>&1 &
  pid[starter]=$!
  pids+=($!)
  await "${url[starter]}/plain/1" "$work/seeded.log"
}

failed=0
expect() { if "${@:2}"; then echo "noticed: $1"; else echo "NOT NOTICED: $1"; failed=1; fi; }
ends_run() { ! (measure starter "$1/1" 0 1) >"$work/ended" 2>&1 && grep -q 'wrong answers' "$work/ended"; }

start_services
start 0
expect 'a route that sends no token' ends_run claimed
expect "a route that sends another's token" ends_run stored

# A seventh of the gateway's processor time, which with that of the load and the service is a tenth of the whole.
measure starter constant/1 0 "$warm_up" >/dev/null
processor_time=$(measure starter constant/1 0 "$warm_up" | awk '{print $7}')
kill "${pid[starter]}"
wait "${pid[starter]}" 2>/dev/null || true
start "$(awk -v time="$processor_time" 'BEGIN {printf "%d", time * 1000 / 7}')"
routes[starter]='plain constant gateway application'
run_rounds starter
report >"$work/report" && missed=no || missed=yes
cat "$work/report"
share() { sed -n "s/.*starter $1: \([0-9.]*\) of.*/\1/p" "$work/report"; }
slower() {
  [ $missed = yes ] && grep -q 'MISSED: starter application' "$work/report" &&
    awk -v slow="$(share application)" -v other="$(share gateway)" 'BEGIN {exit !(slow < 0.97 && other - slow > 0.05)}'
}
expect 'a filter that makes a request a tenth slower' slower
exit $failed
