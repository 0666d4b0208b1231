import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Literal } from '../../../src/domain/change.ts';
import { reference } from '../../../src/domain/change.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { applyEdits } from '../../../src/domain/source.ts';
import { parseHcl } from '../../../src/iac/terraform/syntax/parser.ts';
import { Reading } from './read.ts';

type Ask = (resource: (address: string) => Resource) => Change[];

/** The text after the changes; null when they cannot be written. */
function edited(text: string, ask: Ask): string | null {
  const reading = new Reading({ 'main.tf': text });
  const edits = reading.root.edits(ask((address) => reading.resource(address)));
  return edits === null ? null : applyEdits(text, edits);
}

const set = (resource: Resource, path: (string | number)[], value: Literal, block = false): Change => ({
  kind: 'set',
  resource,
  path,
  value,
  block,
});

const BUCKET = `resource "aws_s3_bucket" "logs" {
  bucket        = "logs"        # the name
  acl           = "public-read" # for now
  force_destroy = true

  versioning {
    enabled = false
  }

  # that is all
}
`;

describe('set', () => {
  it('replaces an expression and keeps comments aligned', () => {
    expect(edited(BUCKET, (get) => [set(get('aws_s3_bucket.logs'), ['acl'], 'private')])).toBe(
      BUCKET.replace('"logs"        # the name', '"logs"    # the name').replace('"public-read" # for now', '"private" # for now'),
    );
  });

  it('inserts after the attributes, aligned with them', () => {
    expect(edited(BUCKET, (get) => [set(get('aws_s3_bucket.logs'), ['object_lock_enabled'], true)])).toBe(`resource "aws_s3_bucket" "logs" {
  bucket              = "logs"        # the name
  acl                 = "public-read" # for now
  force_destroy       = true
  object_lock_enabled = true

  versioning {
    enabled = false
  }

  # that is all
}
`);
  });

  it('merges what belongs to one nested block, there or not', () => {
    const result = edited(BUCKET, (get) => {
      const logs = get('aws_s3_bucket.logs');
      return [
        set(logs, ['versioning', 'enabled'], true),
        set(logs, ['versioning', 'mfa_delete'], true),
        set(logs, ['logging', 'target_bucket'], 'all'),
        set(logs, ['logging', 'target_prefix'], 'logs/'),
      ];
    });
    expect(result).toBe(
      BUCKET.replace(
        '    enabled = false\n  }\n',
        '    enabled    = true\n    mfa_delete = true\n  }\n\n  logging {\n    target_bucket = "all"\n    target_prefix = "logs/"\n  }\n',
      ),
    );
  });

  it('opens blocks that are empty or on one line', () => {
    const text = 'resource "aws_s3_bucket" "a" {}\n\nresource "aws_instance" "b" {\n  root_block_device { encrypted = false }\n}\n';
    const result = edited(text, (get) => [
      set(get('aws_s3_bucket.a'), ['acl'], 'private'),
      set(get('aws_instance.b'), ['root_block_device', 'encrypted'], true),
      set(get('aws_instance.b'), ['root_block_device', 'kms_key_id'], 'k'),
    ]);
    expect(result).toBe(
      'resource "aws_s3_bucket" "a" {\n  acl = "private"\n}\n\nresource "aws_instance" "b" {\n  root_block_device {\n    encrypted  = true\n    kms_key_id = "k"\n  }\n}\n',
    );
  });

  it('writes block content with blocks of its own, and picks one of several', () => {
    const text = 'resource "aws_security_group" "a" {\n  ingress {\n    from_port = 22\n  }\n\n  ingress {\n    from_port = 80\n  }\n}\n';
    const result = edited(text, (get) => {
      const group = get('aws_security_group.a');
      return [set(group, ['ingress', 1, 'from_port'], 443), set(group, ['rule'], { apply: { algorithm: 'AES256' }, on: true }, true)];
    });
    expect(result).toBe(
      text.replace(
        'from_port = 80\n  }\n',
        'from_port = 443\n  }\n\n  rule {\n    on = true\n\n    apply {\n      algorithm = "AES256"\n    }\n  }\n',
      ),
    );
  });

  it('changes written out objects item by item', () => {
    const text = 'resource "aws_x" "a" {\n  tags = {\n    a = 1\n  }\n  more = { b = 2 }\n}\n';
    const result = edited(text, (get) => [
      set(get('aws_x.a'), ['tags', 'owner'], 'me'),
      set(get('aws_x.a'), ['more', 'c'], 3),
      set(get('aws_x.a'), ['more', 'b'], 1),
    ]);
    expect(result).toBe('resource "aws_x" "a" {\n  tags = {\n    a     = 1\n    owner = "me"\n  }\n  more = { b = 1, c = 3 }\n}\n');
  });

  it('keeps line endings and indentation', () => {
    const text = 'resource "aws_x" "a" {\r\n\ta = 1\r\n}\r\n';
    expect(edited(text, (get) => [set(get('aws_x.a'), ['b'], 2), set(get('aws_x.a'), ['c', 'd'], 3)])).toBe(
      'resource "aws_x" "a" {\r\n\ta = 1\r\n\tb = 2\r\n\r\n\tc {\r\n\t\td = 3\r\n\t}\r\n}\r\n',
    );
  });

  it('leaves columns alone that were not aligned', () => {
    const text = 'resource "aws_x" "a" {\n  long_name = 1\n  b = 2\n}\n';
    expect(edited(text, (get) => [set(get('aws_x.a'), ['longer_than_that'], 3)])).toBe(
      'resource "aws_x" "a" {\n  long_name = 1\n  b = 2\n  longer_than_that = 3\n}\n',
    );
  });

  it.each([
    ['a dynamic block', 'resource "aws_x" "a" {\n  dynamic "b" {\n    for_each = [1]\n    content {}\n  }\n}\n', ['b', 'c']],
    ['what a call gives', 'resource "aws_x" "a" {\n  b = merge({}, {})\n}\n', ['b', 'c']],
    ['a block that others come before', 'resource "aws_x" "a" {}\n', ['b', 2, 'c']],
  ] as const)('has no place in %s', (_, text, path) => {
    expect(edited(text, (get) => [set(get('aws_x.a'), [...path], 1)])).toBeNull();
  });

  it('picks an item of a list that is written out', () => {
    const text = 'resource "aws_x" "a" {\n  ports = [22, 80]\n  ingress = [\n    { from = 22 },\n    { from = 80 },\n  ]\n}\n';
    const result = edited(text, (get) => [set(get('aws_x.a'), ['ports', 1], 443), set(get('aws_x.a'), ['ingress', 1, 'from'], 443)]);
    expect(result).toBe(text.replaceAll('80', '443'));
    expect(edited(text, (get) => [set(get('aws_x.a'), ['ports', 2], 443)])).toBeNull();
    expect(edited(text, (get) => [{ kind: 'remove', resource: get('aws_x.a'), path: ['ports', 1] }])).toBeNull();
  });

  it('writes into the override file that has the last word', () => {
    const files = {
      'main.tf': 'resource "aws_x" "a" {\n  b = 1\n  c = 1\n}\n',
      'one_override.tf': 'resource "aws_x" "a" {\n  b = 2\n}\n',
      'two_override.tf.json': '{"resource": {"aws_x": {"a": {"b": 3}}}}\n',
      'x_override.tf': 'resource "aws_x" "a" {\n  dynamic "d" {\n    for_each = [1]\n    content {}\n  }\n}\n',
    };
    const reading = new Reading(files);
    const after = (change: Change) =>
      reading.root.edits([change])?.map((edit) => [edit.span.file, applyEdits(files[edit.span.file as keyof typeof files], [edit])]);
    expect(after(set(reading.resource('aws_x.a'), ['b'], 4))).toEqual([
      ['two_override.tf.json', '{"resource": {"aws_x": {"a": {"b": 4}}}}\n'],
    ]);
    expect(after(set(reading.resource('aws_x.a'), ['c'], 4))).toEqual([['main.tf', files['main.tf'].replace('c = 1', 'c = 4')]]);
    expect(after(set(reading.resource('aws_x.a'), ['d', 'e'], 4))).toBeUndefined();
    expect(after({ kind: 'remove', resource: reading.resource('aws_x.a'), path: ['b'] })).toEqual([
      ['main.tf', 'resource "aws_x" "a" {\n  c = 1\n}\n'],
      ['one_override.tf', 'resource "aws_x" "a" {\n}\n'],
      ['two_override.tf.json', '{"resource": {"aws_x": {"a": {}}}}\n'],
    ]);
  });
});

