//! Which entries the log takes, and in which form it writes them: settings of the whole program
//! that every actor asks for at every entry, so they are no actor's.
//!
//! An entry below every level that is set costs one load. Only programs with levels of their own for
//! modules take the lock, and only for entries that one of their modules may write.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

use parking_lot::RwLock;

/// Level of a program that sets none: information.
const DEFAULT: i64 = 1;

static SETTINGS: Settings = Settings::new();
static FORM: AtomicI64 = AtomicI64::new(0);

/// True when an entry of that module and level is written.
pub fn takes(module: &str, level: i64) -> bool {
    SETTINGS.takes(module, level)
}

/// Sets the least level of a module and those below it; of all others when its name is empty.
pub fn set(module: &str, level: i64) {
    SETTINGS.set(module, level);
}

/// The form of lines.
pub fn form() -> i64 {
    FORM.load(Relaxed)
}

/// Sets the form of lines.
pub fn set_form(form: i64) {
    FORM.store(form, Relaxed);
}

struct Settings {
    /// The least of all levels below.
    least: AtomicI64,
    /// That of modules without one of their own.
    other: AtomicI64,
    has_modules: AtomicBool,
    modules: RwLock<BTreeMap<String, i64>>,
}

impl Settings {
    const fn new() -> Settings {
        Settings {
            least: AtomicI64::new(DEFAULT),
            other: AtomicI64::new(DEFAULT),
            has_modules: AtomicBool::new(false),
            modules: RwLock::new(BTreeMap::new()),
        }
    }

    fn takes(&self, module: &str, level: i64) -> bool {
        if level < self.least.load(Relaxed) {
            return false;
        }
        let own = self
            .has_modules
            .load(Relaxed)
            .then(|| self.level_of(module));
        level >= own.flatten().unwrap_or_else(|| self.other.load(Relaxed))
    }

    /// The level of the nearest module at or above `module` that has one: `a.b.c`, `a.b`, `a`.
    fn level_of(&self, module: &str) -> Option<i64> {
        let modules = self.modules.read();
        let mut name = module;
        loop {
            if let Some(&level) = modules.get(name) {
                return Some(level);
            }
            name = &name[..name.rfind('.')?];
        }
    }

    fn set(&self, module: &str, level: i64) {
        let mut modules = self.modules.write();
        if module.is_empty() {
            self.other.store(level, Relaxed);
        } else {
            modules.insert(module.to_owned(), level);
            self.has_modules.store(true, Relaxed);
        }
        let other = self.other.load(Relaxed);
        let least = modules.values().copied().fold(other, i64::min);
        self.least.store(least, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn information_is_taken_and_debugging_is_not() {
        let settings = Settings::new();
        assert!(settings.takes("shop", 1));
        assert!(!settings.takes("shop", 0));
    }

    #[test]
    fn a_module_has_its_own_level_and_gives_it_to_those_below() {
        let settings = Settings::new();
        settings.set("shop", 3);
        settings.set("shop.cart", 0);
        for (module, level, taken) in [
            ("shop", 2, false),
            ("shop", 3, true),
            ("shop.stock", 2, false),
            ("shop.cart", 0, true),
            ("shop.cart.items", 0, true),
            ("shopping", 1, true),
            ("shopping", 0, false),
            ("", 1, true),
        ] {
            assert_eq!(settings.takes(module, level), taken, "{module} {level}");
        }
    }

    #[test]
    fn the_level_of_all_others_leaves_modules_alone() {
        let settings = Settings::new();
        settings.set("shop", 0);
        settings.set("", 3);
        assert!(settings.takes("shop", 0));
        assert!(!settings.takes("other", 2));
        settings.set("shop", 3);
        assert!(!settings.takes("shop", 2));
    }
}
