//! Sums: an object of tag and fields, or, with `tag: "…"`, one object that holds the tag and a
//! member for each field.

use crate::ast::{
    Arm, Block, Derive, Expr, Ident, Item, Pattern, PatternKind, Statement, SumItem, Variant,
};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::{Name, Span};

use super::keys::Keys;
use super::options::{Meaning, Options};
use super::{
    both, bound, case, library, ok, opened, pair, read, reads, receiver, w, Member, INPUT,
};
use crate::resolve::services::snake;

/// The two impls of a sum.
pub(super) fn impls(sum: &SumItem, derive: &Derive, diagnostics: &mut Diagnostics) -> [Item; 2] {
    Sum::new(sum, derive, diagnostics).impls()
}

/// A sum on its way.
struct Sum<'i> {
    sum: &'i SumItem,
    span: Span,
    /// The key of the tag in the form of one object.
    tag: Option<Name>,
    variants: Vec<Form<'i>>,
}

/// A variant.
struct Form<'i> {
    variant: &'i Variant,
    text: Name,
    /// False when another variant had the text before, which is reported.
    is_read: bool,
    members: Vec<Member<'i>>,
}

impl<'i> Sum<'i> {
    fn new(sum: &'i SumItem, derive: &'i Derive, diagnostics: &mut Diagnostics) -> Self {
        let span = derive.name.span;
        let is_tagged = has_tag(derive);
        let options = Options::of(derive, |path| meaning(sum, path, is_tagged), diagnostics);
        let tag = options.tag.map(|(tag, _)| tag.clone());
        let mut texts = Keys::new("variant");
        let mut variants = Vec::new();
        for variant in &sum.variants {
            let name = &variant.name;
            let usual = || match is_tagged {
                true => snake(&name.name).into(),
                false => name.name.clone(),
            };
            let text = options.key(&[&*name.name]).unwrap_or_else(usual);
            let is_read = texts.take(&text, name, diagnostics);
            let members = members(variant, &options, diagnostics);
            variants.push(Form {
                variant,
                text,
                is_read,
                members,
            });
        }
        Sum {
            sum,
            span,
            tag,
            variants,
        }
    }

    fn impls(&self) -> [Item; 2] {
        let (span, sum) = (self.span, self.sum);
        let arms = self
            .variants
            .iter()
            .map(|form| self.written(form))
            .collect();
        let write = case(receiver(span), arms, span);
        let name = (&sum.name, &sum.generics[..]);
        both(name, w::block(write), self.read(), span)
    }

    /// `Self.Circle(%0) -> variant("Circle", [value(%0)])`.
    fn written(&self, form: &Form) -> Arm {
        let span = self.span;
        let locals = || {
            form.members
                .iter()
                .map(|member| w::name(&member.local, span))
        };
        let value = |local: Expr| library("value", vec![local], span);
        let text = w::text(&form.text, span);
        let body = match &self.tag {
            None => {
                let fields = locals().map(value).collect();
                library("variant", vec![text, w::list(fields, span)], span)
            }
            Some(tag) => {
                let mut pairs = vec![pair(tag, text, span)];
                let members = form.members.iter().zip(locals());
                pairs.extend(members.map(|(member, local)| pair(&member.key, local, span)));
                library("object", vec![w::list(pairs, span)], span)
            }
        };
        let binds = form.members.iter().map(|m| w::bind(&m.local, span));
        let path = w::path(&["Self", &form.variant.name.name], span);
        w::arm(w::constructor_pattern(path, binds.collect()), body)
    }

    fn read(&self) -> Block {
        let span = self.span;
        let mut statements = Vec::new();
        let tag = "%tag";
        match &self.tag {
            None => {
                let parts = vec![w::bind(tag, span), w::bind("%fields", span)];
                let call = library("open_variant", vec![w::name(INPUT, span)], span);
                statements.push(bound(w::tuple_pattern(parts, span), call, span));
            }
            Some(key) => {
                statements.push(opened(span));
                let args = vec![w::name(INPUT, span), w::text(key, span)];
                let call = library("tag", args, span);
                statements.push(bound(w::bind(tag, span), call, span));
            }
        }
        let forms = self.variants.iter().filter(|form| form.is_read);
        let mut arms: Vec<Arm> = forms.map(|form| self.read_variant(form)).collect();
        let unknown = library("unknown", vec![w::text(&self.sum.name.name, span)], span);
        arms.push(w::arm(w::wildcard(span), unknown));
        statements.push(Statement::Expr(case(w::name(tag, span), arms, span)));
        Block { statements, span }
    }