describe('remove', () => {
  it('takes whole lines, and the blank line that would be left over', () => {
    const result = edited(BUCKET, (get) => [
      { kind: 'remove', resource: get('aws_s3_bucket.logs'), path: ['force_destroy'] },
      { kind: 'remove', resource: get('aws_s3_bucket.logs'), path: ['versioning'] },
      { kind: 'remove', resource: get('aws_s3_bucket.logs'), path: ['not_there'] },
    ]);
    expect(result).toBe(
      'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"        # the name\n  acl    = "public-read" # for now\n\n  # that is all\n}\n',
    );
  });

  it('makes no block to take something out of it', () => {
    const text = 'resource "aws_x" "a" {\n  b = 1\n}\n';
    expect(edited(text, (get) => [{ kind: 'remove', resource: get('aws_x.a'), path: ['versioning', 'enabled'] }])).toBe(text);
  });

  it('empties a block on one line', () => {
    expect(edited('resource "aws_x" "a" { b = 1 }\n', (get) => [{ kind: 'remove', resource: get('aws_x.a'), path: ['b'] }])).toBe(
      'resource "aws_x" "a" {}\n',
    );
  });
});

describe('add', () => {
  const versioning = (beside: Resource): Change => ({
    kind: 'add',
    beside,
    type: 'aws_s3_bucket_versioning',
    attributes: { bucket: reference(beside, 'id'), versioning_configuration: { status: 'Enabled' } },
  });

  it('declares a companion right after the declaration', () => {
    expect(edited('resource "aws_s3_bucket" "a" {} # here\n\nlocals {}\n', (get) => [versioning(get('aws_s3_bucket.a'))]))
      .toBe(`resource "aws_s3_bucket" "a" {} # here

resource "aws_s3_bucket_versioning" "a" {
  bucket = aws_s3_bucket.a.id

  versioning_configuration {
    status = "Enabled"
  }
}

locals {}
`);
  });

  it('takes another name where the name is taken', () => {
    const text = 'resource "aws_s3_bucket" "a" {}\n\nresource "aws_s3_bucket_versioning" "a" {}\n';
    const twice = edited(text, (get) => [versioning(get('aws_s3_bucket.a')), versioning(get('aws_s3_bucket.a'))]);
    expect(twice?.match(/resource "aws_s3_bucket_versioning" .*/gu)).toEqual([
      'resource "aws_s3_bucket_versioning" "a_2" {',
      'resource "aws_s3_bucket_versioning" "a_3" {',
      'resource "aws_s3_bucket_versioning" "a" {}',
    ]);
  });

  it.each([
    ['count', '  count = 2\n', '  count = length(aws_s3_bucket.a)\n\n  bucket = aws_s3_bucket.a[count.index].id\n'],
    ['for_each', '  for_each = toset(["x"])\n', '  for_each = aws_s3_bucket.a\n\n  bucket = each.value.id\n'],
  ])('makes one for each instance of %s', (_, body, expected) => {
    expect(edited(`resource "aws_s3_bucket" "a" {\n${body}}\n`, (get) => [versioning(get('aws_s3_bucket.a'))])).toContain(
      `resource "aws_s3_bucket_versioning" "a" {\n${expected}`,
    );
  });

  it('writes documents with jsonencode', () => {
    const result = edited('resource "aws_s3_bucket" "a" {}\n', (get) => [
      {
        kind: 'add',
        beside: get('aws_s3_bucket.a'),
        type: 'aws_s3_bucket_policy',
        jsonAttributes: ['policy'],
        attributes: {
          bucket: reference(get('aws_s3_bucket.a'), 'id'),
          policy: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Resource: reference(get('aws_s3_bucket.a'), 'arn', '/*'),
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
    ]);
    expect(result).toBe(`resource "aws_s3_bucket" "a" {}

resource "aws_s3_bucket_policy" "a" {
  bucket = aws_s3_bucket.a.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Deny"
        Resource = "\${aws_s3_bucket.a.arn}/*"
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      }
    ]
  })
}
`);
  });

  it('does not reach into another module', () => {
    const reading = new Reading({
      'main.tf': 'module "m" {\n  source = "./m"\n}\nresource "aws_s3_bucket" "a" {}\n',
      'm/main.tf': 'resource "aws_s3_bucket" "b" {}\n',
    });
    const change = versioning(reading.resource('module.m.aws_s3_bucket.b'));
    expect(reading.root.edits([change])).toEqual([expect.objectContaining({ span: expect.objectContaining({ file: 'm/main.tf' }) })]);
    expect(
      reading.root.edits([
        {
          ...versioning(reading.resource('aws_s3_bucket.a')),
          attributes: { bucket: reference(reading.resource('module.m.aws_s3_bucket.b'), 'id') },
        } as Change,
      ]),
    ).toBeNull();
  });
});

describe('any edit', () => {
  const name = fc.constantFrom('acl', 'bucket', 'encrypted', 'kms_key_id', 'server_side_encryption', 'x');
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const literal: fc.Arbitrary<Literal> = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
  const path = fc.oneof(
    name.map((each) => [each]),
    fc.tuple(fc.constantFrom('versioning', 'logging'), name),
  );
  const line = fc.oneof(
    fc
      .tuple(
        name,
        fc.constantFrom('1', '"${var.a}"', '[\n    1,\n  ]', '<<-EOT\n    text\n  EOT', '{ a = 1 }'),
        fc.constantFrom('', ' # why', ' // why'),
        fc.nat(3),
      )
      .map(([key, value, comment, spaces]) => `  ${key}${' '.repeat(spaces)} = ${value}${value.includes('EOT') ? '' : comment}`),
    fc.constantFrom(
      '',
      '  # a comment',
      '  versioning {\n    enabled = false # off\n  }',
      '  logging { x = 1 }',
      '  lifecycle {\n    ignore_changes = [tags]\n  }',
    ),
  );
  const body = fc.array(line, { maxLength: 8 }).map((lines) => {
    const seen = new Set<string>();
    return lines.filter((each) => {
      const key = /^ {2}(\w+)/u.exec(each)?.[1];
      if (key === undefined || !seen.has(key)) {
        if (key !== undefined) seen.add(key);
        return true;
      }
      return false;
    });
  });
  const before = '# before\nlocals {\n  odd   =   1 # kept\n}\n\n';
  const after = '\nresource "aws_s3_bucket" "other" {\n   acl="x"\n}\n';

  it('leaves a valid text, all else as it was, and nothing to do a second time', () => {
    fc.assert(
      fc.property(
        body,
        fc.array(fc.tuple(path, fc.option(literal, { nil: undefined })), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (lines, wishes, crlf) => {
          const source = `${before}resource "aws_s3_bucket" "a" {\n${lines.map((each) => `${each}\n`).join('')}}\n${after}`;
          const text = crlf ? source.replaceAll('\n', '\r\n') : source;
          const ask: Ask = (get) => {
            const resource = get('aws_s3_bucket.a');
            return wishes.map(([steps, value]): Change =>
              value === undefined ? { kind: 'remove', resource, path: steps } : set(resource, steps, value),
            );
          };
          const once = edited(text, ask);
          if (once === null) return;
          expect(parseHcl(once).errors).toEqual([]);
          const [head, tail] = crlf ? [before.replaceAll('\n', '\r\n'), after.replaceAll('\n', '\r\n')] : [before, after];
          expect(once.startsWith(head)).toBe(true);
          expect(once.endsWith(tail)).toBe(true);
          for (const comment of text.match(/# a comment|[#/]+ why/gu) ?? [])
            if (wishes.every(([, value]) => value !== undefined)) expect(once).toContain(comment);
          const reading = new Reading({ 'main.tf': once });
          for (const [steps, value] of new Map(wishes.map((each) => [each[0].join('.'), each])).values())
            if (typeof value !== 'object')
              expect(reading.shown('aws_s3_bucket.a', ...steps)).toBe(
                value === undefined ? 'absent' : JSON.stringify(value).normalize('NFC'),
              );
          expect(edited(once, ask)).toBe(once);
        },
      ),
      { numRuns: 300 },
    );
  });
});
