# Sourced by the scripts beside it, in the project's folder: a folder for their files, which goes with what they start, a
# service and token endpoint, and medians.
basic="Authorization: Basic $(printf 'bench-caller:bench-secret' | base64)"
work=$(mktemp -d)
pids=()
java_command=(java -Xms512m -Xmx512m)
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

start_services() {
  local token
  token=$(head -c 4096 /dev/zero | tr '\0' 'a' | cut -c1-800)
  sed "s/@TOKEN@/$token/" benchmarks/nginx.conf >"$work/nginx.conf"
  sed "s/@TOKEN@/$token/" benchmarks/routes.yml >"$work/routes.yml"
  nginx -p "$work" -c nginx.conf >"$work/nginx.log" 2>&1 &
  pids+=($!)
}

# Starts the sample on a port, with further arguments.
start_gateway() {
  local port=$1 jar
  shift
  jar=$(ls sample-gateway/target/sample-gateway-*.jar | grep -v -e sources -e javadoc -e original | head -n 1)
  "${java_command[@]}" -jar "$jar" --spring.config.additional-location="file:$work/routes.yml" "--server.port=$port" "$@" \
    >"$work/gateway-$port.log" 2>&1 &
  pids+=($!)
  for _ in $(seq 1 120); do
    curl -sf -o /dev/null "http://127.0.0.1:$port/bench/plain/1" && return
    sleep 0.5
  done
  cat "$work/gateway-$port.log" >&2
  exit 1
}

# Requests a second of a URL. The same header on every route, so that all requests are equally long.
load() {
  local out
  out=$(wrk -t1 -c"${CONNECTIONS:-32}" -d"$2"s -H "$basic" "$1")
  if grep -q 'Non-2xx' <<<"$out"; then echo "$out" >&2; exit 1; fi
  awk '/Requests\/sec/ {print $2}' <<<"$out"
}

median() { sort -n "$1" | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
quartiles() { sort -n "$1" | awk '{v[NR]=$1} END {printf "%.3f to %.3f", v[int((NR+3)/4)], v[int((3*NR+3)/4)]}'; }
