#!/usr/bin/env bash
# Runs the Autobahn|Testsuite (wstest -m fuzzingclient) against a WebSocket
# server on this machine and says how it did.
#
#   autobahn.sh URL OUTDIR [CASE...]
#
#   URL     ws://127.0.0.1:PORT/path of an echo endpoint (text echoed as text,
#           binary as binary, messages up to 16 MiB). Loopback only. One bare
#           TCP connection is made first, to see that it listens.
#   OUTDIR  where the report goes: index.html, index.json, one html and json
#           per case, fuzzingclient.json (the spec) and wstest.log.
#   CASE    case ids or patterns, quoted: '1.*' '9.1.1'. None: every case but
#           those of AUTOBAHN_EXCLUDE.
#
# Environment:
#   AUTOBAHN_EXCLUDE  patterns left out. Default: '12.* 13.*' (permessage-deflate)
#                     where no CASE is given, else none.
#   AUTOBAHN_STRICT   1: NON-STRICT and UNIMPLEMENTED fail too.
#   AUTOBAHN_AGENT    name of the server in the report (default: server).
#   AUTOBAHN_TIMEOUT  seconds for the whole run (default 1800).
#   AUTOBAHN_WAIT     seconds to wait for the server to listen (default 10).
#   AUTOBAHN_HOME     where the suite is installed (default:
#                     ${XDG_CACHE_HOME:-~/.cache}/autobahntestsuite).
#   AUTOBAHN_PYTHON2  the Python 2.7 to use (default: looked for).
#   AUTOBAHN_INSTALL_ONLY  1: install, then stop (no URL or OUTDIR needed).
#
# Exit: 0 all cases passed; 1 a case failed, or not every case was run;
#       2 the suite could not be installed or started.
#
# The suite is Python 2 only (its newest release, 25.10.1, too). It goes into a
# virtualenv of its own, from PyPI, with every version pinned.

