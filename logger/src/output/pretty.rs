/// What one step of depth is indented by, as Powertools for Python does under `POWERTOOLS_DEV`.
const STEP: usize = 4;

/// Spreads one line of JSON over several for people; tokens stay as they are.
pub(crate) fn indent(line: &[u8]) -> Vec<u8> {
    let (mut out, mut depth, mut text) = (Vec::with_capacity(line.len() * 2), 0_usize, false);
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if text => {
                out.push(byte);
                out.extend(bytes.next());
                continue;
            }
            b'"' => text = !text,
            _ if text => {}
            b'{' | b'[' if !matches!(bytes.peek(), Some(b'}' | b']')) => {
                depth += 1;
                out.push(byte);
                new_line(&mut out, depth);
                continue;
            }
            b'}' | b']' if !matches!(out.last(), Some(b'{' | b'[')) => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
            }
            b',' => {
                out.push(byte);
                new_line(&mut out, depth);
                continue;
            }
            b':' => {
                out.extend_from_slice(b": ");
                continue;
            }
            _ => {}
        }
        out.push(byte);
    }
    out
}

fn new_line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + depth * STEP, b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_as_python_prints_it() {
        let line = br#"{"a":"x:{,\"}","b":[1,{"c":null}],"d":{},"e":[]}"#;
        let expected = r#"{
    "a": "x:{,\"}",
    "b": [
        1,
        {
            "c": null
        }
    ],
    "d": {},
    "e": []
}"#;
        assert_eq!(String::from_utf8(indent(line)).unwrap(), expected);
    }
}
