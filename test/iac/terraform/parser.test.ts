import { describe, expect, it } from 'vitest';
import { parseHcl } from '../../../src/iac/terraform/syntax/parser.ts';
import { complaints, outline } from './parser-outline.ts';

function read(text: string): string[] {
  expect(complaints(text)).toEqual([]);
  return outline(parseHcl(text));
}

describe('bodies', () => {
  it('hold arguments and blocks in the order they are written in', () => {
    const text = `
region = "eu-west-1"
bucket "logs" archive {
  tier = 2

  rule {
    days = 30
  }
  rule {
  }
}
bucket = null
`;
    expect(read(text)).toEqual([
      'region = "eu-west-1"',
      'bucket "logs" archive',
      '  tier = 2',
      '  rule',
      '    days = 30',
      '  rule',
      'bucket = null',
    ]);
  });

  it.each([
    ['nothing at all', '', []],
    ['only a byte order mark', '\ufeff', []],
    ['no line break at the end', 'size = 1', ['size = 1']],
    ['a byte order mark before the first word', '\ufeffsize = 1\n', ['size = 1']],
    ['Windows line breaks', 'disk {\r\n  size = 1\r\n}\r\n', ['disk', '  size = 1']],
    ['a block on one line', 'disk { size = 1 }\ndisk {}\n', ['disk', '  size = 1', 'disk']],
    ['tabs for spaces', 'disk\t{\n\tsize\t=\t1\n}\n', ['disk', '  size = 1']],
    ['words of the language as names', 'for = 1\nif {\n}\nnull = 2\n', ['for = 1', 'if', 'null = 2']],
    ['names of any script, with dashes', 'größe-2 = 1\n名前 "x" {\n}\n', ['größe-2 = 1', '名前 "x"']],
    ['the same name for an argument and a block', 'disk = 1\ndisk {\n}\n', ['disk = 1', 'disk']],
    ['labels with escapes', 'disk "a\\"b" "$${c}" "" {\n}\n', ['disk "a\\"b" "${c}" ""']],
    [
      'comments of all kinds between everything',
      '# a\ndisk /* b */ "x" { // c\n  size /* d\n */ = /* e */ 1 # f\n}\n//',
      ['disk "x"', '  size = 1'],
    ],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('tell exactly where everything stands', () => {
    const text = '\ufeff# first\r\ndisk "größe" plain {\r\n  size = [1,\r\n    2]\r\n}\r\n';
    const at = (range: { start: number; end: number } | undefined): string => text.slice(range?.start, range?.end);
    const { body, comments } = parseHcl(text);
    const [block] = body.items;
    if (block?.kind !== 'block') throw new Error('expected a block');
    const [size] = block.body.items;
    if (size?.kind !== 'attribute') throw new Error('expected an argument');
    expect(at(block)).toBe(text.slice(text.indexOf('disk'), text.lastIndexOf('}') + 1));
    expect([block.typeRange, ...block.labels, block.open, block.close].map(at)).toEqual(['disk', '"größe"', 'plain', '{', '}']);
    expect([size, size.nameRange, size.equals, size.value].map(at)).toEqual(['size = [1,\r\n    2]', 'size', '=', '[1,\r\n    2]']);
    expect(comments.map((comment) => [at(comment), comment.line])).toEqual([['# first', 1]]);
  });

  it('tell the line of each comment, also of those in brackets and after strings of several lines', () => {
    const text = '# a\nx = [ # b\n  1, /* c\n  */ 2,\n]\ny = <<E\n# text\nE\n// d\n';
    expect(parseHcl(text).comments.map(({ start, end, line }) => [text.slice(start, end), line])).toEqual([
      ['# a', 1],
      ['# b', 2],
      ['/* c\n  */', 3],
      ['// d', 9],
    ]);
  });
});

describe('what is wrong with a body', () => {
  it.each([
    ['two arguments on a line', 'a = 1 b = 2\n', 'Missing line break after argument @ "b"'],
    ['a comma after an argument', 'a = 1,\nb = 2\n', 'Missing line break after argument @ ","'],
    ['an argument set twice', 'a = 1\nb = 2\na = 3\n', 'Argument set twice @ "a"'],
    ['a name alone', 'a\n', 'Argument or block expected @ "a"'],
    ['a value on the next line', 'a =\n1\n', 'Invalid expression @ "\\n"'],
    ['an equals sign on the next line', 'a\n= 1\n', 'Argument or block expected @ "a"'],
    ['a quoted name', '"a" = 1\n', 'Argument or block expected @ "\\""'],
    ['a path for a name', 'a.b = 1\n', 'Argument or block expected @ "a"'],
    ['labels before an equals sign', 'a "b" = 1\n', 'Invalid block @ "="'],
    ['a brace on the next line', 'a "b"\n{\n}\n', 'Invalid block @ "\\n"'],
    ['a label with an interpolation', 'a "x${b}" {\n}\n', 'Invalid label @ "${"'],
    ['a label over two lines', 'a "x\n" {\n}\n', 'String not closed @ "\\n"'],
    ['two arguments in a block on one line', 'a { b = 1, c = 2 }\n', 'One-line block not closed @ ","'],
    ['a block in a block on one line', 'a { b {} }\n', 'Block in a one-line block @ "b"'],
    ['a block that starts on its first line and goes on', 'a { b = 1\n}\n', 'One-line block not closed @ "\\n"'],
    ['a brace behind the last argument', 'a {\n  b = 1 }\n', 'Missing line break after argument @ "}"'],
    ['two blocks on a line', 'a {\n} b {\n}\n', 'Missing line break after block @ "b"'],
    ['a brace too many', 'a {\n}\n}\n', 'Argument or block expected @ "}"'],
    ['a block never closed', 'a {\n  b = 1\n', 'Unclosed block @ "{"'],
    ['a comment never closed', 'a = 1\n/* b\n', 'Argument or block expected @ "/"'],
    ['single quotes', "a = 'b'\n", 'Invalid character @ "\'"'],
    ['a semicolon', 'a = 1;\n', 'Invalid character @ ";"'],
    ['a byte order mark within', 'a = 1\n\ufeffb = 2\n', 'Invalid character @ "\ufeff"'],
    ['a no-break space', 'a\u00a0= 1\n', 'Argument or block expected @ "a"'],
    ['a carriage return alone', 'a = 1\rb = 2\n', 'Invalid character @ "\\r"'],
  ])('%s', (_, text, expected) => {
    expect(complaints(text)[0]).toBe(expected);
  });

  it('is explained with what stands there and what to do', () => {
    const details = ["a = 'b'\n", 'a = 1 b = 2\n', 'a = 1;\n', 'a\n', 'a = "\\d"\n', 'a = <<E F\nE\n'].map(
      (text) => parseHcl(text).errors[0]?.detail,
    );
    expect(details).toEqual([
      'Strings are written in double quotes, not in single ones. A value was expected, such as a string, a number, a list or a reference.',
      'Found `b`. Each argument and each block starts on a new line.',
      'A semicolon ends nothing here; write each argument on a line of its own. Each argument and each block starts on a new line.',
      'After a comes the end of the line. An argument is `name = value`, a block `type "label" {`.',
      'A backslash may only be followed by n, r, t, ", \\, u or U; for a backslash itself write two.',
      'Found `<`. A value was expected; a heredoc starts with `<<`, a name and the end of the line.',
    ]);
  });

  it('is not repeated at length', () => {
    expect(parseHcl(`${'x'.repeat(500)}\n`).errors[0]?.detail.length).toBeLessThan(200);
  });
});

describe('a megabyte of nonsense is read as fast as anything else', () => {
  it.each([
    ['comments never closed', '/* x\n', 'Argument or block expected'],
    ['opening brackets', '[', 'Argument or block expected'],
    ['closing braces', '}', 'Argument or block expected'],
    ['heredocs never closed', 'a = <<E\n', 'Heredoc not closed'],
    ['heredocs in interpolations', 'a = "${<<E\n', 'Nested too deeply'],
    ['lists never closed', 'a = [\n', 'Missing comma'],
    ['blocks never closed', 'a {\n', 'Nested too deeply'],
    ['the same argument again and again', 'a = 1\n', 'Argument set twice'],
    ['dollar signs', '$', 'Invalid character'],
    ['one name', 'a', 'Argument or block expected'],
  ])('%s', (_, piece, summary) => {
    expect(parseHcl(piece.repeat(1_000_000 / piece.length)).errors[0]?.summary).toBe(summary);
  });

  it('a list of numbers on one line', () => {
    expect(parseHcl(`a = [${'1,'.repeat(500_000)}]\n`).errors).toEqual([]);
  });
});
