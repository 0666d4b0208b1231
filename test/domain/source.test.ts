import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText, applyEdits } from '../../src/domain/source.ts';

describe('positions', () => {
  it('count lines and columns from 1, CRLF as one line end', () => {
    const source = new SourceText('main.tf', 'one\r\ntwo\n');

    expect(source.position(0)).toEqual({ offset: 0, line: 1, column: 1 });
    expect(source.position(5)).toEqual({ offset: 5, line: 2, column: 1 });
    expect(source.position(9)).toEqual({ offset: 9, line: 3, column: 1 });
    expect(source.line(1)).toBe('one');
    expect(source.line(2)).toBe('two');
    expect(source.line(4)).toBe('');
  });

  it('agree with counting line ends, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'é', '😀') }), fc.nat(), (text, at) => {
        const offset = at % (text.length + 1);
        const before = text.slice(0, offset).split('\n');
        expect(new SourceText('f', text).position(offset)).toEqual({
          offset,
          line: before.length,
          column: (before.at(-1) ?? '').length + 1,
        });
      }),
    );
  });
});

describe('edits', () => {
  const source = new SourceText('main.tf', 'acl = "public-read"\n');

  it('replace, insert and remove without touching the rest, in any order', () => {
    const edits = [
      { span: source.span(20, 20), replacement: '# end\n' },
      { span: source.span(6, 19), replacement: '"private"' },
    ];

    expect(applyEdits(source.text, edits)).toBe('acl = "private"\n# end\n');
  });

  it('that overlap are refused', () => {
    const edits = [
      { span: source.span(0, 8), replacement: '' },
      { span: source.span(6, 10), replacement: '' },
    ];

    expect(() => applyEdits(source.text, edits)).toThrow('edits overlap or lie outside main.tf at offset 6');
  });

  it('outside the text are refused', () => {
    expect(() => applyEdits('a', [{ span: source.span(0, 5), replacement: '' }])).toThrow(RangeError);
  });

  it('keep everything outside their spans, for any text and any spans', () => {
    const cuts = fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 8 }).map((each) => each.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(fc.string({ minLength: 40, maxLength: 60 }), cuts, fc.string(), (text, offsets, replacement) => {
        const any = new SourceText('f', text);
        const edits = offsets.flatMap((start, index) =>
          index % 2 === 0 ? [{ span: any.span(start, offsets[index + 1] ?? start), replacement }] : [],
        );
        const kept = [0, ...offsets, ...(offsets.length % 2 === 0 ? [] : [offsets.at(-1) ?? 0])];
        const expected = kept
          .flatMap((from, index) => (index % 2 === 0 ? [text.slice(from, kept[index + 1] ?? text.length)] : []))
          .join(replacement);
        expect(applyEdits(text, edits)).toBe(expected);
      }),
    );
  });
});
