#!/usr/bin/env bash
# What garbage collector and direct memory do to warm calls: the same gateway several times, each with other options of
# the JVM, loaded in turns, so that the machine's drift hits all alike; medians of the ratios to the first of each round.
# Fails if any call fails, with the least direct memory too.
#
# Needs wrk, nginx and a built sample (./mvnw package -DskipTests); Java 25 is compared where it is installed. Loopback
# only; ends by itself. ROUNDS (15), SECONDS_EACH (4), CONNECTIONS (32), ROUTE (application) and VARIANTS (of the names
# below) change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-15} seconds=${SECONDS_EACH:-4} route=${ROUTE:-application}
java_25=$(ls /usr/lib/jvm/*-25-*/bin/java 2>/dev/null | head -n 1 || true)
declare -A options=(
  [G1]='java -XX:+UseG1GC'
  [Parallel]='java -XX:+UseParallelGC'
  [Serial]='java -XX:+UseSerialGC'
  [G1-direct-32m]='java -XX:+UseG1GC -XX:MaxDirectMemorySize=32m'
  [G1-pooled]='java -XX:+UseG1GC -Dio.netty.allocator.type=pooled'
  [G1-25]="$java_25 -XX:+UseG1GC"
  [ZGC-25]="$java_25 -XX:+UseZGC"
)
read -ra variants <<<"${VARIANTS:-G1 Parallel Serial G1-direct-32m G1-pooled${java_25:+ G1-25 ZGC-25}}"
declare -A gateway process
. benchmarks/common.sh

start_services
port=8080
for variant in "${variants[@]}"; do
  read -ra java_command <<<"${options[$variant]} -Xms512m -Xmx512m"
  start_gateway "$port"
  gateway[$variant]=http://127.0.0.1:$port
  process[$variant]=${pids[-1]}
  port=$((port + 1))
done

# Requests a second, and milliseconds in which 99 % were answered. Fails if one was not.
measure() {
  local out
  out=$(wrk -t1 -c"${CONNECTIONS:-32}" -d"$2"s --timeout 10s --latency -H "$basic" "${gateway[$1]}/bench/$route/1")
  if grep -q -e 'Non-2xx' -e 'Socket errors' <<<"$out"; then echo "$1: $out" >&2; exit 1; fi
  awk '/Requests\/sec/ {rate = $2}
    / 99%/ {ms = $2 + 0; if ($2 ~ /us$/) ms /= 1000; else if ($2 !~ /ms$/) ms *= 1000}
    END {print rate, ms}' <<<"$out"
}

# Whatever is slow before all is compiled does not count.
for variant in "${variants[@]}"; do
  wrk -t1 -c"${CONNECTIONS:-32}" -d20s -H "$basic" "${gateway[$variant]}/bench/$route/1" >/dev/null
done
for ((round = 0; round < rounds; round++)); do
  for ((i = 0; i < ${#variants[@]}; i++)); do
    # Each round begins with another.
    variant=${variants[$(((i + round) % ${#variants[@]}))]}
    measure "$variant" "$seconds" >>"$work/$variant"
  done
done

# Of column $2 of variant $1 to the first variant's.
ratios() {
  paste <(cut -d' ' -f"$2" "$work/$1") <(cut -d' ' -f"$2" "$work/${variants[0]}") | awk '{print $1/$2}' >"$work/ratio"
  printf '%.2f (%s)' "$(median "$work/ratio")" "$(quartiles "$work/ratio")"
}

echo "$(date +%F), $(nproc) cores, heap of 512 MB, ${CONNECTIONS:-32} connections, $rounds rounds of $seconds s," \
  "Java $(java -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')${java_25:+ and $("$java_25" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')}"
echo
printf '| JVM | requests/s, of %s | p99, of %s | p99 | process |\n|---|---|---|---|---|\n' "${variants[0]}" "${variants[0]}"
for variant in "${variants[@]}"; do
  cut -d' ' -f2 "$work/$variant" >"$work/p99"
  printf '| %s | %s | %s | %.1f ms | %d MB |\n' "$variant" "$(ratios "$variant" 1)" "$(ratios "$variant" 2)" \
    "$(median "$work/p99")" "$(($(awk '/^VmRSS/ {print $2}' "/proc/${process[$variant]}/status") / 1024))"
done
