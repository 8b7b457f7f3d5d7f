# Sourced by the scripts beside it, in the project's folder: a folder for their files, which goes with what they start, a
# service and token endpoint, and medians.
basic="Authorization: Basic $(printf 'caller:callersecret' | base64)"
work=$(mktemp -d)
pids=()
java_command=(java -Xms512m -Xmx512m)
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  # Whoever does not go is made to.
  for pid in "${pids[@]}"; do timeout 60 tail --pid="$pid" -f /dev/null || kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT

# A JWT for a subject, as long as usual ones (about 800 characters), signed by nobody.
jwt() {
  local part text
  for text in '{"alg":"RS256","typ":"JWT","kid":"2c5f6dd7"}' \
    "{\"iss\":\"https://idp.example\",\"sub\":\"$1\",\"grp\":\"admin\",\"scope\":\"reader writer deploy\",\"areas\":[\"office\",\"home\"],
\"tenant\":{\"name\":\"blue\",\"region\":\"north\"},\"jti\":\"7b0ff1f1-5a0c-4b6f-8a1f-0d1c7e0b3c55\",\"iat\":1750000000}" \
    "$(head -c 256 /dev/zero | tr '\0' s)"; do
    part+=.$(printf %s "$text" | base64 -w0 | tr '+/' '-_' | tr -d '=')
  done
  echo "${part#.}"
}

token=$(jwt gateway)
# Fills in what a configuration file leaves open, into the folder for files.
fill() {
  sed -e "s/@TOKEN@/$token/; s/@OWN@/$(printf 'bench:benchsecret' | base64)/; s/@CALLER@/$(jwt callers)/; s/@BASIC@/${basic##* }/; s|@WORK@|$work|" "$1" >"$work/${2:-$(basename "$1")}"
}

start_services() {
  fill benchmarks/nginx.conf
  fill benchmarks/routes.yml
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
  await "http://127.0.0.1:$port/bench/plain/1" "$work/gateway-$port.log"
}

# Waits for a page, a minute at most; then shows the log and ends.
await() {
  for _ in $(seq 1 120); do
    curl -sf -o /dev/null -H "$basic" "$1" && return
    sleep 0.5
  done
  echo "no answer from $1" >&2
  cat "$2" >&2
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