{   # one block, so that bash has read all of this file before it runs any
set -euo pipefail
set -f                                   # case patterns are not file globs

die() { echo "autobahn: $*" >&2; exit 2; }

AUTOBAHN_HOME=${AUTOBAHN_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/autobahntestsuite}
export PYTHONWARNINGS=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_PYTHON_VERSION_WARNING=1
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV 2>/dev/null || true

VIRTUALENV=virtualenv==16.7.12           # no dependencies; brings pip 20.3.4, setuptools 44.1.1, wheel 0.36.2
PINS='
attrs==21.4.0
autobahn==0.10.9
autobahntestsuite==0.8.2
Automat==22.10.0
cffi==1.15.1
constantly==15.1.0
cryptography==3.3.2
enum34==1.1.10
hyperlink==21.0.0
idna==2.10
incremental==16.10.1
ipaddress==1.0.23
Jinja2==2.11.3
klein==17.10.0
linecache2==1.0.0
MarkupSafe==1.1.1
pyasn1==0.5.1
pyasn1-modules==0.3.0
pycparser==2.21
PyHamcrest==1.10.1
pyOpenSSL==19.1.0
service-identity==18.1.0
six==1.16.0
traceback2==1.4.0
Twisted==20.3.0
txaio==2.1.0
typing==3.10.0.0
unittest2==1.1.0
Werkzeug==1.0.1
zope.interface==4.6.0
argparse==1.4.0
'
# Compiled here, so they need a C compiler. The suite runs without them, slower.
FAST_PINS='
wsaccel==0.6.3
ujson==1.35
'

# ---------------------------------------------------------------- Python 2.7
is_py27() { "$1" -c 'import sys, ssl, zlib; sys.exit(sys.version_info[:2] != (2, 7))' >/dev/null 2>&1; }

find_py27() {
    local p
    if [ -n "${AUTOBAHN_PYTHON2:-}" ]; then
        is_py27 "$AUTOBAHN_PYTHON2" || die "AUTOBAHN_PYTHON2=$AUTOBAHN_PYTHON2 is not a working Python 2.7"
        echo "$AUTOBAHN_PYTHON2"; return
    fi
    set +f
    for p in "${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "${HOME:-}/.pyenv")}"/versions/2.7.*/bin/python2.7 \
             "$(command -v python2.7 || true)" "$(command -v python2 || true)"; do
        if [ -n "$p" ] && is_py27 "$p"; then set -f; echo "$p"; return; fi
    done
    set -f
    die "no Python 2.7 found. The Autobahn|Testsuite runs on Python 2.7 only. Looked in" \
        "\$PYENV_ROOT, the folder that pyenv names, and PATH (python2.7, python2)." \
        "Debian 12 has no python2.7 package: use a machine whose pyenv has 2.7.18, or set AUTOBAHN_PYTHON2."
}

# ------------------------------------------------------------------- install
VENV=$AUTOBAHN_HOME/venv
PY=$VENV/bin/python
STAMP=$AUTOBAHN_HOME/installed
WANT=$(printf '%s\n' "$VIRTUALENV" "$PINS" "$FAST_PINS" | sha256sum | cut -d' ' -f1)

installed() {
    [ -x "$PY" ] && [ "$(cat "$STAMP" 2>/dev/null || true)" = "$WANT" ] &&
        "$PY" -c 'import autobahntestsuite.wstest' >/dev/null 2>&1
}

install_suite() {
    local py27 log=$AUTOBAHN_HOME/install.log t0=$SECONDS
    py27=$(find_py27) || exit 2
    echo "autobahn: installing autobahntestsuite 0.8.2 under $AUTOBAHN_HOME with $py27 ..." >&2
    rm -rf "$STAMP" "$VENV" "${AUTOBAHN_HOME:?}/boot"
    : >"$log"
    step() { "$@" >>"$log" 2>&1 || { tail -n 30 "$log" >&2; die "install failed at: $* (log: $log)"; }; }
    if ! "$py27" -m pip --version >>"$log" 2>&1; then step "$py27" -m ensurepip; fi
    step "$py27" -m pip install --no-deps --target "$AUTOBAHN_HOME/boot" "$VIRTUALENV"
    step env PYTHONPATH="$AUTOBAHN_HOME/boot" "$py27" -m virtualenv --no-download "$VENV"
    printf '%s' "$PINS" >"$AUTOBAHN_HOME/pins.txt"
    printf '%s' "$FAST_PINS" >"$AUTOBAHN_HOME/fast-pins.txt"
    # six and incremental first: setup.py of others may want them.
    step "$PY" -m pip install --no-deps six==1.16.0 incremental==16.10.1
    step "$PY" -m pip install --no-deps -r "$AUTOBAHN_HOME/pins.txt"
    if "$PY" -m pip install --no-deps -r "$AUTOBAHN_HOME/fast-pins.txt" >>"$log" 2>&1; then
        step "$PY" -m pip check
    else
        echo "autobahn: wsaccel and ujson could not be built (C compiler?): going on without, slower" >&2
    fi
    step "$PY" -c 'import autobahntestsuite.wstest'
    rm -rf "${AUTOBAHN_HOME:?}/boot"
    echo "$WANT" >"$STAMP"
    echo "autobahn: installed in $((SECONDS - t0)) s" >&2
}

ensure_installed() {
    if installed; then return; fi
    mkdir -p "$AUTOBAHN_HOME"
    exec 9>"$AUTOBAHN_HOME/lock"
    flock 9
    if ! installed; then install_suite; fi
    exec 9>&-
}

if [ "${AUTOBAHN_INSTALL_ONLY:-0}" = 1 ]; then ensure_installed; exit 0; fi

[ $# -ge 2 ] || die "usage: $0 URL OUTDIR [CASE...]"
URL=$1 OUTDIR=$2
shift 2
[[ $URL =~ ^wss?://(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?(/.*)?$ ]] ||
    die "URL must be ws:// or wss:// on the loopback (127.x.x.x, localhost, [::1]): $URL"
if [ $# -eq 0 ]; then CASES='*'; EXCLUDE=${AUTOBAHN_EXCLUDE-12.* 13.*}
else CASES=$*; EXCLUDE=${AUTOBAHN_EXCLUDE-}; fi

ensure_installed
mkdir -p "$OUTDIR"
OUTDIR=$(cd "$OUTDIR" && pwd)
find "$OUTDIR" -maxdepth 1 -type f \( -name 'index.html' -o -name 'index.json' -o -name '*_case_*.html' \
    -o -name '*_case_*.json' -o -name fuzzingclient.json -o -name wstest.log \) -delete

# ------------------------------------------------------- spec, and reachable?
export AB_URL=$URL AB_OUTDIR=$OUTDIR AB_CASES=$CASES AB_EXCLUDE=$EXCLUDE \
       AB_AGENT=${AUTOBAHN_AGENT:-server} AB_WAIT=${AUTOBAHN_WAIT:-10} AB_STRICT=${AUTOBAHN_STRICT:-0}

"$PY" - <<'PYTHON' || exit 2
import io, json, os, socket, sys, time
from urlparse import urlparse
from autobahntestsuite.case import Cases, CaseCategories, CaseSubCategories, CaseSetname, CaseBasename
from autobahntestsuite.caseset import CaseSet

e = os.environ
cases = CaseSet(CaseSetname, CaseBasename, Cases, CaseCategories, CaseSubCategories)
spec = {"outdir": e["AB_OUTDIR"],
        "servers": [{"agent": e["AB_AGENT"], "url": e["AB_URL"]}],
        "cases": e["AB_CASES"].split(),
        "exclude-cases": e["AB_EXCLUDE"].split(),
        "exclude-agent-cases": {}}
try:
    ids = cases.parseSpecCases(spec)
except ValueError:
    ids = None
if ids is None or [i for i in ids if i not in cases.CasesById]:
    sys.exit("autobahn: no such case among: %s (excluded: %s)" % (e["AB_CASES"], e["AB_EXCLUDE"]))
if not ids:
    sys.exit("autobahn: no case selected by: %s (excluded: %s)" % (e["AB_CASES"], e["AB_EXCLUDE"]))
spec["cases"], spec["exclude-cases"] = ids, []
with open(os.path.join(e["AB_OUTDIR"], "fuzzingclient.json"), "w") as f:
    json.dump(spec, f, indent=1)

u = urlparse(e["AB_URL"])
end = time.time() + float(e["AB_WAIT"])
while True:
    try:
        socket.create_connection((u.hostname, u.port or (443 if u.scheme == "wss" else 80)), 2).close()
        break
    except (socket.error, socket.timeout) as x:
        if time.time() >= end:
            sys.exit("autobahn: nothing listens at %s: %s" % (e["AB_URL"], x))
        time.sleep(0.1)
PYTHON

# ----------------------------------------------------------------------- run
START=$(date +%s.%N)
RC=0
timeout --kill-after=10 "${AUTOBAHN_TIMEOUT:-1800}" \
    "$PY" -u -c 'from autobahntestsuite.wstest import run; run()' \
    -m fuzzingclient -s "$OUTDIR/fuzzingclient.json" >"$OUTDIR/wstest.log" 2>&1 </dev/null || RC=$?

# ------------------------------------------------------------------- summary
AB_RC=$RC AB_START=$START "$PY" - <<'PYTHON'
import json, os, sys, time

e = os.environ
out, strict, rc = e["AB_OUTDIR"], e["AB_STRICT"] == "1", int(e["AB_RC"])
took = time.time() - float(e["AB_START"])
want = json.load(open(os.path.join(out, "fuzzingclient.json")))["cases"]
log = open(os.path.join(out, "wstest.log")).read().splitlines()
try:
    got = json.load(open(os.path.join(out, "index.json"))).get(e["AB_AGENT"], {})
except (IOError, ValueError):
    got = {}
    print "autobahn: no report was written (wstest's exit status: %d%s). Last lines of %s:" % (
        rc, ", it ran out of time" if rc in (124, 137) else "", os.path.join(out, "wstest.log"))
    for line in log[-8:]:
        print "   ", line

key = lambda i: [int(x) for x in i.split(".")]
counts = dict.fromkeys(["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED"], 0)
failed, other = [], {"NON-STRICT": [], "UNIMPLEMENTED": []}
for i in sorted(got, key=key):
    b, c = got[i]["behavior"], got[i]["behaviorClose"]
    # A case may be OK by the frames it saw and yet be closed wrongly (or its
    # handshake never have ended): that is in behaviorClose alone.
    v = b if b in counts and c in ("OK", "INFORMATIONAL") else "FAILED"
    counts[v] += 1
    if v in other:
        other[v].append(i)
    if v == "FAILED":
        failed.append(i)
missing = [i for i in want if i not in got]

print "autobahn: %d cases, OK=%d, NON-STRICT=%d, INFORMATIONAL=%d, FAILED=%d%s (%.1f s)" % (
    len(got), counts["OK"], counts["NON-STRICT"], counts["INFORMATIONAL"], counts["FAILED"],
    ", UNIMPLEMENTED=%d" % counts["UNIMPLEMENTED"] if counts["UNIMPLEMENTED"] else "", took)
for v in sorted(other):
    if other[v]:
        print "autobahn: %s: %s" % (v, " ".join(other[v]))
if failed:
    print "autobahn: FAILED: %s" % " ".join(failed)
for i in failed[:40]:
    r = json.load(open(os.path.join(out, got[i]["reportfile"])))
    print "    %s: %s, close: %s, close code from the server: %s; %s; %s [%s]" % (
        i, r["behavior"], r["behaviorClose"], r["remoteCloseCode"], r["result"], r["resultClose"],
        got[i]["reportfile"].replace(".json", ".html"))
if missing:
    print "autobahn: NOT RUN: %d of %d cases: %s%s" % (
        len(missing), len(want), " ".join(missing[:20]), " ..." if len(missing) > 20 else "")
    for line in [l for l in log if "failed" in l.lower()][-3:]:
        print "   ", line
if got:
    print "autobahn: report in %s" % os.path.join(out, "index.html")
bad = failed or missing or not got or rc
if strict:
    bad = bad or other["NON-STRICT"] or other["UNIMPLEMENTED"]
sys.exit(1 if bad else 0)
PYTHON
exit 0
}