    /// `"Circle" -> do … Ok(Self.Circle(%0)) end`.
    fn read_variant(&self, form: &Form) -> Arm {
        let span = self.span;
        let mut statements = Vec::new();
        if self.tag.is_none() {
            let count = w::int(form.members.len() as i64, span);
            let args = vec![w::name("%fields", span), count];
            let call = library("counted", args, span);
            statements.push(bound(w::bind("%fields", span), call, span));
        }
        statements.extend(reads(&form.members, span, |index, member| match self.tag {
            Some(_) => read(member, span),
            None => {
                let args = vec![w::name("%fields", span), w::int(index as i64, span)];
                let call = library("item", args, span);
                bound(w::bind(&member.local, span), call, span)
            }
        }));
        let locals = form.members.iter().map(|member| member.value(span));
        let constructor = w::member("Self", &form.variant.name.name, span);
        let built = match form.members.is_empty() {
            true => constructor,
            false => w::call(constructor, locals.collect(), span),
        };
        statements.push(Statement::Expr(ok(built, span)));
        let text = Pattern {
            kind: PatternKind::String(form.text.clone()),
            span,
        };
        let mut arm = w::arm(text, w::int(0, span));
        arm.body = Block { statements, span };
        arm
    }
}

fn has_tag(derive: &Derive) -> bool {
    use crate::ast::DeriveOption::{Part, Setting};
    derive.options.iter().any(|option| match option {
        Setting { name, .. } => &*name.name == "tag",
        Part { .. } => false,
    })
}

/// What an option's name stands for in a sum.
fn meaning(sum: &SumItem, path: &[&str], is_tagged: bool) -> Meaning {
    let variant = |name: &str| sum.variants.iter().find(|v| *v.name.name == *name);
    let has = |variant: &Variant, field: &str| {
        let names = variant.fields.iter().flat_map(|(name, _)| name);
        names.into_iter().any(|name| *name.name == *field)
    };
    match path {
        [name] if variant(name).is_some() => Meaning::Variant,
        [name, _] if variant(name).is_some() && !is_tagged => {
            let help = "fields of variants have keys with `tag: \"…\"` only";
            Meaning::Nothing(help.into())
        }
        [name, field] if variant(name).is_some_and(|v| has(v, field)) => Meaning::Field,
        _ => Meaning::Nothing(format!("name a variant of `{}`", sum.name.name)),
    }
}

/// The fields of a variant. With a tag they need names, which differ from each other and the tag.
fn members<'i>(
    variant: &'i Variant,
    options: &Options<'i>,
    diagnostics: &mut Diagnostics,
) -> Vec<Member<'i>> {
    let mut keys = Keys::new("field");
    if let Some((tag, span)) = options.tag {
        let name = Name::from("tag");
        keys.take(tag, &Ident { name, span }, diagnostics);
    }
    let mut members = Vec::new();
    for (index, (name, ty)) in variant.fields.iter().enumerate() {
        let local = format!("%{index}");
        let path = name.as_ref().map(|name| [&*variant.name.name, &*name.name]);
        let renamed = path.and_then(|path| options.key(&path));
        let default = path.and_then(|path| options.default(&path));
        let key = renamed.or_else(|| name.as_ref().map(|name| name.name.clone()));
        if options.tag.is_some() {
            match (&key, name) {
                (Some(key), Some(name)) => {
                    keys.take(key, name, diagnostics);
                }
                _ => {
                    let variant = &variant.name.name;
                    let message = format!("with `tag`, the fields of `{variant}` need names");
                    let help = format!("write `{variant}(name :: Type)`");
                    let report = Diagnostic::error(Code::E0028, ty.span, message);
                    diagnostics.push(report.help(help));
                }
            }
        }
        let key = key.unwrap_or_else(|| local.as_str().into());
        members.push(Member {
            key,
            local,
            default,
        });
    }
    members
}
