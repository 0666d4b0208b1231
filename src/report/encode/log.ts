import { visible } from './visible.ts';

/** UTF-8 bytes that one line may take, its prefix included. */
const LIMIT = 2048;
const PREFIX = '│ ';
/** Everything that a runner, terminal or viewer takes for the end of a line. */
const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const bytes = new TextEncoder();

/**
 * Untrusted text of any number of lines for the log of an Actions runner. The runner takes `::name::`
 * at the start of a line and `##[name]` anywhere in it for a command: every line begins with a visible
 * character, and no `##[` is left.
 */
export function logText(text: string): string {
  return text.split(LINE_END).map(logLine).join('\n');
}

function logLine(line: string): string {
  return cut(PREFIX + visible(line).replaceAll('##[', '# #['));
}

function cut(line: string): string {
  const all = bytes.encode(line);
  if (all.length <= LIMIT) return line;
  const note = (more: number): string => `… (${more} more bytes)`;
  const room = LIMIT - bytes.encode(note(all.length)).length;
  // Read back with `stream`, the bytes of a character cut in half are left out.
  const kept = new TextDecoder().decode(all.subarray(0, room), { stream: true });
  return kept + note(all.length - bytes.encode(kept).length);
}
