import { describe, expect, it } from 'vitest';
import { parseHcl } from '../../../src/iac/terraform/syntax/parser.ts';
import { complaints, outline } from './parser-outline.ts';

const FILE = `provider "aws" {}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
  tags = {
    team = "platform"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = <<EOT
{
  "Statement": [{ "Effect": "Allow" }]
}
EOT
}

output "name" {
  value = aws_s3_bucket.logs.id
}
`;

/** What is lost and what appears when one piece of text in the file is replaced, and the errors. */
function broken(piece: string, replacement: string): { lost: string[]; found: string[]; errors: string[] } {
  expect(FILE.split(piece)).toHaveLength(2);
  const text = FILE.replace(piece, () => replacement);
  const before = outline(parseHcl(FILE));
  const after = outline(parseHcl(text));
  return {
    lost: before.filter((line) => !after.includes(line)).map((line) => line.trim()),
    found: after.filter((line) => !before.includes(line)).map((line) => line.trim()),
    errors: complaints(text),
  };
}

describe('a broken argument loses itself', () => {
  it.each([
    ['no value', 'bucket = "logs"', 'bucket =', ['bucket = "logs"'], ['Invalid expression @ "\\n"']],
    ['a string never closed', 'bucket = "logs"', 'bucket = "logs', ['bucket = "logs"'], ['String not closed @ "\\n"']],
    ['a string never opened', 'bucket = "logs"', 'bucket = logs"', ['bucket = "logs"'], ['Missing line break after argument @ "\\""']],
    ['a bracket never closed', 'bucket = "logs"', 'bucket = ["logs"', ['bucket = "logs"'], ['Missing comma @ "tags"']],
    ['a bracket never opened', 'bucket = "logs"', 'bucket = "logs"]', ['bucket = "logs"'], ['Missing line break after argument @ "]"']],
    ['an object never opened', 'tags = {', 'tags =', ['tags = {name team = "platform"}'], ['Invalid expression @ "\\n"']],
    ['a key without value', 'team = "platform"', 'team', ['tags = {name team = "platform"}'], ['Missing value @ "\\n"']],
    ['a line that is none', '  lifecycle {', '  ???\n  lifecycle {', [], ['Argument or block expected @ "?"']],
    [
      'an open interpolation in a heredoc',
      '"Effect"',
      '"${Effect"',
      ['policy = heredoc "{\\n  \\"Statement\\": [{ \\"Effect\\": \\"Allow\\" }]\\n}\\n"'],
      ['Interpolation not closed @ "\\""'],
    ],
  ])('%s', (_, piece, replacement, lost, errors) => {
    expect(broken(piece, replacement)).toEqual({ lost, found: [], errors });
  });

  it('and so does the second of the same name', () => {
    const text = 'a {\n  b = 1\n  b = [\n    2,\n  ]\n  c = 3\n}\n';
    expect(outline(parseHcl(text))).toEqual(['a', '  b = 1', '  c = 3']);
    expect(complaints(text)).toEqual(['Argument set twice @ "b"']);
  });

  it('but not one that is only followed by a brace on its line', () => {
    expect(broken('value = aws_s3_bucket.logs.id\n}', 'value = aws_s3_bucket.logs.id }')).toEqual({
      lost: [],
      found: [],
      errors: ['Missing line break after argument @ "}"'],
    });
  });
});

describe('a broken block loses itself', () => {
  it.each([
    [
      'no opening brace',
      'lifecycle {',
      'lifecycle',
      ['lifecycle', 'prevent_destroy = true'],
      [],
      ['Argument or block expected @ "lifecycle"'],
    ],
    [
      'a label never closed',
      'output "name" {',
      'output "name {',
      ['output "name"', 'value = aws_s3_bucket.logs.id'],
      [],
      ['String not closed @ "\\n"'],
    ],
    [
      'a label never opened',
      'output "name" {',
      'output name" {',
      ['output "name"', 'value = aws_s3_bucket.logs.id'],
      [],
      ['String not closed @ "\\n"'],
    ],
  ])('%s', (_, piece, replacement, lost, found, errors) => {
    expect(broken(piece, replacement)).toEqual({ lost, found, errors });
  });
});

describe('a missing closing brace is put where the layout says', () => {
  it.each([
    ['after an empty block', 'provider "aws" {}', 'provider "aws" {'],
    ['after a nested block', '    prevent_destroy = true\n  }\n}', '    prevent_destroy = true\n}'],
    ['after a block', '  }\n}\n\nresource "aws_s3_bucket_policy"', '  }\n\nresource "aws_s3_bucket_policy"'],
  ])('%s', (_, piece, replacement) => {
    const { lost, found, errors } = broken(piece, replacement);
    expect([lost, found]).toEqual([[], []]);
    expect(new Set(errors)).toEqual(new Set(['Unclosed block @ "{"']));
  });

  it('and ignored where it is one too many', () => {
    expect(broken('bucket = "logs"', 'bucket = "logs" }').lost).toEqual([]);
    expect(broken('  lifecycle {', '  }\n  lifecycle {').lost).toEqual([]);
    expect(broken('output "name"', '}\n\noutput "name"')).toEqual({ lost: [], found: [], errors: ['Argument or block expected @ "}"'] });
  });

  it('in files that are not indented only counting braces helps', () => {
    const text = 'a {\nb = 1\nc {\nd = \n}\ne = 2\n}\nf {\n}\n';
    expect(outline(parseHcl(text))).toEqual(['a', '  b = 1', '  c', '  e = 2', 'f']);
  });
});

describe('a heredoc without end', () => {
  it('loses its block at most', () => {
    const { lost } = broken('EOT\n}', 'EOF\n}');
    expect(lost).toEqual(['policy = heredoc "{\\n  \\"Statement\\": [{ \\"Effect\\": \\"Allow\\" }]\\n}\\n"']);
  });
});

describe('errors', () => {
  it('are all told, in order', () => {
    expect(complaints('a {\n  b = ]\n  c = 1\n  d = "\n}\ne = \n')).toEqual([
      'Invalid expression @ "]"',
      'String not closed @ "\\n"',
      'Invalid expression @ "\\n"',
    ]);
  });

  it('end the reading when there are more than a thousand, and the last one says so', () => {
    const { body, errors } = parseHcl(`${'a =\n'.repeat(3000)}b = 1\n`);
    expect(errors.at(-1)?.detail).toBe('The file has 1000 errors up to here; the rest of it was not read.');
    expect(body.items).toEqual([]);
  });
});
