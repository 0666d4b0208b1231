import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeLink, html, sentence } from '../../../src/report/encode/html.ts';
import { INVISIBLE, hostileText } from '../hostile.ts';

describe('html', () => {
  it('escapes text, keeps HTML, and joins lists', () => {
    const items = ['<b>', 'a & b'].map((text) => html`<li title="${text}">${text}</li>`);
    expect(html`<ul>${items}</ul>${3}`.text).toBe('<ul><li title="&#60;b&#62;">&#60;b&#62;</li><li title="a &#38; b">a &#38; b</li></ul>3');
  });

  it('shows what cannot be seen by number', () => {
    expect(html`${'a\u202eb\0'}`.text).toBe('a\\u{202e}b\\u{0}');
  });

  it('counts what it cuts of a long text', () => {
    expect(html`${'x'.repeat(4005)}`.text).toBe(`${'x'.repeat(4000)}… (5 more)`);
  });

  it('cannot be left by any text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = html`${text}`.text;
        expect(written).not.toMatch(/[<>"'`]|&(?!#[0-9]+;)/u);
        expect(written).not.toMatch(INVISIBLE);
      }),
    );
  });
});

describe('sentence', () => {
  it('shows what stands in backticks as code', () => {
    expect(sentence('Set `acl` to `<private>`, not `').text).toBe('Set <code>acl</code> to <code>&#60;private&#62;</code>, not &#96;');
  });
});

describe('codeLink', () => {
  it('links to plain http(s) addresses', () => {
    expect(codeLink('main.tf:3', 'https://github.com/acme/shop?a="b"').text).toBe(
      '<a href="https://github.com/acme/shop?a=&#34;b&#34;" rel="noopener noreferrer"><code>main.tf:3</code></a>',
    );
  });

  it.each([
    null,
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    'https://evil.example/\na',
    ' https://evil.example',
    `https://a/${'b'.repeat(2000)}`,
  ])('links to nothing for %j', (url) => {
    expect(codeLink('main.tf', url).text).toBe('<code>main.tf</code>');
  });
});
