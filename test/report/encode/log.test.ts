import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logText } from '../../../src/report/encode/log.ts';
import { INVISIBLE, hostileText } from '../hostile.ts';

/** Lines that an Actions runner would take for commands: `::` after leading blanks, `##[` anywhere. */
function commands(output: string): string[] {
  return output.split(/\r\n|\r|\n/u).filter((line) => line.trimStart().startsWith('::') || line.includes('##['));
}

describe('logText', () => {
  it.each([
    ['found 2 files', '│ found 2 files'],
    ['::error::gone', '│ ::error::gone'],
    ['a ##[error]b ###[x', '│ a # #[error]b ## #[x'],
    ['one\r\ntwo\rthree\u2028four', '│ one\n│ two\n│ three\n│ four'],
    ['one\ntwo\u0085three', '│ one\n│ two\n│ three'],
    ['\u001b[2Jhidden\u202e', '│ \\u{1b}[2Jhidden\\u{202e}'],
  ])('writes %j as %j', (text, expected) => {
    expect(logText(text)).toBe(expected);
  });

  it.each([
    ['at the limit', 'x'.repeat(2044), `│ ${'x'.repeat(2044)}`],
    ['one byte over it', 'x'.repeat(2045), `│ ${'x'.repeat(2023)}… (22 more bytes)`],
  ])('keeps a line within 2,048 bytes: %s', (_, text, expected) => {
    expect(logText(text)).toBe(expected);
  });

  it('never cuts a character in half', () => {
    expect(logText('水'.repeat(1000))).toMatch(/^│ 水+… \([0-9]+ more bytes\)$/u);
  });

  it('holds no command in either form, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 4 }), (texts) => {
        const output = logText(texts.join('\n'));
        expect(commands(output)).toEqual([]);
        expect(output.replaceAll('\n', '')).not.toMatch(INVISIBLE);
      }),
    );
  });
});
