# Sourced by the scripts here: builds a server, mostly one that echoes, and starts it on a free port of this machine.
#
#   start_echo FOLDER SCHEME [ARGUMENT...]    passes port and arguments, sets `url`; dies with the server's own words when
#                                             it does not listen within 60 s
#   echo_alive                                false when a server that was started has died
#   free_port                                 prints a port that nobody listens on
#
# Environment: SNOWC names the command that builds (default: `cargo run --release --quiet --`).
# The sourcing script defines `die` and `root`. The server ends with the script.

server=
stop_server() { [[ -z $server ]] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; server=; }; }
trap stop_server EXIT

echo_alive() { [[ -z $server ]] || kill -0 "$server" 2>/dev/null; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_echo() {
  local example=$1 scheme=$2 program log port
  shift 2
  stop_server
  program=$(mktemp) && log=$(mktemp)
  read -ra snowc <<<"${SNOWC:-cargo run --release --quiet --}"
  (cd "$root" && "${snowc[@]}" build "$example" --release -o "$program") >"$log" 2>&1 || die "$example does not build: $(cat "$log")"
  port=$(free_port)
  : >"$log"
  (cd "$root" && exec "$program" "$port" "$@") >"$log" 2>&1 &
  server=$!
  for _ in $(seq 600); do
    [[ -s $log ]] && break
    kill -0 "$server" 2>/dev/null || die "$example ended at once: $(cat "$log")"
    sleep 0.1
  done
  [[ -s $log ]] || die "$example printed no line within 60 s"
  url=$scheme://127.0.0.1:$port/
}
