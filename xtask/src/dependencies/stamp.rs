//! What is installed is remembered by a copy of the pins it came from.

use std::fs;
use std::path::{Path, PathBuf};

/// Installs, unless `made` is there and came from the same pins; returns `made`.
pub(super) fn once(
    pins: &Path,
    home: &Path,
    made: PathBuf,
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let name = pins.file_name().unwrap_or_default();
    let wanted =
        fs::read(pins).map_err(|error| format!("cannot read {}: {error}", pins.display()))?;
    let stamp = home.join(name);
    if !made.exists() || fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        eprintln!("installing what {} pins", pins.display());
        install(&made)?;
        fs::write(&stamp, wanted)
            .map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with pins in it, gone at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn with_pins(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("home")).expect("the temporary folder is writable");
            let folder = Self(folder);
            folder.pin("dependency==1");
            folder
        }

        fn pin(&self, pins: &str) {
            fs::write(self.0.join("pins.txt"), pins).expect("the folder is writable");
        }

        /// Says whether it had to install.
        fn installs(&self, outcome: &Result<(), String>) -> bool {
            let mut installed = false;
            let made = self.0.join("home/dependency");
            let _ = once(&self.0.join("pins.txt"), &self.0.join("home"), made, |made| {
                installed = true;
                fs::write(made, "").expect("the folder is writable");
                outcome.clone()
            });
            installed
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn unchanged_pins_are_not_installed_again() {
        let folder = Folder::with_pins("same");
        assert!(folder.installs(&Ok(())));
        assert!(!folder.installs(&Ok(())));
    }

    #[test]
    fn changed_pins_are_installed_again() {
        let folder = Folder::with_pins("other");
        folder.installs(&Ok(()));
        folder.pin("dependency==2");
        assert!(folder.installs(&Ok(())));
    }

    #[test]
    fn failed_installation_is_tried_again() {
        let folder = Folder::with_pins("failed");
        folder.installs(&Err("no network".to_owned()));
        assert!(folder.installs(&Ok(())));
    }
}
