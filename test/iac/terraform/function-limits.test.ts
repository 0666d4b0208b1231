import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluated } from './read.ts';

/** A text of 100 kB. */
const LONG =
  'join("", [for i in range(1000) : "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"])';
const often = (text: string, count: number) => text.repeat(count);

describe('functions that would make too much', () => {
  it.each([
    ['format("%1000000000s", "x")', 'the formatted text is over the limit'],
    ['format("%.1000000000f", 1)', 'the formatted text is over the limit'],
    [`jsonencode([for x in [${LONG}] : [for i in range(1000) : x]])`, 'a value of 391001 parts is over the limit of 100000'],
    [`join("", [for i in range(200) : ${LONG}])`, 'the joined text is over the limit'],
    [`replace(${LONG}, "", ${LONG})`, 'the text is over the limit'],
    [`replace(${LONG}, "/(.*)/", "${often('$1', 50)}")`, 'the text is over the limit'],
    [`indent(1000000, "a\\n\\n\\nb")`, 'the indented text is over the limit'],
    [`split("", ${LONG})`, 'more than 10000 parts of a text are over the limit'],
    ['setproduct(range(1000), range(1000), range(1000))', 'a product of more than 10000 elements is over the limit'],
    ['flatten([for i in range(20) : range(1000)])', 'the flattened list is over the limit'],
    [`regex("${often('a{1000}', 100)}", "a")`, 'a pattern of 100000 instructions is over the limit of 20000'],
    [`regexall("a.*b|0", ${LONG})`, 'a pattern that is looked for this often in a text is over the limit'],
    [`jsondecode("${often('[', 5000)}")`, 'a value nested deeper than 100 is over the limit'],
    [`yamldecode("${often('[', 5000)}")`, 'a value nested deeper than 100 is over the limit'],
    [`yamldecode("${often('- ', 5000)}")`, 'a value nested deeper than 100 is over the limit'],
    [
      `yamldecode(replace(${LONG}, "0", "0123456789012345678901234567890"))`,
      'a YAML text of more than 262144 characters is over the limit',
    ],
    [`csvdecode(join("\\n", [for i in range(20) : "${often('a\\n', 600)}"]))`, 'a collection of 11999 elements is over the limit of 10000'],
    ['pow(10, 300) * pow(10, 300)', 'a number that is not finite, or too large or too long, is not evaluated'],
    ['1e1000000000', 'a number that is not finite, or too large or too long, is not evaluated'],
    ['parseint(join("", [for i in range(1000) : "9999"]), 10)', 'a number as long as this is not evaluated'],
  ])('%s is unknown', (expression, reason) => {
    expect(evaluated(expression)).toBe(`?${reason}`);
  });

  it('aliases of YAML that multiply are unknown', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [one, next] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) lines.push(`${next}: &${next} [${often(`*${one},`, 9)}]`);
    expect(evaluated(`yamldecode("${lines.join('\\n')}")`)).toBe('?a value of 597871 parts is over the limit of 100000');
  });

  it('a text of many characters that are no ASCII is counted in time that grows with its length', () => {
    expect(evaluated(`length(replace(${LONG}, "0", "e\\u0301"))`)).toBe('100000');
  });

  it.each([
    ['can(regex("^(([a-z])+.)+[A-Z]([a-z])+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"))', 'false'],
    ['length(regexall("[a-z]+", join(" ", [for i in range(1000) : "word"])))', '1000'],
    [`length(${LONG})`, '100000'],
  ])('%s is met by no limit', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it('no text makes a function of one text throw', () => {
    const functions = [
      'jsondecode',
      'yamldecode',
      'csvdecode',
      'base64decode',
      'base64gunzip',
      'urldecode',
      'title',
      'tonumber',
      'strrev',
      'length',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...functions), fc.string({ unit: 'binary', maxLength: 40 }), (name, text) => {
        const quoted = JSON.stringify(text)
          .replaceAll(/[$%]\{/gu, ' ')
          .replaceAll(/\\[bf]/gu, ' ');
        expect(typeof evaluated(`try(jsonencode(${name}(${quoted})), "failed")`)).toBe('string');
      }),
      { numRuns: 200 },
    );
  });
});
