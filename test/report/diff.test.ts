import { applyPatch } from 'diff';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText, applyEdits } from '../../src/domain/source.ts';
import type { Edit } from '../../src/domain/source.ts';
import { diffPath, unifiedDiff } from '../../src/report/diff.ts';

function diff(text: string, edits: readonly [start: number, end: number, replacement: string][], file = 'infra/main.tf'): string {
  const source = new SourceText(file, text);
  return unifiedDiff(
    edits.map(([start, end, replacement]) => ({ span: source.span(start, end), replacement })),
    (name) => (name === file ? source : undefined),
  );
}

const TEN = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';

describe('unifiedDiff', () => {
  it('shows three lines around each change, near changes in one hunk', () => {
    const five = TEN.indexOf('five');
    expect(diff(TEN, [[five, five + 4, 'FIVE']])).toBe(`--- a/infra/main.tf
+++ b/infra/main.tf
@@ -2,7 +2,7 @@
 two
 three
 four
-five
+FIVE
 six
 seven
 eight
`);
  });

  it('makes a hunk for each of two changes far apart', () => {
    expect(
      diff(TEN, [
        [0, 3, 'ONE'],
        [TEN.length - 4, TEN.length - 1, 'TEN'],
      ]),
    ).toBe(`--- a/infra/main.tf
+++ b/infra/main.tf
@@ -1,4 +1,4 @@
-one
+ONE
 two
 three
 four
@@ -7,4 +7,4 @@
 seven
 eight
 nine
-ten
+TEN
`);
  });

  it('says so where a file ends without a line break', () => {
    expect(diff('a = 1', [[4, 5, '2']])).toBe(
      '--- a/infra/main.tf\n+++ b/infra/main.tf\n@@ -1,1 +1,1 @@\n-a = 1\n\\ No newline at end of file\n+a = 2\n\\ No newline at end of file\n',
    );
  });

  it('fills an empty file', () => {
    expect(diff('', [[0, 0, 'a\n']])).toBe('--- a/infra/main.tf\n+++ b/infra/main.tf\n@@ -0,0 +1,1 @@\n+a\n');
  });

  it('keeps the line ends of the file', () => {
    expect(diff('a = 1\r\nb = 2\r\n', [[4, 5, '9']])).toBe(
      '--- a/infra/main.tf\n+++ b/infra/main.tf\n@@ -1,2 +1,2 @@\n-a = 1\r\n+a = 9\r\n b = 2\r\n',
    );
  });

  it('gives files in order of name', () => {
    const sources = new Map(['b.tf', 'a.tf'].map((file) => [file, new SourceText(file, 'x\n')]));
    const edits = [...sources.values()].map((source): Edit => ({ span: source.span(0, 1), replacement: 'y' }));
    expect(unifiedDiff(edits, (file) => sources.get(file))).toBe(
      '--- a/a.tf\n+++ b/a.tf\n@@ -1,1 +1,1 @@\n-x\n+y\n--- a/b.tf\n+++ b/b.tf\n@@ -1,1 +1,1 @@\n-x\n+y\n',
    );
  });

  it('is empty when a file is not there, rather than a part of the fix', () => {
    const source = new SourceText('a.tf', 'x\n');
    const gone = new SourceText('gone.tf', 'x\n');
    expect(
      unifiedDiff(
        [
          { span: source.span(0, 1), replacement: 'y' },
          { span: gone.span(0, 1), replacement: 'y' },
        ],
        (file) => (file === 'a.tf' ? source : undefined),
      ),
    ).toBe('');
  });

  it('turns the text into what the edits make of it', () => {
    const line = fc.constantFrom('', 'a', 'b = 1', '  c', '-- x', '++ y', '@@', '\\ z');
    const text = fc.tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', '\n')).map(([lines, end]) => lines.join('\n') + end);
    const cut = fc.record({
      at: fc.nat(),
      length: fc.nat(8),
      replacement: fc.tuple(line, fc.constantFrom('', '\n', '\nq')).map((parts) => parts.join('')),
    });
    fc.assert(
      fc.property(text, fc.array(cut, { minLength: 1, maxLength: 4 }), (before, cuts) => {
        const source = new SourceText('main.tf', before);
        const edits: Edit[] = [];
        let from = 0;
        for (const { at, length, replacement } of cuts) {
          const start = from + (at % (before.length - from + 1));
          const end = Math.min(before.length, start + length);
          edits.push({ span: source.span(start, end), replacement });
          from = end;
          if (from === before.length) break;
        }
        const after = applyEdits(before, edits);
        const patch = unifiedDiff(edits, () => source);
        expect(patch === '' ? before : applyPatch(before, patch, { fuzzFactor: 0 })).toBe(after);
      }),
    );
  });
});

describe('diffPath', () => {
  it.each([
    ['infra/main.tf', 'a/infra/main.tf'],
    ['my stack.tf', 'a/my stack.tf\t'],
    ['a"b\\c.tf', '"a/a\\"b\\\\c.tf"'],
    ['é\n.tf', '"a/\\303\\251\\012.tf"'],
  ])('writes %j as git does', (file, expected) => {
    expect(diffPath('a', file)).toBe(expected);
  });
});
