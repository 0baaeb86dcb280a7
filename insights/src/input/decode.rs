//! From the bytes of a file to the text in it.

mod gzip;
mod utf16;

use std::io::{self, BufReader, Read};

use self::gzip::Salvage;
use self::utf16::Utf16;

pub(super) use self::gzip::Damage;

/// A reader of which nobody needs to know what it reads.
pub(super) type Bytes<'a> = Box<dyn Read + 'a>;

/// How often gzip may be packed in gzip: Firehose packs what CloudWatch has packed already.
const DEEPEST: usize = 3;

/// Unpacks gzip and turns UTF-16 into UTF-8; where gzip is damaged, the input ends and `damage` says why.
pub(super) fn decoded<'a>(input: impl Read + 'a, damage: &Damage) -> io::Result<Bytes<'a>> {
    let mut input: Bytes<'a> = Box::new(BufReader::with_capacity(64 * 1024, input));
    for _ in 0..DEEPEST {
        let (first, whole) = beginning::<2>(input)?;
        if first != gzip::MAGIC {
            return unicode(whole);
        }
        input = Box::new(Salvage::new(whole, damage.clone()));
    }
    unicode(input)
}

fn unicode(input: Bytes<'_>) -> io::Result<Bytes<'_>> {
    let (first, mut whole) = beginning::<4>(input)?;
    let mark = match first {
        [0xef, 0xbb, 0xbf, ..] => 3,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => 2,
        _ => 0,
    };
    io::copy(&mut whole.by_ref().take(mark), &mut io::sink())?;
    Ok(match first {
        [0xff, 0xfe, ..] => Box::new(Utf16::little_endian(whole)),
        [0xfe, 0xff, ..] => Box::new(Utf16::big_endian(whole)),
        // Without a mark, but no text begins like this in UTF-8.
        [a, 0, b, 0] if a != 0 && b != 0 => Box::new(Utf16::little_endian(whole)),
        [0, a, 0, b] if a != 0 && b != 0 => Box::new(Utf16::big_endian(whole)),
        _ => whole,
    })
}

/// Returns the first bytes of a reader, zeros where it ends before, and a reader of all of it.
fn beginning<const N: usize>(mut input: Bytes<'_>) -> io::Result<([u8; N], Bytes<'_>)> {
    let mut first = [0; N];
    let mut length = 0;
    // A pipe may give them one by one.
    while length < N {
        match input.read(&mut first[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let whole = io::Cursor::new(first).take(length as u64).chain(input);
    Ok((first, Box::new(whole)))
}
