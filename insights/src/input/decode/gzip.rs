use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

use super::Bytes;

pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What is wrong with packed data, once a reader has come to it.
#[derive(Clone, Debug, Default)]
pub(in crate::input) struct Damage(Rc<RefCell<Option<Found>>>);

#[derive(Clone, Debug)]
struct Found {
    reason: String,
    /// Whether what was unpacked last may have gone on.
    breaks_off: bool,
}

impl Damage {
    /// Returns what is wrong, and where.
    pub(in crate::input) fn reason(&self) -> Option<String> {
        self.0.borrow().as_ref().map(|found| found.reason.clone())
    }

    /// Tells whether the input broke off, so that its last line is not whole.
    pub(in crate::input) fn breaks_off(&self) -> bool {
        self.0.borrow().as_ref().is_some_and(|found| found.breaks_off)
    }
}

/// Unpacks gzip, one member after the other, up to where it is damaged.
pub(super) struct Salvage<'a> {
    /// `None` once there is nothing more to unpack.
    member: Option<GzDecoder<BufReader<Bytes<'a>>>>,
    length: u64,
    damage: Damage,
}

impl<'a> Salvage<'a> {
    pub(super) fn new(packed: Bytes<'a>, damage: Damage) -> Self {
        let member = Some(GzDecoder::new(BufReader::new(packed)));
        Self { member, length: 0, damage }
    }

    /// Goes on with the next member; other data may follow the last.
    fn next_member(&mut self) -> io::Result<()> {
        let Some(mut packed) = self.member.take().map(GzDecoder::into_inner) else { return Ok(()) };
        match packed.fill_buf()?.first() {
            // Blocks of a fixed size end in zeros.
            None | Some(0) => {}
            Some(&first) if first == MAGIC[0] => self.member = Some(GzDecoder::new(packed)),
            Some(_) => self.found("other data follows", false),
        }
        Ok(())
    }

    fn found(&mut self, what: &str, breaks_off: bool) {
        let reason = format!("{what} after {} unpacked bytes", self.length);
        *self.damage.0.borrow_mut() = Some(Found { reason, breaks_off });
    }
}

impl Read for Salvage<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            match member.read(into) {
                Ok(0) if !into.is_empty() => self.next_member()?,
                Ok(length) => {
                    self.length += length as u64;
                    return Ok(length);
                }
                Err(error) => {
                    let is_data = matches!(
                        error.kind(),
                        ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData
                    );
                    if !is_data {
                        return Err(error);
                    }
                    self.member = None;
                    let ends = error.kind() == ErrorKind::UnexpectedEof;
                    let what =
                        if ends { "the gzip data ends early," } else { "the gzip data is damaged" };
                    self.found(what, true);
                }
            }
        }
        Ok(0)
    }
}
