/** Text of a scanner, made fit to be recorded; each report encodes it once more for where it goes. */

/** What cannot be seen or moves what is seen: controls, format characters (bidi, zero-width), separators, fillers, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** One line of at most `limit` characters: white space is one space, what cannot be seen is shown as `\u{200b}`. */
export function oneLine(text: string, limit: number): string {
  // More is not looked at: what is cut is counted in UTF-16 code units.
  const some = text
    .slice(0, limit * 4)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(some.replaceAll(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`));
  return characters.length <= limit && text.length <= limit * 4 ? characters.join('') : `${characters.slice(0, limit).join('')}…`;
}

/** Whether each character can be seen as what it is; line ends and tabs may be. */
export function isPlain(text: string): boolean {
  return text.replaceAll(/[\r\n\t]/gu, '').search(INVISIBLE) === -1;
}

/** Letters, digits, `.`, `_`, `-`, and at most 100 of them: a part of an identifier. */
export function identifier(text: string): string {
  return text.slice(0, 100).replaceAll(/[^A-Za-z0-9._-]/gu, '-');
}
