import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, fence, htmlCode, link, prose } from '../../../src/report/encode/markdown.ts';
import { INVISIBLE, hostileText } from '../hostile.ts';

/** Contents of the code spans of one line, as CommonMark finds them, and what is left of the line. */
function readSpans(line: string): { spans: string[]; rest: string } {
  const spans: string[] = [];
  let rest = '';
  let at = 0;
  while (at < line.length) {
    const run = /^`+/u.exec(line.slice(at))?.[0] ?? '';
    if (run === '') {
      rest += line.charAt(at);
      at += 1;
      continue;
    }
    const from = at + run.length;
    const end = [...line.slice(from).matchAll(/`+/gu)].find((other) => other[0].length === run.length);
    if (end === undefined) {
      rest += run;
      at = from;
      continue;
    }
    const content = line.slice(from, from + end.index);
    spans.push(/^ .*[^ ].* $|^ [^ ] $/u.test(content) ? content.slice(1, -1) : content);
    at = from + end.index + run.length;
  }
  return { spans, rest };
}

describe('code', () => {
  it.each([
    ['aws_s3_bucket.logs', '`aws_s3_bucket.logs`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a|b', '`a\\u{7c}b`'],
    ['a\\|b', '`a\\\\u{7c}b`'],
    ['@octocat\n# x', '`@octocat\\u{a}# x`'],
    ['a\u202eb', '`a\\u{202e}b`'],
    ['', '`(empty)`'],
    [' ', '`(empty)`'],
  ])('writes %j as %j', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it('cuts at 200 characters and counts the rest', () => {
    expect(code('x'.repeat(202))).toBe(`\`${'x'.repeat(200)}… (2 more)\``);
  });

  it('is one code span, without a pipe, whatever the name', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { spans, rest } = readSpans(code(text));
        expect(rest).toBe('');
        expect(spans).toHaveLength(1);
        expect(code(text)).not.toMatch(/\||\n/u);
        expect(code(text)).not.toMatch(INVISIBLE);
      }),
    );
  });
});

describe('prose', () => {
  it.each([
    ['acl is "public-read"; it must be private.', 'acl is `"public-read"`; it must be private.'],
    ['Set `acl` to `private`.', 'Set `acl` to `private`.'],
    ['block_public_acls must be true, as AWS (since 2023) does.', '`block_public_acls` must be true, as AWS (since 2023) does.'],
    ['write "Key: value" and aws_x, aws_y', 'write `"Key: value"` and `aws_x`, `aws_y`'],
    ['arn:aws:s3:::a arn:aws:s3:::b', '`arn:aws:s3:::a arn:aws:s3:::b`'],
    ['is open to port 22.', 'is open to port 22.'],
    ['1. @octocat <img> #7', '`1`. `@octocat <img> #7`'],
    ['see https://evil.example.', 'see `https://evil.example`.'],
    ['since abc1234 or deadbeef', 'since `abc1234` or `deadbeef`'],
    ['# heading', '`#` heading'],
    ['\n 1. x', '`1`. x'],
    [' ', '`(empty)`'],
    ['two\nlines', 'two lines'],
  ])('writes %j as %j', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it('leaves nothing outside code spans but plain words and sentence marks', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { rest } = readSpans(prose(text));
        expect(rest).toMatch(/^[A-Za-z0-9 '’/%(),.;:!?-]*$/u);
        expect(rest).not.toMatch(/[a-z0-9]{7,}[0-9]|[0-9][a-z0-9]{6,}|\/\/|www\.|[A-Za-z]-[0-9]|:[a-z]+:/u);
        expect(prose(text)).not.toMatch(/\||\n|^ *[0-9]+[.)]|^[#>~*+-]|^ {4}/u);
        expect(prose(text)).not.toMatch(INVISIBLE);
      }),
    );
  });
});

describe('fence', () => {
  it('takes more backticks than the text has in a row', () => {
    expect(fence('a\n````\n# b\r\n', 'diff')).toBe('`````diff\na\n````\n# b\n`````');
  });

  it('cannot be closed from inside', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const [first = '', ...lines] = fence(text, 'sh').split('\n');
        const marks = first.slice(0, -'sh'.length);
        expect(marks).toMatch(/^`{3,}$/u);
        expect(lines.pop()).toBe(marks);
        expect(lines.filter((line) => line.includes(marks))).toEqual([]);
        expect(lines.join('').replaceAll('\t', '')).not.toMatch(INVISIBLE);
      }),
    );
  });
});

describe('link', () => {
  it('keeps a plain URL and escapes what would end the link', () => {
    expect(link('a]b', 'https://github.com/acme/shop/blob/0a1b/x(1)|<y>.tf#L1')).toBe(
      '[`a]b`](https://github.com/acme/shop/blob/0a1b/x%281%29%7C%3Cy%3E.tf#L1)',
    );
  });

  it.each(['javascript:alert(1)', 'https://x.example/a b', 'https://x.example/a\nb'])('writes only the text for %j', (url) => {
    expect(link('main.tf:1', url)).toBe('`main.tf:1`');
  });

  it('writes only the text for a URL of over 2,000 characters', () => {
    expect(link('main.tf:1', 'https://x.example/'.padEnd(2001, 'a'))).toBe('`main.tf:1`');
    expect(link('main.tf:1', 'https://x.example/'.padEnd(2000, 'a'))).toMatch(/^\[`main.tf:1`\]\(https/u);
  });

  it('is one link or one code span, whatever the URL', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, url) => {
        expect(readSpans(link(text, `https://x.example/${url}`)).rest).toMatch(/^(?:\[\]\(https:\/\/x\.example\/[^\s()<>[\]|`\\]*\))?$/u);
      }),
    );
  });
});

describe('htmlCode', () => {
  it('holds neither tags nor Markdown', () => {
    expect(htmlCode('<img src="x">`a`|b&c')).toBe('<code>&#60;img src=&#34;x&#34;&#62;&#96;a&#96;&#124;b&#38;c</code>');
  });

  it('stays on one line and within its element', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(htmlCode(text)).toMatch(/^<code>[^<>"'`|]*<\/code>$/u);
        expect(htmlCode(text)).not.toMatch(INVISIBLE);
      }),
    );
  });
});
