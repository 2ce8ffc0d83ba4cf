//! A scenario as one tree that depends on nothing else: what it extends, its parameters, its defaults, its ranges and the files that it
//! names are written out.

use std::path::{Component, Path, PathBuf};

use super::{Tree, Value, members};
use crate::files::normal;
use crate::language::{Form, Record, Scenario as Root, Shape, Table};
use crate::model::{Scenario, Server};
use crate::ranges::{Settle, Settler};
use crate::reader::Reader;
use crate::source::{FileId, Sources};
use crate::template::Template;
use crate::variation::Faults;
use crate::yaml::{Kind, Node};

/// The keys that are settled before a scenario is written out.
const COMPOSED: [&str; 4] = ["extends", "lab", "parameters", "defaults"];

impl Template {
    /// Returns a variant of the scenario as it is drawn for `seed` (by default its own), in one tree: without files that it extends,
    /// parameters, defaults, ranges and the faults that are not in the variant, with configurations in place of the names of their files, and with the seed. With `listings` it still names
    /// its listings and directories of images, relative to its own directory; otherwise the sizes of their files stand there, without
    /// owners and permissions. It reads no file.
    ///
    /// Nothing if it cannot be drawn: a lab, or a seed that makes it wrong.
    pub fn written_out(&self, seed: Option<u64>, faults: Faults, listings: bool) -> Option<Tree> {
        let scenario = self.draw_variant(seed, faults).ok()?;
        let mut root = self.root().clone();
        let mut reader = Reader::default();
        let mut settler = Settler::new(Settle::of(scenario.seed, faults));
        settler.table(&mut reader, &mut root, Root::TABLE, "");
        let named = |path: &Path| self.named(path);
        let out = Writer { main: root.span.file, sources: &scenario.sources, named: &named };
        let mut tree = out.tree(&root);
        out.relate(&mut tree, &root, Root::TABLE);
        leave_out(&mut tree, &root, &scenario);
        drop_ins(&mut tree, &scenario);
        if !listings {
            sizes(&mut tree, &scenario);
        }
        if let (Some(points), Some(node)) = (tree.get_mut("access_points"), root.value("access_points")) {
            let mut all = Vec::new();
            for (point, node) in points.items().iter().zip(nodes(node)) {
                match out.drawn_members(&mut settler, &mut reader, (point, node)) {
                    Some(members) => all.extend(members),
                    None => all.push(point.clone()),
                }
            }
            points.value = Value::List(all);
        }
        if let Value::Map(entries) = &mut tree.value {
            entries.retain(|(key, _)| !COMPOSED.contains(&key.as_str()));
            entries.retain(|(key, _)| key != "seed");
            entries.push(("seed".to_owned(), Tree::text(scenario.seed.to_string())));
        }
        escape(&mut tree);
        sort(&mut tree, &Shape::Table(Root::TABLE));
        Some(tree)
    }
}

/// Makes a tree of nodes, and looks up files.
struct Writer<'a> {
    main: FileId,
    sources: &'a Sources,
    /// Returns the text of a file that the scenario names.
    named: &'a dyn Fn(&Path) -> Option<FileId>,
}

impl Writer<'_> {
    fn tree(&self, node: &Node) -> Tree {
        let main = Path::new(self.sources.path(self.main)).parent().unwrap_or(Path::new(""));
        Tree::of(node, &|node| {
            let at = self.sources.location(node.span);
            match node.span.file == self.main {
                true => format!("line {}", at.line),
                false => format!("{}:{}", relative(Path::new(&at.file), main), at.line),
            }
        })
    }

    /// Replaces the names of files by what they are relative to the directory of the scenario, and those of configurations by the text.
    fn relate(&self, tree: &mut Tree, node: &Node, table: &Table) {
        let Kind::Mapping(entries) = &node.kind else { return };
        for entry in entries {
            if let (Some(key), Some(value)) = (table.key(&entry.key), tree.get_mut(&entry.key)) {
                self.relate_shape(value, &entry.value, &key.shape);
            }
        }
    }

    fn relate_shape(&self, tree: &mut Tree, node: &Node, shape: &Shape) {
        match shape {
            Shape::Text(Form::Any(noun @ ("file or text" | "file" | "directory"))) => {
                let Value::Text(name) = &tree.value else { return };
                if name.contains('\n') {
                    return;
                }
                let path = self.sources.directory(node.span.file).join(name);
                if *noun != "file or text" {
                    tree.value = Value::Text(relative(&path, self.sources.directory(self.main)));
                } else if let Some(file) = (self.named)(&path) {
                    tree.value = Value::Block(self.sources.text(file).to_owned());
                }
            }
            Shape::Table(table) => self.relate(tree, node, table),
            Shape::List(of) => {
                if let Value::List(items) = &mut tree.value {
                    items
                        .iter_mut()
                        .zip(nodes(node))
                        .for_each(|(tree, node)| self.relate_shape(tree, node, of));
                }
            }
            Shape::Map(of) => {
                if let (Value::Map(values), Kind::Mapping(entries)) = (&mut tree.value, &node.kind) {
                    let pairs = values.iter_mut().zip(entries);
                    pairs.for_each(|((_, tree), entry)| self.relate_shape(tree, &entry.value, of));
                }
            }
            Shape::Either(shapes) => shapes.iter().for_each(|shape| self.relate_shape(tree, node, shape)),
            Shape::Text(_)
            | Shape::Number(_)
            | Shape::Bounds(_)
            | Shape::True
            | Shape::Choice(_)
            | Shape::Pair(_)
            | Shape::Facts
            | Shape::Part(_) => {}
        }
    }

    /// Returns the members of a group whose values are drawn for each of them; nothing if it is none, or all its members are alike.
    fn drawn_members(
        &self,
        settler: &mut Settler,
        reader: &mut Reader,
        (point, node): (&Tree, &Node),
    ) -> Option<Vec<Tree>> {
        let flash = node.value("flash")?;
        let mut members = members(point)?;
        let known = settler.settled.len();
        for member in &mut members {
            let path = format!("access_points.{}", member.get("name")?.as_text()?);
            let mut settled = flash.clone();
            settler.member(reader, "flash", &mut settled, &path);
            *member.get_mut("flash")? = self.tree(&settled);
        }
        (settler.settled.len() > known).then_some(members)
    }
}

