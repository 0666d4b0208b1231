/** Letters by Unicode's simple mappings: one character becomes one character, as in Go. */

/** The full mapping of some letters has two characters, where the simple one has one. */
const SIMPLE_LOWER: ReadonlyMap<string, string> = new Map([['\u0130', 'i']]);

const DIGRAPHS: ReadonlyMap<string, string> = new Map(
  [
    ['\u01c4\u01c5\u01c6', '\u01c5'],
    ['\u01c7\u01c8\u01c9', '\u01c8'],
    ['\u01ca\u01cb\u01cc', '\u01cb'],
    ['\u01f1\u01f2\u01f3', '\u01f2'],
  ].flatMap(([letters = '', titled = '']) => Array.from(letters, (letter): [string, string] => [letter, titled])),
);

export function lower(text: string): string {
  return text.replaceAll(/[\0-\x7f]+|[^]/gu, (some) =>
    some < '\x80' ? some.toLowerCase() : (SIMPLE_LOWER.get(some) ?? single(some, some.toLowerCase())),
  );
}

export function upper(text: string): string {
  return text.replaceAll(/[\0-\x7f]+|[^]/gu, (some) => (some < '\x80' ? some.toUpperCase() : upperLetter(some)));
}

/** The first letter of each word, where a word begins after all ASCII but letters, digits and `_`, and after white space. */
export function title(text: string): string {
  return text.replaceAll(/(?<![\w]|[^\0-\x7f\s])[\p{L}\p{Lowercase}]/gu, (letter) => DIGRAPHS.get(letter) ?? upperLetter(letter));
}

function upperLetter(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  // Greek letters with an iota below: to the titled letter, eight or nine further.
  if ((code >= 0x1f80 && code <= 0x1faf && (code & 8) === 0) || code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3)
    return String.fromCodePoint(code + (code < 0x1fb0 ? 8 : 9));
  return single(letter, letter.toUpperCase());
}

function single(letter: string, changed: string): string {
  return changed.length === letter.length || Array.from(changed).length === 1 ? changed : letter;
}
