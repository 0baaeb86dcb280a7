//! The modules of a crate: which names they define, import and re-export, read from their source.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{self, Token};

/// Segments of a path, such as `["crate", "model", "Span"]`.
pub(super) type Path = Vec<String>;

/// The sources of a crate, by their path below `src`.
pub(super) type Sources = BTreeMap<String, String>;

/// One module, which is a file or an inline `mod` in one.
pub(super) struct Module {
    pub(super) file: String,
    /// What is defined here, without child modules.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Everything but `use` and `mod`.
    pub(super) code: Vec<Token>,
}

/// One name of a `use` declaration, or all of them for a glob.
pub(super) struct Import {
    /// `None` for a glob.
    pub(super) name: Option<String>,
    pub(super) path: Path,
    pub(super) is_reexport: bool,
}

/// Returns the modules of a crate by their path, starting with the root's, which is empty.
pub(super) fn parse(sources: &Sources) -> BTreeMap<Path, Module> {
    let mut modules = BTreeMap::new();
    let root = ["lib.rs", "main.rs"].into_iter().find(|file| sources.contains_key(*file));
    let root = root.expect("a crate has lib.rs or main.rs");
    let mut parser = Parser { sources, modules: &mut modules };
    parser.file(Path::new(), root, "");
    modules
}

struct Parser<'a> {
    sources: &'a Sources,
    modules: &'a mut BTreeMap<Path, Module>,
}

impl Parser<'_> {
    /// `folder` is where child modules are.
    fn file(&mut self, path: Path, file: &str, folder: &str) {
        self.module(path, file, folder, &tokens::parse(&self.sources[file]));
    }

    fn module(&mut self, path: Path, file: &str, folder: &str, tokens: &[Token]) {
        let mut module = Module {
            file: file.to_owned(),
            items: BTreeSet::new(),
            imports: Vec::new(),
            code: Vec::new(),
        };
        let mut rest = tokens;
        while let Some((item, after)) = next_item(rest) {
            rest = after;
            let keyword = item.iter().position(|it| matches!(it.word(), Some("use" | "mod")));
            let keyword = keyword.filter(|at| item[..*at].iter().all(is_before_keyword));
            match keyword.map(|at| &item[at..]) {
                Some([mod_, Token::Word(name), end]) if mod_.word() == Some("mod") => {
                    let child = [path.as_slice(), std::slice::from_ref(name)].concat();
                    let below =
                        if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                    match end {
                        Token::Group(_, tokens) => self.module(child, file, &below, tokens),
                        _ => self.file(child, &self.file_of(&below), &below),
                    }
                }
                Some([use_, ..]) if use_.word() == Some("use") => {
                    module.imports.extend(imports(item));
                }
                _ => module.add(item),
            }
        }
        self.modules.insert(path, module);
    }

    fn file_of(&self, below: &str) -> String {
        let candidates = [format!("{below}.rs"), format!("{below}/mod.rs")];
        let found = candidates.iter().find(|file| self.sources.contains_key(*file));
        found.unwrap_or_else(|| panic!("module {below} has no file")).clone()
    }
}

/// Splits off an item, which ends with a semicolon or with braces.
fn next_item(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let is_use = tokens.iter().take_while(|it| is_before_keyword(it)).count();
    let is_use = tokens.get(is_use).and_then(Token::word) == Some("use");
    let is_end =
        |token: &Token| token.is(';') || (!is_use && matches!(token, Token::Group('{', _)));
    let end = tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1);
    (end > 0).then(|| tokens.split_at(end))
}

/// Whether the token may be before the keyword of an item: its attributes and its visibility.
fn is_before_keyword(token: &Token) -> bool {
    match token {
        Token::Punct(punct) => matches!(punct, '#' | '!'),
        Token::Group(bracket, _) => matches!(bracket, '[' | '('),
        Token::Word(word) => word == "pub",
        Token::Literal => false,
    }
}

impl Module {
    fn add(&mut self, item: &[Token]) {
        // Only macros are not at the top of the item; those are not expanded, so their definitions count.
        let is_macro = item.windows(2).any(|pair| pair[0].word().is_some() && pair[1].is('!'));
        self.define(item, is_macro);
        self.code.extend_from_slice(item);
    }

    /// Adds the names after `struct` and its like.
    fn define(&mut self, tokens: &[Token], within_groups: bool) {
        const KEYWORDS: [&str; 9] =
            ["const", "enum", "fn", "macro_rules", "static", "struct", "trait", "type", "union"];
        let is_keyword = |token: &Token| token.word().is_some_and(|it| KEYWORDS.contains(&it));
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Word(name) if at > 0 && is_keyword(&tokens[at - 1]) => {
                    self.items.insert(name.clone());
                }
                // `macro_rules! name`
                Token::Word(name)
                    if at > 1 && tokens[at - 1].is('!') && is_keyword(&tokens[at - 2]) =>
                {
                    self.items.insert(name.clone());
                }
                Token::Group(_, inner) if within_groups => self.define(inner, true),
                _ => {}
            }
        }
    }
}

/// Flattens `use a::{b, c as d};` into one import a name.
pub(super) fn imports(declaration: &[Token]) -> Vec<Import> {
    let at = declaration.iter().position(|token| token.word() == Some("use"));
    let (before, tree) = declaration.split_at(at.expect("it is a `use`"));
    let is_reexport = before.iter().any(|token| token.word() == Some("pub"));
    let mut imports = Vec::new();
    flatten(&tree[1..], &Path::new(), &mut |name, path| {
        imports.push(Import { name, path, is_reexport });
    });
    imports
}

fn flatten(trees: &[Token], parent: &Path, add: &mut impl FnMut(Option<String>, Path)) {
    for tree in trees.split(|token| token.is(',') || token.is(';')) {
        let mut path = parent.clone();
        let mut tokens = tree.iter().filter(|token| !token.is(':')).peekable();
        while let Some(token) = tokens.next() {
            match token {
                Token::Group(_, inner) => flatten(inner, &path, add),
                Token::Word(word) if word == "as" => {
                    let name = tokens.next().and_then(Token::word).unwrap_or("_");
                    add(Some(name.to_owned()), path.clone());
                }
                Token::Word(word) => {
                    if word != "self" || path.is_empty() {
                        path.push(word.clone());
                    }
                    if tokens.peek().is_none() {
                        add(path.last().cloned(), path.clone());
                    }
                }
                _ => add(None, path.clone()),
            }
        }
    }
}
