import { describe, expect, it } from 'vitest';
import { parseHcl, parseHclTemplate } from '../../../src/iac/terraform/syntax/parser.ts';
import { complaints, outline, show } from './parser-outline.ts';

function read(text: string): string | undefined {
  expect(complaints(`a = ${text}\n`)).toEqual([]);
  return outline(parseHcl(`a = ${text}\n`))[0]?.slice('a = '.length);
}

describe('quoted strings', () => {
  it.each([
    ['""', '""'],
    ['"a b"', '"a b"'],
    [String.raw`"\n\r\t\"\\"`, String.raw`"\n\r\t\"\\"`],
    [String.raw`"\u00e9\U0001F600"`, '"é😀"'],
    [String.raw`"\ud800"`, '"\ufffd"'],
    ['"//x # y /* z */"', '"//x # y /* z */"'],
    ['"$ % $$ %% {}"', '"$ % $$ %% {}"'],
    ['"$${a} %%{b}"', '"${a} %{b}"'],
    ['"$$$${a}"', '"$$${a}"'],
    ['"${a}"', '<${a}>'],
    ['"${a}}"', '<${a} "}">'],
    ['"x-${a}-${b.c}"', '<"x-" ${a} "-" ${b.c}>'],
    ['"${ {a = "}"}.a }"', '<${{name a = "}"}.a}>'],
    ['"${f("a", "${b}")}"', '<${f("a", <${b}>)}>'],
    ['"${\n  a\n}"', '<${a}>'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('lose white space at strip markers, also where it was written as an escape', () => {
    expect(read('" a ${~ b ~} c "')).toBe('<" a" ${b} "c ">');
    expect(read('"a\\n ${~ b ~}\\t c"')).toBe('<"a" ${b} "c">');
    expect(read('" %{~ if a ~} b %{~ endif ~} "')).toBe('<if a <"b"> else <>>');
  });

  it('hold directives', () => {
    expect(read('"%{ if a }b%{ else }c%{ endif }d"')).toBe('<if a <"b"> else <"c"> "d">');
    expect(read('"%{for k, v in m}${k}=${v},%{endfor}"')).toBe('<for k, v in m <${k} "=" ${v} ",">>');
    expect(read('"%{if a}%{for x in y}%{if x}1%{endif}%{endfor}%{else}2%{endif}"')).toBe(
      '<if a <for x in y <if x <"1"> else <>>> else <"2">>',
    );
  });
});

describe('heredocs', () => {
  it('end at a line that is their marker, white space around it apart', () => {
    expect(read('<<E\nx\nE')).toBe('heredoc "x\\n"');
    expect(read('<<E\nx\n  E  ')).toBe('heredoc "x\\n"');
    expect(read('<<E\nE x\n EE\nx E\nE')).toBe('heredoc "E x\\n EE\\nx E\\n"');
    expect(read('<<E\nE')).toBe('heredoc ""');
    expect(read('<<E-1\nE\nE-1')).toBe('heredoc "E\\n"');
    expect(read('<<E\n${a}E\nE')).toBe('heredoc <${a} "E\\n">');
  });

  it('are text as it stands but for sequences', () => {
    expect(read('<<E\n\\n "${a}" # $${b} $\nE')).toBe('heredoc <"\\\\n \\"" ${a} "\\" # ${b} $\\n">');
  });

  it('keep their line breaks as they are', () => {
    expect(read('<<-E\r\n  x\r\n  E\r')).toBe('heredoc-flush "x\\r\\n"');
  });

  it('stand in brackets and are followed by more', () => {
    expect(read('[<<E\nx\nE\n, 1]')).toBe('[heredoc "x\\n", 1]');
    expect(read('{ a = <<E\nx\nE\n b = 1 }')).toBe('{name a = heredoc "x\\n", name b = 1}');
    expect(read('f(<<E\n${<<F\ny\nF\n}\nE\n)')).toBe('f(heredoc <${heredoc "y\\n"} "\\n">)');
  });

  it('lose the indentation common to all lines if asked to; blank lines do not count, those that start with a sequence do', () => {
    expect(read('<<-E\n    a\n      b\n    E')).toBe('heredoc-flush "a\\n  b\\n"');
    expect(read('<<-E\n    a\n\n  \n    b\n  E')).toBe('heredoc-flush "a\\n\\n  \\nb\\n"');
    expect(read('<<-E\n    a\n    ${b}\n  E')).toBe('heredoc-flush <"a\\n" ${b} "\\n">');
    expect(read('<<-E\n    a\n${b}\n  E')).toBe('heredoc-flush <"    a\\n" ${b} "\\n">');
    expect(read('<<-E\n  a ${b ~}\n      c\n  E')).toBe('heredoc-flush <"a " ${b} "      c\\n">');
  });

  it('lose at most the rest of the line at a strip marker', () => {
    expect(read('<<E\n x ${~ b ~}\n y\nE')).toBe('heredoc <" x" ${b} " y\\n">');
    expect(read('<<E\nx\n  %{~ if a ~}\n  y\n  %{~ endif ~}\nz\nE')).toBe('heredoc <"x\\n" if a <"  y\\n"> else <> "z\\n">');
  });
});

describe('what is wrong with a template', () => {
  it.each([
    ['"x', 'String not closed @ "\\n"'],
    ['"${a', 'Interpolation not closed @ ""'],
    ['"${a b}"', 'Interpolation not closed @ "b"'],
    ['"${}"', 'Invalid expression @ "}"'],
    ['"${"', 'String not closed @ "\\n"'],
    [String.raw`"\q"`, String.raw`Invalid escape sequence @ "\\q"`],
    [String.raw`"\u12"`, String.raw`Invalid escape sequence @ "\\u"`],
    [String.raw`"\U1234567"`, String.raw`Invalid escape sequence @ "\\U"`],
    ['"\\${a}"', 'Invalid escape sequence @ "\\\\$"'],
    ['"%{ when a }"', 'Invalid template directive @ "when"'],
    ['"%{ if a b }"', 'Directive not closed @ "b"'],
    ['"%{ for x y }%{ endfor }"', 'Invalid `for` @ "y"'],
    ['"%{ if a }"', 'Directive without end @ "%{ if a }"'],
    ['"%{ endif }"', 'Misplaced template directive @ "%{ endif }"'],
    ['"%{ if a }%{ endfor }"', 'Misplaced template directive @ "%{ endfor }"'],
    ['"%{ if a }%{ else }%{ else }%{ endif }"', 'Misplaced template directive @ "%{ else }"'],
    ['<<E\nx\n', 'Heredoc not closed @ ""'],
    ['<<E\nx\nE y', 'Heredoc not closed @ ""'],
    ['<<"E"\nx\nE', 'Invalid expression @ "<"'],
    ['<< E\nx\nE', 'Invalid expression @ "<"'],
    ['<<E # c\nx\nE', 'Invalid expression @ "<"'],
    ['<<E\nx\rE\nE', 'Invalid character @ "\\r"'],
  ])('%s', (text, expected) => {
    expect(complaints(`a = ${text}\n`)[0]).toBe(expected);
  });

  it('is a marker without a line break after it', () => {
    expect(complaints('a = <<E\nx\nE')).toEqual(['Heredoc not closed @ ""']);
  });
});

describe('a template on its own', () => {
  it('is text and sequences to the end of the file', () => {
    const { template, errors } = parseHclTemplate(
      '#!/bin/sh\necho "\\n ${name}" $${HOME} $\n%{ for x in xs ~}\n- ${x}\n%{ endfor ~}\nend $',
    );
    expect([template && show(template), errors]).toEqual([
      'heredoc <"#!/bin/sh\\necho \\"\\\\n " ${name} "\\" ${HOME} $\\n" for x in xs <"- " ${x} "\\n"> "end $">',
      [],
    ]);
  });

  it('says what is wrong with it', () => {
    expect(parseHclTemplate('a ${b').errors.map(({ summary, start }) => [summary, start])).toEqual([['Interpolation not closed', 5]]);
  });
});
