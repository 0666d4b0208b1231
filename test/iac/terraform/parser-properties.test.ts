import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH } from '../../../src/iac/terraform/syntax/lexer.ts';
import { parseHcl, parseHclExpression, parseHclTemplate } from '../../../src/iac/terraform/syntax/parser.ts';
import { outline, show } from './parser-outline.ts';

/** Texts that are HCL more often than not, and broken in all ways. */
const visible =
  'a b.c 1 1.2.3 null " "x" ${ ${~ %{ %{if }  ~} { } [ ] ( ) = == , . ... * ? : :: => - ! && | # /* */ // \\ $ << for in if é 😀'.split(
    ' ',
  );
const pieces = fc.constantFrom(
  ...visible,
  '<<E\n',
  '<<-E\n',
  'E\n',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '%{ endif }',
  'resource "a" "b" {\n',
  '  x = 1\n',
  '}\n',
  '\ud800',
  '\ufeff',
  '\u0000',
);
const scraps = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((each) => each.join('')),
  fc.string({ unit: 'binary' }),
);

const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,6}$/u).filter((word) => !['for', 'if', 'in', 'true', 'false', 'null'].includes(word));
const quoted = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .map((text) =>
    JSON.stringify(text)
      .replaceAll(/\\[bf]/gu, 'x')
      .replaceAll('${', '$${')
      .replaceAll('%{', '%%{'),
  )
  .filter((text) => !/\p{Cs}/u.test(text));
const number = fc.nat(999).map(String);

/** An expression as it can be written, beside what {@link show} makes of it. */
interface Sample {
  readonly text: string;
  readonly shown: string;
}

const { expression } = fc.letrec<{ expression: Sample; operand: Sample }>((tie) => {
  const inner = tie('expression');
  const operand = tie('operand');
  const plain = fc.oneof(name, number).map((text) => ({ text, shown: text }));
  const bracketed = fc.oneof(
    inner.map((each) => ({ text: `(\n${each.text}\n)`, shown: `paren(${each.shown})` })),
    fc.array(inner, { maxLength: 3 }).map((each) => ({
      text: `[${each.map(({ text }) => `\n${text},`).join('')}\n]`,
      shown: `[${each.map(({ shown }) => shown).join(', ')}]`,
    })),
    fc.array(fc.tuple(name, inner), { maxLength: 3 }).map((each) => ({
      text: `{\n${each.map(([key, { text }]) => `${key} = ${text}\n`).join('')}}`,
      shown: `{${each.map(([key, { shown }]) => `name ${key} = ${shown}`).join(', ')}}`,
    })),
    fc.tuple(name, fc.array(inner, { minLength: 1, maxLength: 3 })).map(([called, each]) => ({
      text: `${called}(${each.map(({ text }) => text).join(', ')}...)`,
      shown: `${called}(${each.map(({ shown }) => shown).join(', ')}...)`,
    })),
    fc.tuple(name, inner, inner).map(([each, list, value]) => ({
      text: `[for ${each} in ${list.text} : ${value.text} if ${each}]`,
      shown: `[for ${each} in ${list.shown} : ${value.shown} if ${each}]`,
    })),
    inner.map(({ text, shown }) => ({ text: `"x\${ ${text} }"`, shown: `<"x" \${${shown}}>` })),
  );
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      plain,
      operand,
      fc.tuple(operand, fc.constantFrom('+', '*', '==', '&&', '<='), operand).map(([left, operator, right]) => ({
        text: `${left.text} ${operator} ${right.text}`,
        shown: `(${left.shown} ${operator} ${right.shown})`,
      })),
      fc.tuple(operand, inner, inner).map(([test, yes, no]) => ({
        text: `${test.text} ? ${yes.text} : ${no.text}`,
        shown: `(${test.shown} ? ${yes.shown} : ${no.shown})`,
      })),
    ),
    operand: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      plain,
      bracketed,
      fc.tuple(name, name, inner).map(([root, step, key]) => ({
        text: `${root}.${step}[${key.text}][*].${step}`,
        shown: `${root}.${step}[${key.shown}][*]<.${step}>`,
      })),
      operand.map(({ text, shown }) => ({ text: `!${text}`, shown: `(!${shown})` })),
    ),
  };
});

