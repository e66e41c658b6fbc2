"""Types of a case: which there are, and what can be asked of them."""

from nodes import Impl, Struct, Sum
from types_of import BOOL, BYTES, FLOAT, INT, STRING, Ty, fun, list_of, match_type, option, result, tuple_of

SCALARS = {"Int", "Float", "Bool", "String", "Unit", "Ordering", "Bytes"}
BUILT_IN = {
    "Option": [("Some", (Ty("T"),)), ("None", ())],
    "Result": [("Ok", (Ty("T"),)), ("Err", (Ty("E"),))],
}
BUILT_IN_PARAMS = {"Option": ("T",), "Result": ("T", "E")}
WITHOUT_A_LIST = {Struct: ("Eq", "Ord", "Debug", "Hash"), Sum: ("Eq", "Ord", "Debug")}


class Kinds:
    """Holds the declarations of a case, and `random`."""

    def __init__(self, random):
        self.random = random
        self.declarations, self.functions, self.actors = [], [], []
        # Functions that only statements made for them call.
        self.helpers = []
        # Names of what stands in another module; see `modules.py`.
        self.common = frozenset()
        self.fresh = 0
        # Each type costs the C compiler what is made for it, so a case has few.
        self.pool, self.keys = [], []

    def new(self, prefix):
        self.fresh += 1
        return f"{prefix}{self.fresh}"

    def chance(self, part):
        return self.random.random() < part

    def declared(self, name):
        return next((d for d in self.declarations if isinstance(d, (Struct, Sum)) and d.name == name), None)

    def impl(self, interface, name):
        of = (d for d in self.declarations if isinstance(d, Impl))
        return next((d for d in of if d.interface == interface and d.type.name == name), None)

    def interfaces_of(self, ty, bounds):
        """Names of the case's interfaces that a type implements."""
        if ty.is_param():
            return [name for name in bounds.get(ty.name, ()) if name.startswith("I")]
        written = [d for d in self.declarations if isinstance(d, Impl) and d.interface.startswith("I")]
        return [d.interface for d in written if self.fits(d, ty, bounds)]

    def fits(self, written, ty, bounds=None):
        """True when an impl is for a type: its parameters have what the impl asks of them."""
        arguments = match_type(written.type, ty, {})
        if arguments is None:
            return False
        return all(self.meets(arguments[name], word, bounds) for name, words in written.bounds.items() for word in words)

    def meets(self, ty, word, bounds=None):
        """True when `where` lets the type stand for a parameter."""
        if word == "Display":
            return self.shows_itself(ty, bounds)
        return word in self.interfaces_of(ty, bounds or {}) if word.startswith("I") else self.has(ty, word, bounds)

    # What a type can do

    def has(self, ty, interface, bounds=None, inside=()):
        """True when values of the type have `interface`. `bounds` are those of type parameters."""
        if ty.is_param():
            return interface in (bounds or {}).get(ty.name, ())
        if ty.name in ("Fun", "Range", "Pid"):
            return False
        if interface == "Json" and not self.may_be_json(ty):
            return False
        if ty.name in SCALARS:
            return interface != "Hash" or ty.name in ("Int", "Bool", "String", "Bytes")
        if ty.name in ("Map", "Set") and interface in ("Ord", "Hash"):
            return False
        if ty in inside:
            return True
        declared = self.declared(ty.name)
        if declared is not None and not self.declares(declared, interface):
            return False
        written = self.impl(interface, ty.name) if declared is not None else None
        if written:
            return self.fits(written, ty, bounds)
        if interface == "Display" and isinstance(declared, Struct) and "Display" not in (declared.deriving or ()):
            return self.has(ty, "Debug", bounds, inside)
        return all(self.has(part, interface, bounds, (*inside, ty)) for part in self.parts(ty))

    @staticmethod
    def may_be_json(ty):
        """True for types that JSON has, whatever is in them, and for those of the case."""
        if ty.name == "Map":
            return ty.args[0] == STRING
        return ty.name not in ("Tuple", "Set", "Unit", "Bytes", "Result", "Ordering")

    def shows_itself(self, ty, bounds=None):
        """True when a type has Display by a list or an impl, and not only a text in
        interpolations: what `where T: Display` asks for."""
        declared = self.declared(ty.name)
        written = self.impl("Display", ty.name) if declared is not None else None
        if declared is not None and "Display" not in (declared.deriving or ()):
            return written is not None and self.fits(written, ty, bounds)
        if ty.is_param() or ty.name == "Fun":
            return self.has(ty, "Display", bounds)
        return self.has(ty, "Display", bounds) and all(self.shows_itself(part, bounds) for part in ty.args)

    def declares(self, declared, interface):
        """Derives, or has an impl; or needs neither."""
        listed = WITHOUT_A_LIST[type(declared)] if declared.deriving is None else declared.deriving
        if self.impl(interface, declared.name):
            return True
        if interface == "Hash" and self.impl("Eq", declared.name):
            return False
        if interface == "Display":
            return "Display" in listed or self.declares(declared, "Debug")
        return interface in listed

    def parts(self, ty):
        """Types of what is in a value of the type."""
        declared = self.declared(ty.name)
        if declared is None:
            return ty.args
        held = [t for _, t in declared.fields] if isinstance(declared, Struct) else \
            [t for _, types in declared.variants for t in types]
        return [t.bound(dict(zip(declared.params, ty.args))) for t in held]

    def variants(self, ty):
        """Constructors of the type with the types of their payloads."""
        if ty.name in BUILT_IN:
            arguments = dict(zip(BUILT_IN_PARAMS[ty.name], ty.args))
            return [(name, [t.bound(arguments) for t in types]) for name, types in BUILT_IN[ty.name]]
        if ty.name == "Ordering":
            return [("Less", []), ("Equal", []), ("Greater", [])]
        declared = self.declared(ty.name)
        arguments = dict(zip(declared.params, ty.args))
        return [(name, [t.bound(arguments) for t in types]) for name, types in declared.variants]

    def fields(self, ty):
        declared = self.declared(ty.name)
        arguments = dict(zip(declared.params, ty.args))
        return [(name, t.bound(arguments)) for name, t in declared.fields]

    def is_sum(self, ty):
        return ty.name in BUILT_IN or isinstance(self.declared(ty.name), Sum)

    def is_struct(self, ty):
        return isinstance(self.declared(ty.name), Struct)

    # Which type

    def scalar(self):
        return self.random.choice([INT, INT, INT, STRING, STRING, BOOL, FLOAT])

    def key(self):
        """A type that keys of maps may have."""
        if len(self.keys) < 2:
            self.keys.append(self.new_key())
        return self.random.choice(self.keys)

    def new_key(self):
        own = [Ty(d.name) for d in self.declarations if isinstance(d, (Struct, Sum)) and not d.params]
        keys = [t for t in own if self.has(t, "Hash") and self.has(t, "Eq")]
        hashed = [t for t in keys if self.impl("Hash", t.name)]
        if hashed and self.chance(0.7):
            return self.random.choice(hashed)
        if self.chance(0.7):
            return self.random.choice([INT, STRING])
        pool = [INT, STRING, BOOL, tuple_of(INT, STRING), list_of(INT), option(INT)] + keys
        return self.random.choice(pool)

    def own(self, depth, params):
        """A declared type with arguments, or `None`."""
        own = [d for d in self.declarations if isinstance(d, (Struct, Sum)) and d.name[0] in "SV"]
        if not own:
            return None
        declared = self.random.choice(own)
        return Ty(declared.name, tuple(self.new_type(depth - 1, params) for _ in declared.params))

    def type(self, depth=2, params=()):
        """A random type, without functions. `params` are type parameters that may be in it."""
        if params or len(self.pool) < 6:
            self.pool.append(self.new_type(depth, params))
            return self.pool[-1] if params == () else self.pool.pop()
        return self.random.choice(self.pool)

    def new_type(self, depth, params):
        if params and self.chance(0.3):
            return Ty(self.random.choice(params))
        if depth <= 0 or self.chance(0.35):
            return self.scalar()
        inner = lambda: self.new_type(depth - 1, params)
        pick = self.random.randrange(13)
        if pick == 11:
            return BYTES
        if pick == 12:
            return self.holding_a_function(inner)
        if pick >= 6:
            return self.own(depth, params) or self.scalar()
        made = [lambda: list_of(inner()), lambda: tuple_of(*(inner() for _ in range(self.random.randint(2, 3)))),
                lambda: option(inner()), lambda: result(inner()), lambda: Ty("Map", (self.key(), inner())),
                lambda: Ty("Set", (self.key(),))]
        return made[pick]()

    def holding_a_function(self, inner):
        """A type of data in which a function waits to be called."""
        made = fun(*(self.scalar() for _ in range(self.random.randint(0, 2))), self.scalar())
        return self.random.choice([list_of, option, result, lambda ty: tuple_of(inner(), ty),
                                   lambda ty: Ty("Map", (self.key(), ty))])(made)

    def type_with(self, interfaces, depth=2, meets=None):
        """A random type that has all of the interfaces."""
        for _ in range(8):
            ty = self.type(depth)
            if all((meets or self.has)(ty, name) for name in interfaces):
                return ty
        return self.random.choice([INT, STRING, BOOL])
