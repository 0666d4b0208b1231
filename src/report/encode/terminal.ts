import { shorten, visible } from './visible.ts';

/** Longest text that one name, value or message may take of a terminal; our own limit. */
const LIMIT = 2000;

/** Untrusted text for one line of a terminal: it cannot move the cursor, colour, hide or reorder anything. */
export function terminalText(text: string): string {
  return shorten(visible(text), LIMIT);
}
