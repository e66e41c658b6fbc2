"""What the generator knows beyond types: what it leaves out and why, and arguments that would take
the machine instead of testing the library."""

from dataclasses import replace

# Functions that are never called, with the reason.
LEFT_OUT = {
    "Process.halt": "ends the program by design",
    "System.halt": "ends the program by design",
    "File.copy": "would write over what has the path, which may be anybody's",
    "File.rename": "would move what has the path, which may be anybody's",
    "File.remove": "would remove what has the path, which may be anybody's",
    "File.remove_all": "would remove whole folders, which may be anybody's",
    "Redis.connect": "waits for a server that is not there; Redis.start_lazily does not",
    "Redis.start": "waits for a server that is not there; Redis.start_lazily does not",
    "Redis.await_up": "waits for a server that is not there",
    "Ws.cluster": "once a program, and then every room of it waits for a server that is not there",
    "Ws.Cluster.over": "takes a broker, a type that programs cannot name",
    "Ws.Cluster.start_broker": "gives a broker, a type that programs cannot name",
    "Ws.route": "gives routes whose state has no name",
    "Ws.routes": "takes routes whose state has no name",
    "Ws.on_presence": "takes a function of differences, which the list names by their own module",
    "Ws.serve": "does not return while its server runs; Ws.start is called",
    "Ws.serve_tls": "does not return while its server runs; Ws.start_tls is called",
    "Http.serve": "does not return while its server runs; Http.start is called",
    "Http.serve_tls": "does not return while its server runs; Http.start_tls is called",
    "Http.get": "asks servers of other people",
    "Http.post": "asks servers of other people",
    "Http.request": "asks servers of other people",
    "Http.Client.send": "asks servers of other people",
    "Process.list": "gives the actors that run the cases, which other calls would end",
    "Ops.serve": "does not return while its server runs; Ops.start is called",
    "Tuple.size": "takes tuples of up to eight parts, which the compiler's list does not say",
    "Tuple.nth": "takes tuples of one type, which the compiler's list does not say",
    "Test.run": "takes cases that only the compiler makes, and ends the program",
}

# Modules of Redis that programs may name; what they need of others, Redis passes on.
REDIS_MODULES = [
    "Redis.Hashes", "Redis.Keys", "Redis.Sets", "Redis.SortedSets", "Redis.Streams", "Redis.Strings",
    "Redis.Value",
]

# The compiler's hooks of Map, Set, Queue and Range; text, order and hashes of values reach them.
HOOK = "__"

# Functions whose type parameter is a built-in type, because few others will do.
SCALAR = ["Prelude.default"]

# Functions whose type parameters have a form in JSON, which the compiler's list does not say, and
# the types that have one.
JSON_FORM = ["Json.encode", "Json.encode_list", "Json.encode_map", "Json.decode"]
JSON_TYPES = ["Prelude.Int", "Prelude.Float", "Prelude.Bool", "Prelude.String", "Json.Json"]

LOOPBACK = ['"127.0.0.1"', '"::1"', '"localhost"', '""']
# None that another program could listen on, and none that this one would take from it.
PORTS = ["0", "-1", "65536", "9223372036854775807"]
SHORT_MS = ["Calls.short_ms({})"]
FEW = ["0", "1", "2", "-1"]

# Arguments by function and number: one of these texts instead of a value of the parameter's type.
ARGUMENTS = {
    ("Tcp.listen", 0): LOOPBACK,
    ("Tcp.listen", 1): PORTS,
    ("Tcp.connect", 0): LOOPBACK,
    ("Tcp.connect", 1): PORTS,
    ("Ws.host", 1): LOOPBACK,
    ("Http.host", 1): LOOPBACK,
    ("Http.start", 1): PORTS,
    ("Http.start_tls", 1): PORTS,
    ("Http.drain", 1): SHORT_MS,
    ("Ops.start", 0): PORTS,
    ("Ws.start", 1): PORTS,
    ("Ws.start_tls", 1): PORTS,
    # Calls that wait as long as they are asked to.
    ("Timer.sleep", 0): SHORT_MS,
    ("Log.flush", 0): SHORT_MS,
    ("Ws.drain", 1): SHORT_MS,
    ("Job.await_timeout", 1): SHORT_MS,
    ("Process.inspect_all", 1): SHORT_MS,
    ("Process.guard_within", 0): ["1", "20", "200"],
    ("Ws.Test.advance", 1): SHORT_MS + ["60000"],
    # A limit above the machine's memory lets a case have all of it.
    ("Process.memory_limit", 0): ["-1", "0", "1048576", "8388608", "33554432"],
    # An empty list or map says nothing about the form of its elements.
    ("Json.encode_list", 0): ["[Calls.int({})]", '[Calls.text({}), ""]', "[Some(Calls.float({})), None]"],
    ("Json.encode_map", 0): ["Map.from_list([(Calls.text({}), 1)])", 'Map.from_list([("", [Calls.float({})])])'],
    # Restarts without end take a core for the rest of the program.
    ("Supervisor.max_restarts", 1): FEW,
    ("Supervisor.max_seconds", 1): FEW,
    # Small numbers are pids of the actors that run the cases.
    ("Process.untyped", 0): ["0", "-1", "9223372036854775807", "Process.id(self())"],
}

# A handler listens on every address of the machine unless it is told otherwise.
AROUND = {
    ("Http.start", 0): 'Http.host({}, "127.0.0.1")',
    ("Http.start_tls", 0): 'Http.host({}, "127.0.0.1")',
    ("Ws.start", 0): 'Ws.host({}, "127.0.0.1")',
    ("Ws.start_tls", 0): 'Ws.host({}, "127.0.0.1")',
}

# Of this type there are only moments that come soon.
DEADLINE = "Deadline.Deadline"


def is_left_out(function):
    return function.full_name in LEFT_OUT or HOOK in function.name


def bounded(function):
    """The function with all that its type parameters must support."""
    if function.full_name not in JSON_FORM:
        return function
    return replace(function, bounds={name: [*words, "json", "known"] for name, words in function.bounds.items()})


def stale(functions):
    """Names in these rules that no function of the library has."""
    known = {function.full_name for function in functions}
    named = {*LEFT_OUT, *SCALAR, *JSON_FORM, *(name for name, _ in ARGUMENTS), *(name for name, _ in AROUND)}
    return sorted(named - known)
