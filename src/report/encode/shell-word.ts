import { isVisible } from './visible.ts';

/** UTF-16 units; no argument of a fix is longer for a good reason. */
const LIMIT = 4096;

/** Characters that mean themselves in every POSIX shell; `=` only after an option's name, elsewhere it could assign. */
const PLAIN = /^[A-Za-z0-9_./:@%+,-]+$/u;
const PLAIN_VALUE = /^[A-Za-z0-9_./:@%+,=-]+$/u;

/**
 * One word of a POSIX shell that means exactly this text. Null for what a person could not check by
 * looking at it: control and other invisible characters, and very long text.
 */
export function shellWord(text: string): string | null {
  if (text.length > LIMIT || !isVisible(text)) return null;
  const [, option, value = ''] = /^(--[A-Za-z0-9-]+=)(.*)$/u.exec(text) ?? [];
  if (option !== undefined) return option + (PLAIN_VALUE.test(value) ? value : quoted(value));
  return PLAIN.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