describe('any text at all', () => {
  it('is read without throwing, and without errors only if nothing is wrong with it', () => {
    fc.assert(
      fc.property(scraps, (text) => {
        const { body, errors } = parseHcl(text);
        for (const { start, end, summary, detail } of errors) {
          expect(0 <= start && start <= end && end <= text.length).toBe(true);
          expect([summary, detail]).not.toContain('');
        }
        parseHclExpression(text);
        parseHclTemplate(text);
        if (errors.length === 0)
          expect(outline(parseHcl(`${text}\nlast = 1\n`)).slice(0, -1)).toEqual(outline({ body, comments: [], errors }));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives a tree whose every node lies in its parent, before its next sibling', () => {
    fc.assert(
      fc.property(scraps, (text) => {
        expect(misplaced(parseHcl(text).body.items, 0, text.length)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a text written from a tree', () => {
  it('is read as that tree, whatever the expressions in it', () => {
    fc.assert(
      fc.property(expression, ({ text, shown }) => {
        const read = parseHclExpression(text);
        expect([read.expression && show(read.expression), read.errors]).toEqual([shown, []]);
      }),
    );
  });

  it('is read as that tree, whatever the strings in it', () => {
    fc.assert(
      fc.property(quoted, (text) => {
        const { expression: read } = parseHclExpression(text);
        expect(read && show(read)).toBe(JSON.stringify(JSON.parse(text.replaceAll('$${', '${').replaceAll('%%{', '%{'))));
      }),
    );
  });

  it('is read as that tree with Windows line breaks and a byte order mark', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, expression), { maxLength: 4 }), (blocks) => {
        const text = blocks.map(([label, { text: value }]) => `a "${label}" {\n  x = ${value}\n} # done\n`).join('\n');
        const windows = parseHcl(`\ufeff${text.replaceAll('\n', '\r\n')}`);
        expect([outline(windows), windows.errors]).toEqual([outline(parseHcl(text)), []]);
      }),
    );
  });
});

describe('a file with one broken block', () => {
  it('keeps all other blocks', () => {
    const wrong = fc.constantFrom(
      'x =',
      'x = "a',
      'x = [1',
      'x = 1]',
      'x y',
      '= 1',
      'x = 1 y = 2',
      '"',
      "x = 'a'",
      'x = f(1',
      'x = ${a}',
      'x = "${a"',
      'x {',
      '}',
      'x = {',
      'x "a',
    );
    fc.assert(
      fc.property(fc.array(expression, { minLength: 1, maxLength: 4 }), wrong, fc.nat(3), (values, line, place) => {
        const blocks = values.map(({ text }, at) => `a "${at}" {\n  x = ${text.replaceAll('\n', '\n    ')}\n}\n`);
        const broken = `broken "block" {\n  first = 1\n  ${line}\n  last = 2\n}\n`;
        const file = parseHcl([...blocks.slice(0, place), broken, ...blocks.slice(place)].join('\n'));
        expect(file.errors).not.toEqual([]);
        const kept = file.body.items.filter((item) => item.kind === 'block' && item.type === 'a');
        expect(outline({ ...file, body: { items: kept } })).toEqual(outline(parseHcl(blocks.join('\n'))));
      }),
    );
  });
});

/** Nodes that reach out of their parent or into a sibling, as `kind start-end`. */
function misplaced(nodes: readonly unknown[], from: number, to: number): string[] {
  const wrong: string[] = [];
  let at = from;
  for (const node of nodes) {
    if (!isNode(node)) continue;
    if (node.start < at || node.end > to || node.end < node.start) wrong.push(`${node.kind} ${node.start}-${node.end}`);
    wrong.push(...misplaced(childrenOf(node), node.start, node.end));
    at = node.end;
  }
  return wrong;
}

interface Node {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && 'start' in value && 'end' in value;
}

/** Nodes right below a node, in the order of the source. */
function childrenOf(node: object, depth = 0): Node[] {
  if (depth > MAX_DEPTH) throw new Error('deeper than a tree may be');
  const found = Object.values(node).flatMap((value: unknown): Node[] => {
    if (isNode(value)) return [value];
    return typeof value === 'object' && value !== null ? childrenOf(value, depth + 1) : [];
  });
  return found.toSorted((a, b) => a.start - b.start || a.end - b.end);
}
