use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Returns what a reader gives, unpacked if it is packed.
pub(super) fn unpacked<'a>(input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut input = BufReader::with_capacity(64 * 1024, input);
    // Both bytes, also if a pipe gives them one by one.
    let mut first = [0; 2];
    let mut length = 0;
    while length < 2 {
        match input.read(&mut first[length..])? {
            0 => break,
            read => length += read,
        }
    }
    let is_packed = length == 2 && first == MAGIC;
    let input = io::Cursor::new(first).take(length as u64).chain(input);
    Ok(if is_packed { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) })
}