/// Leaves out the events that are not in the variant.
fn leave_out(tree: &mut Tree, root: &Node, scenario: &Scenario) {
    let (Some(timeline), Some(node)) = (tree.get_mut("timeline"), root.value("timeline")) else { return };
    let Value::List(items) = &mut timeline.value else { return };
    let mut nodes = nodes(node).iter();
    let stays = |node: &Node| scenario.timeline.iter().any(|entry| entry.span == node.span);
    items.retain(|_| nodes.next().is_none_or(stays));
}

/// States the drop-ins that servers have beside their configurations.
fn drop_ins(tree: &mut Tree, scenario: &Scenario) {
    let Some(Tree { value: Value::List(servers), .. }) = tree.get_mut("servers") else { return };
    for server in servers {
        let is_it = |one: &&Server| server.get("name").and_then(Tree::as_text) == Some(&one.name);
        let Some(drop_ins) = scenario.servers.iter().find(is_it).and_then(|one| one.drop_ins.as_ref()) else {
            continue;
        };
        if server.get("config").is_some() && server.get("drop_ins").is_none() {
            let files =
                drop_ins.iter().map(|(path, text)| (path.clone(), Value::Block(text.text.clone()).into()));
            server.set("drop_ins", Value::Map(files.collect()).into());
        }
    }
}

/// States the sizes of files in place of listings and directories.
fn sizes(tree: &mut Tree, scenario: &Scenario) {
    let Some(Tree { value: Value::Map(sets), .. }) = tree.get_mut("images") else { return };
    for (name, set) in sets {
        let named = ["listing", "directory"].map(|key| set.remove(key)).into_iter().flatten().next();
        if let (Some(named), Some(known)) = (named, scenario.images.get(name.as_str())) {
            let files = known.files.iter().map(|file| (file.name.clone(), Tree::text(file.size.to_string())));
            set.set("files", Tree { value: Value::Map(files.collect()), place: named.place });
        }
    }
}

/// Puts keys that come from several files into the order of their table. Events and expectations keep their order.
fn sort(tree: &mut Tree, shape: &Shape) {
    match (shape, &mut tree.value) {
        (Shape::Table(table), Value::Map(entries)) => {
            let place = |name: &str| table.keys.iter().position(|key| key.name == name);
            if !["event", "expectation"].contains(&table.name) {
                entries.sort_by_key(|(name, _)| place(name));
            }
            entries.iter_mut().for_each(|(name, value)| {
                table.key(name).into_iter().for_each(|key| sort(value, &key.shape));
            });
        }
        (Shape::List(of), Value::List(items)) => items.iter_mut().for_each(|item| sort(item, of)),
        (Shape::Map(of), Value::Map(entries)) => entries.iter_mut().for_each(|(_, value)| sort(value, of)),
        _ => {}
    }
}

/// Writes `$${` for what would be a parameter.
fn escape(tree: &mut Tree) {
    match &mut tree.value {
        Value::Nothing => {}
        Value::Text(text) | Value::Block(text) => *text = text.replace("${", "$${"),
        Value::List(items) => items.iter_mut().for_each(escape),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| escape(value)),
    }
}

fn nodes(list: &Node) -> &[Node] {
    match &list.kind {
        Kind::Sequence(items) => items,
        _ => &[],
    }
}

/// Returns a path as it is seen from a directory, by names alone.
fn relative(path: &Path, directory: &Path) -> String {
    let (path, directory) = (normal(path), normal(directory));
    let (to, from): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (path.components().collect(), directory.components().collect());
    let shared = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    // The way up from a directory above the one in which the command runs is not known.
    if path.is_absolute() != directory.is_absolute() || from[shared..].contains(&Component::ParentDir) {
        return path.display().to_string();
    }
    let up = from[shared..].iter().map(|_| Component::ParentDir);
    up.chain(to[shared..].iter().copied()).collect::<PathBuf>().display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_scenario() {
        let seen = |path: &str, directory: &str| relative(Path::new(path), Path::new(directory));
        assert_eq!(seen("lab/17.9.listing", "lab"), "17.9.listing");
        assert_eq!(seen("lab/../shared/17.9.listing", "lab/night"), "../../shared/17.9.listing");
        assert_eq!(seen("/a/b/c", "/a/d"), "../b/c");
        assert_eq!(seen("x", ""), "x");
    }
}
