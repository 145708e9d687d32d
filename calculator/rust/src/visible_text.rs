//! Makes text of others safe to print, as the TypeScript programs do: what is an
//! instruction to a terminal, or cannot be seen, is written as JSON writes it.

use std::fmt::Write;

/// Makes everything visible but line ends and tabs.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if !is_unseen(character) {
            shown.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(shown, "\\u{unit:04x}"); // a String takes all
        }
    }
    shown
}

/// Controls, and what Unicode says is not to be seen or turns the direction of
/// reading.
fn is_unseen(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_or_cannot_be_seen_is_written_out() {
        for (text, shown) in [
            ("größer, 日本語\n\ta", "größer, 日本語\n\ta"),
            ("\u{1b}]0;evil\u{7}\r", "\\u001b]0;evil\\u0007\\u000d"),
            ("\u{9b}2J\u{7f}", "\\u009b2J\\u007f"),
            ("a\u{202e}b\u{200b}", "a\\u202eb\\u200b"),
            ("\u{e0041}", "\\udb40\\udc41"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }
}
