import { shorten, visible } from './visible.ts';

/** Longest name that a picture shows. */
const LIMIT = 80;

/**
 * Untrusted text for a label between double quotes of a Mermaid diagram: everything but letters, digits, and dots and
 * underscores within a word is written as a character code, which Mermaid turns into text only after it has looked for
 * syntax, Markdown and HTML. What it looks for even later, icons (`fa:fa-bell`) and formulas (`$$x$$`), is shown by number.
 */
export function mermaidLabel(text: string): string {
  return shorten(visible(text), LIMIT)
    .replaceAll(/:(?=fa-)|\$(?=\$)/gu, (character) => `\\u{${codePoint(character).toString(16)}}`)
    .replaceAll(/[^A-Za-z0-9_.]|(?<![A-Za-z0-9])[_.]|[_.](?![A-Za-z0-9])/gu, (character) => `#${codePoint(character)};`);
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
