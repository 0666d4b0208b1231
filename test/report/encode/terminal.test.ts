import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terminalText } from '../../../src/report/encode/terminal.ts';
import { INVISIBLE, hostileText } from '../hostile.ts';

describe('terminalText', () => {
  it.each([
    ['aws_s3_bucket.logs', 'aws_s3_bucket.logs'],
    ['naïve 水 🦊', 'naïve 水 🦊'],
    ['\u001b[31mred\u0007', '\\u{1b}[31mred\\u{7}'],
    ['a\u202eb\u200bc\ufeff', 'a\\u{202e}b\\u{200b}c\\u{feff}'],
    ['a\ufff9b', 'a\\u{fff9}b'],
    ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
    ['\ud800', '\\u{d800}'],
  ])('shows %j as %j', (text, expected) => {
    expect(terminalText(text)).toBe(expected);
  });

  it('cuts at 2,000 characters, never half of one, and counts the rest', () => {
    expect(terminalText('🦊'.repeat(2000))).toBe('🦊'.repeat(2000));
    expect(terminalText('🦊'.repeat(2001))).toBe(`${'🦊'.repeat(2000)}… (1 more)`);
  });

  it('holds nothing that moves, hides or reorders', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(terminalText(text)).not.toMatch(INVISIBLE);
      }),
    );
  });
});
