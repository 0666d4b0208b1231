import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../../src/report/encode/shell-word.ts';
import { INVISIBLE, hostileText } from '../hostile.ts';

describe('shellWord', () => {
  it.each([
    ['put-bucket-acl', 'put-bucket-acl'],
    ['arn:aws:s3:::logs/*', "'arn:aws:s3:::logs/*'"],
    ["it's", "'it'\\''s'"],
    ['$(id) `id` $HOME', "'$(id) `id` $HOME'"],
    ['~', "'~'"],
    ['--bucket=shop-logs', '--bucket=shop-logs'],
    ['--x=A=true,B=false', '--x=A=true,B=false'],
    ['--x={"a": 1}', `--x='{"a": 1}'`],
    ['--x=', "--x=''"],
    ['--a b=c', "'--a b=c'"],
    ['A=b', "'A=b'"],
    ['', "''"],
  ])('writes %j as %j', (text, expected) => {
    expect(shellWord(text)).toBe(expected);
  });

  it.each([['a\u0000b'], ['a\nb'], ['a\u001b[31m'], ['a\u202eb'], ['a\u200bb']])('refuses %j', (text) => {
    expect(shellWord(text)).toBeNull();
  });

  it('refuses more than 4,096 characters', () => {
    expect(shellWord('x'.repeat(4096))).toBe('x'.repeat(4096));
    expect(shellWord('x'.repeat(4097))).toBeNull();
  });

  it('means exactly the text to a POSIX shell', () => {
    const visibleTexts = fc.array(
      hostileText.map((text) => text.replaceAll(new RegExp(INVISIBLE.source, 'gu'), '')),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(visibleTexts, (texts) => {
        const words = texts.map((text) => shellWord(text) ?? 'refused');
        const output = execFileSync('sh', ['-c', `printf '%s\\n' ${words.join(' ')}`], { encoding: 'utf8' });
        expect(output).toBe(texts.map((text) => `${text}\n`).join(''));
      }),
      { numRuns: 20 },
    );
  });
});
