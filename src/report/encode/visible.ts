/** What cannot be seen or moves what is seen: controls, format characters (bidi, zero-width), line separators, fillers, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Shows what cannot be seen as `\u{200b}`; characters in `kept` stay as they are. */
export function visible(text: string, kept = ''): string {
  return replaceInvisible(text, (character) =>
    kept.includes(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Calls `replacement` for each character (a whole code point) that cannot be seen. */
export function replaceInvisible(text: string, replacement: (character: string) => string): string {
  return text.replaceAll(INVISIBLE, replacement);
}

/** True when every character can be seen as what it is. */
export function isVisible(text: string): boolean {
  return text.search(INVISIBLE) === -1;
}

/** At most `limit` characters, never half of one; what was cut is counted: `abc… (7 more)`. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text);
  const more = characters.length - limit;
  return more <= 0 ? text : `${characters.slice(0, limit).join('')}… (${more} more)`;
}
