/**
 * Untrusted text in GitHub's Markdown. Nothing but a code span or block keeps GitHub from turning
 * text into mentions, references and links, so that is what everything but plain words becomes.
 */
import { shorten, visible } from './visible.ts';

/** Longest name or value shown in a line, and longest sentence. */
const CODE_LIMIT = 200;
const PROSE_LIMIT = 1000;
const URL_LIMIT = 2000;
const EMPTY = '`(empty)`';

/**
 * A code span, also in a table cell. A table takes every `|` for its own, and `\|` cannot be told from
 * `|` in a code span: both are shown by number.
 */
export function code(text: string): string {
  return span(shorten(visible(text), CODE_LIMIT));
}

function span(shown: string): string {
  const content = shown.replaceAll('|', '\\u{7c}');
  if (content.trim() === '') return EMPTY;
  const fence = '`'.repeat(longestRun(content) + 1);
  const padding = /^`|`$|^ | $/u.test(content) ? ' ' : '';
  return fence + padding + content + padding + fence;
}

/**
 * A sentence: plain words stay, everything else (names, values, paths, what stands in backticks or double quotes)
 * becomes a code span. It cannot begin a heading, list or table, and mentions nobody.
 */
export function prose(text: string): string {
  const sentence = shorten(visible(text, '\n').replaceAll('\n', ' ').trim(), PROSE_LIMIT);
  if (sentence === '') return EMPTY;
  const pieces: Piece[] = [];
  for (const [index, part] of sentence.split(/(`[^`]+`|"[^"]*")/u).entries()) {
    if (index % 2 === 1) push(pieces, { kind: 'code', text: part.replace(/^`(.*)`$/u, '$1') });
    else for (const word of part.split(/( +)/u)) for (const piece of wordPieces(word, pieces.length === 0)) push(pieces, piece);
  }
  return pieces.map((piece) => (piece.kind === 'code' ? span(piece.text) : piece.text)).join('');
}

interface Piece {
  readonly kind: 'plain' | 'blank' | 'code';
  readonly text: string;
}

/** Words of letters, short words with digits (`EC2`), small numbers; nothing that could name a commit. */
const PLAIN = /^(?![A-Fa-f]{7,}$)(?:[A-Za-z]+(?:['’/-][A-Za-z]+)*|[A-Za-z][A-Za-z0-9]{0,5}|[0-9]{1,5}%?)$/u;

/** `1.` at the start of a sentence (`first`) would begin a list. */
function wordPieces(word: string, first: boolean): Piece[] {
  if (word === '') return [];
  if (/^ +$/u.test(word)) return [{ kind: 'blank', text: ' ' }];
  const [, before = '', core = '', after = ''] = /^(\(?)(.*?)([),.;:!?]*)$/u.exec(word) ?? [];
  const list = first && /^[0-9]/u.test(core) && /^[.)]/u.test(after);
  const middle: Piece[] = core === '' ? [] : [{ kind: PLAIN.test(core) && !list ? 'plain' : 'code', text: core }];
  return [{ kind: 'plain', text: before }, ...middle, { kind: 'plain', text: after }];
}

/** Code next to code, also over a blank, becomes one span: backticks of two spans would run together. */
function push(pieces: Piece[], next: Piece): void {
  if (next.text === '') return;
  const last = pieces.at(-1);
  const beforeLast = pieces.at(-2);
  if (next.kind === 'blank' && last?.kind === 'blank') return;
  if (next.kind === 'code' && last?.kind === 'code') {
    pieces.splice(-1, 1, { kind: 'code', text: last.text + next.text });
  } else if (next.kind === 'code' && last?.kind === 'blank' && beforeLast?.kind === 'code') {
    pieces.splice(-2, 2, { kind: 'code', text: `${beforeLast.text} ${next.text}` });
  } else {
    pieces.push(next);
  }
}

/** A fenced block that nothing inside can close. `language` is ours. */
export function fence(text: string, language: string): string {
  const content = visible(text.replaceAll('\r\n', '\n'), '\n\t').replace(/\n$/u, '');
  const marks = '`'.repeat(Math.max(3, longestRun(content) + 1));
  return `${marks}${language}\n${content}\n${marks}`;
}

/** A link whose text is a code span; just the code span when the URL is not a plain http(s) one. */
export function link(text: string, url: string | null): string {
  if (url === null || url.length > URL_LIMIT || !/^https?:\/\/[!-~]+$/u.test(url)) return code(text);
  return `[${code(text)}](${url.replaceAll(/[<>()[\]|\\`]/gu, (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`)})`;
}

/** Code inside HTML of ours on one line, where Markdown is not read: `<summary>`. */
export function htmlCode(text: string): string {
  const shown = shorten(visible(text), CODE_LIMIT).replaceAll(/[&<>"'`|]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
  return `<code>${shown}</code>`;
}

function longestRun(text: string): number {
  return (text.match(/`+/gu) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
