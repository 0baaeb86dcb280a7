//! Which file of a crate uses which other one, and the circles in that.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    modules::{Import, Module, Path, Sources, imports, parse},
    tokens::Token,
};

/// What a path leads to.
enum Target {
    /// An item, by the file that defines it.
    Item(String),
    Module(Path),
    /// Something in another crate, or a name that no module knows, such as a local variable.
    Elsewhere,
}

/// Files that use each other, directly or through others.
pub(super) type Circle = BTreeSet<String>;

/// The files of a crate and what each uses.
pub(super) struct Graph {
    modules: BTreeMap<Path, Module>,
    pub(super) edges: BTreeMap<String, BTreeSet<String>>,
    /// Paths into the crate that lead to nothing known here: what this module must learn to follow.
    pub(super) unresolved: Vec<String>,
}

impl Graph {
    pub(super) fn new(sources: &Sources) -> Self {
        let modules = parse(sources);
        let mut graph = Self { modules, edges: BTreeMap::new(), unresolved: Vec::new() };
        let paths = graph.modules.keys().cloned().collect::<Vec<_>>();
        for path in paths {
            let mut uses = Vec::new();
            collect(&graph.modules[&path].code, &mut uses);
            // A re-export alone is not a use: it is followed where somebody uses the name.
            let imports = graph.modules[&path].imports.iter();
            let private = imports.filter(|import| !import.is_reexport).map(full_path);
            uses.extend(private);
            // A name that is used a hundred times is looked up once.
            for used in uses.into_iter().collect::<BTreeSet<_>>() {
                graph.add(&path, &used);
            }
        }
        graph
    }

    /// Returns the circles, largest first.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let reach = |from: &String| {
            let mut reached = BTreeSet::new();
            let mut open = vec![from];
            while let Some(file) = open.pop() {
                let next = self.edges.get(file).into_iter().flatten();
                open.extend(next.filter(|next| reached.insert((*next).clone())));
            }
            reached
        };
        let reached = self.edges.keys().map(|file| (file, reach(file))).collect::<BTreeMap<_, _>>();
        let circle = |(file, there): (&&String, &BTreeSet<String>)| {
            let mutual = there
                .iter()
                .filter(|other| reached.get(other).is_some_and(|back| back.contains(*file)));
            mutual.cloned().collect::<Circle>()
        };
        let circles = reached.iter().map(circle).filter(|circle| circle.len() > 1);
        let mut circles = circles.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        circles
    }

    fn add(&mut self, module: &Path, used: &Path) {
        let targets = self.resolve(module, used, &mut BTreeSet::new());
        let file = self.modules[module].file.clone();
        if targets.is_empty() {
            self.unresolved.push(format!("{file}: {}", used.join("::")));
        }
        for target in targets {
            if let Target::Item(to) = target
                && to != file
            {
                self.edges.entry(file.clone()).or_default().insert(to);
            }
        }
    }

    /// Follows a path from a module; empty if it should lead somewhere in the crate and does not.
    fn resolve(
        &self,
        from: &Path,
        path: &[String],
        seen: &mut BTreeSet<(Path, Path)>,
    ) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else {
            return vec![Target::Module(from.clone())];
        };
        match first.as_str() {
            "crate" => self.walk(&Path::new(), rest, seen),
            "self" => self.walk(from, rest, seen),
            "super" => {
                let ups = path.iter().take_while(|segment| *segment == "super").count();
                let kept = from.len().saturating_sub(ups);
                self.walk(&from[..kept].to_vec(), &path[ups..], seen)
            }
            _ => {
                let targets = self.walk(from, path, seen);
                if targets.is_empty() { vec![Target::Elsewhere] } else { targets }
            }
        }
    }

    /// Looks a path up in the names of a module.
    fn walk(
        &self,
        module: &Path,
        path: &[String],
        seen: &mut BTreeSet<(Path, Path)>,
    ) -> Vec<Target> {
        let Some((name, rest)) = path.split_first() else {
            return vec![Target::Module(module.clone())];
        };
        if !seen.insert((module.clone(), path.to_vec())) {
            return Vec::new();
        }
        let mut targets = Vec::new();
        let child = [module.as_slice(), std::slice::from_ref(name)].concat();
        if self.modules.contains_key(&child) {
            targets.extend(self.walk(&child, rest, seen));
        }
        let known = &self.modules[module];
        if known.items.contains(name) {
            targets.push(Target::Item(known.file.clone()));
        }
        for import in &known.imports {
            targets.extend(match &import.name {
                // `use job::job`: its first segment is a module or a crate, not what it imports itself.
                Some(imported) if imported == name && import.path[0] == *name => {
                    match self.modules.contains_key(&child) {
                        true => self.walk(&child, &[&import.path[1..], rest].concat(), seen),
                        false => vec![Target::Elsewhere],
                    }
                }
                Some(imported) if imported == name => {
                    self.resolve(module, &[import.path.as_slice(), rest].concat(), seen)
                }
                None if targets.is_empty() => self.walk_glob(module, import, path, seen),
                _ => Vec::new(),
            });
        }
        targets
    }

    fn walk_glob(
        &self,
        module: &Path,
        glob: &Import,
        path: &[String],
        seen: &mut BTreeSet<(Path, Path)>,
    ) -> Vec<Target> {
        let opened = self.resolve(module, &glob.path, &mut seen.clone());
        let walk = |target| match target {
            Target::Module(opened) => self.walk(&opened, path, seen),
            // All names of another crate, of an enum or of a trait: which they are is not known here.
            Target::Elsewhere => vec![Target::Elsewhere],
            Target::Item(file) => vec![Target::Item(file)],
        };
        opened.into_iter().flat_map(walk).collect()
    }
}

fn full_path(import: &Import) -> Path {
    import.path.clone()
}

/// Collects the paths in code, macros included.
fn collect(tokens: &[Token], paths: &mut Vec<Path>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Group(_, inner) => collect(inner, paths),
            Token::Word(word) if word == "use" => {
                let end = tokens[at..].iter().position(|token| token.is(';'));
                let end = end.map_or(tokens.len(), |end| at + end + 1);
                paths.extend(imports(&tokens[at..end]).iter().map(full_path));
                at = end;
                continue;
            }
            // A member is not looked up in the module.
            Token::Word(_) if at == 0 || !tokens[at - 1].is('.') => {
                let (path, end) = path_at(tokens, at);
                paths.push(path);
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

fn path_at(tokens: &[Token], at: usize) -> (Path, usize) {
    let name = |token: &Token| token.word().map(ToOwned::to_owned);
    let mut path = Path::from_iter(name(&tokens[at]));
    let rest = tokens[at + 1..].chunks_exact(3);
    let rest = rest.map_while(|it| name(&it[2]).filter(|_| it[0].is(':') && it[1].is(':')));
    path.extend(rest);
    let end = at + 1 + 3 * (path.len() - 1);
    (path, end)
}
