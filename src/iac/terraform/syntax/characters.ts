/** Characters that the readers of tokens and templates look for, by code. */

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const DOLLAR = 0x24;
export const PERCENT = 0x25;
export const STAR = 0x2a;
export const PLUS = 0x2b;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const BACKSLASH = 0x5c;
export const OPEN_BRACE = 0x7b;
export const TILDE = 0x7e;
export const BYTE_ORDER_MARK = 0xfeff;

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** ASCII letters and the underscore. */
export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || code === 0x5f || (code >= 0x41 && code <= 0x5a);
}

/** White space as Unicode's property has it: with next line, without the byte order mark, unlike JavaScript's. */
export function isWhiteSpace(code: number): boolean {
  if (code <= SPACE) return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

export function trimStart(text: string): string {
  let at = 0;
  while (at < text.length && isWhiteSpace(text.charCodeAt(at))) at += 1;
  return text.slice(at);
}

export function trimEnd(text: string): string {
  let at = text.length;
  while (at > 0 && isWhiteSpace(text.charCodeAt(at - 1))) at -= 1;
  return text.slice(0, at);
}
