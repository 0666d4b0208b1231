import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Literal } from '../../../src/domain/change.ts';
import { reference } from '../../../src/domain/change.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { applyEdits } from '../../../src/domain/source.ts';
import { Reading } from './read.ts';

type Ask = (resource: (address: string) => Resource) => Change[];

/** The text after the changes; null when they cannot be written. */
function edited(text: string, ask: Ask): string | null {
  const reading = new Reading({ 'main.tf.json': text });
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

const BUCKET = `{
    "//": "four spaces",
    "resource": {
        "aws_s3_bucket": {
            "logs": {
                "bucket": "logs",
                "acl"  :  "public-read",
                "versioning": {"enabled": false},
                "tags": {}
            }
        }
    }
}
`;

describe('in JSON, set', () => {
  it('replaces a value, and nothing around it', () => {
    expect(edited(BUCKET, (get) => [set(get('aws_s3_bucket.logs'), ['acl'], 'private')])).toBe(BUCKET.replace('public-read', 'private'));
  });

  it('adds at the end of an object, in its own layout', () => {
    const result = edited(BUCKET, (get) => {
      const logs = get('aws_s3_bucket.logs');
      return [
        set(logs, ['force_destroy'], true),
        set(logs, ['versioning', 'mfa_delete'], true),
        set(logs, ['tags', 'Owner'], 'say "${x}"'),
        set(logs, ['logging'], { target_bucket: 'all', ports: [1, 2] }, true),
      ];
    });
    expect(result).toBe(`{
    "//": "four spaces",
    "resource": {
        "aws_s3_bucket": {
            "logs": {
                "bucket": "logs",
                "acl"  :  "public-read",
                "versioning": {"enabled": false, "mfa_delete": true},
                "tags": {
                    "Owner": "say \\"$\${x}\\""
                },
                "force_destroy": true,
                "logging": {
                    "target_bucket": "all",
                    "ports": [1, 2]
                }
            }
        }
    }
}
`);
  });

  it('keeps line endings, tabs and files on one line', () => {
    const ask: Ask = (get) => [set(get('aws_x.a'), ['b'], 2), set(get('aws_x.a'), ['c', 'd'], 3)];
    expect(edited('{\r\n\t"resource": {"aws_x": {\r\n\t\t"a": {\r\n\t\t\t"b": 1\r\n\t\t}\r\n\t}}\r\n}\r\n', ask)).toBe(
      '{\r\n\t"resource": {"aws_x": {\r\n\t\t"a": {\r\n\t\t\t"b": 2,\r\n\t\t\t"c": {\r\n\t\t\t\t"d": 3\r\n\t\t\t}\r\n\t\t}\r\n\t}}\r\n}\r\n',
    );
    expect(edited('{"resource":{"aws_x":{"a":{}}}}', ask)).toBe('{"resource":{"aws_x":{"a":{"b":2,"c":{"d":3}}}}}');
    expect(edited('{"resource": {"aws_x": {"a": {"b": null}}}}', ask)).toBe('{"resource": {"aws_x": {"a": {"b": 2, "c": {"d": 3}}}}}');
  });

  it('picks one of several, and adds another', () => {
    const text = '{"resource": {"aws_x": {"a": {"p": [{"n": 1}, {"n": 2}], "q": {"n": 1}, "l": [1, 2]}}}}';
    const result = edited(text, (get) => {
      const a = get('aws_x.a');
      return [
        set(a, ['p', 1, 'n'], 3),
        set(a, ['p', 2, 'n'], 4),
        set(a, ['q', 0, 'm'], 5),
        set(a, ['l', 0], 6),
        set(a, ['r'], { s: [{ t: 1 }, { t: 2 }] }, true),
      ];
    });
    expect(result).toBe(
      '{"resource": {"aws_x": {"a": {"p": [{"n": 1}, {"n": 3}, {"n": 4}], "q": {"n": 1, "m": 5}, "l": [6, 2], "r": {"s": [{"t": 1}, {"t": 2}]}}}}}',
    );
  });

  it('leaves a file alone that is no valid JSON', () => {
    expect(edited('{"resource": {"aws_x": {"a": {}}}} // no', (get) => [set(get('aws_x.a'), ['b'], 1)])).toBeNull();
  });

  it.each([
    ['a dynamic block', '{"dynamic": {"b": {"for_each": [1], "content": {}}}}', ['b', 'c']],
    ['what an expression gives', '{"b": "${merge({}, {})}"}', ['b', 'c']],
    ['something that is there several times', '{"b": {"c": 1}, "b": {"c": 2}}', ['b', 'c']],
    ['an item that others come before', '{"b": []}', ['b', 1, 'c']],
    ['a second block beside a single one', '{"b": {}}', ['b', 1, 'c']],
  ] as const)('has no place in %s', (_, body, path) => {
    expect(edited(`{"resource": {"aws_x": {"a": ${body}}}}`, (get) => [set(get('aws_x.a'), [...path], 1)])).toBeNull();
  });
});

describe('in JSON, remove', () => {
  const text =
    '{\n  "resource": {"aws_x": {"a": {\n    "b": 1,\n    "c": 2,\n    "d": {"e": 3, "f": 4},\n    "g": [{"h": 1}, {"h": 2}]\n  }}}\n}\n';
  const without = (...paths: (string | number)[][]): string | null =>
    edited(text, (get) => paths.map((path): Change => ({ kind: 'remove', resource: get('aws_x.a'), path })));

  it.each([
    [[['b']], '"b": 1,\n    ', ''],
    [[['c']], ',\n    "c": 2', ''],
    [[['g']], ',\n    "g": [{"h": 1}, {"h": 2}]', ''],
    [[['d', 'e']], '"e": 3, ', ''],
    [
      [
        ['d', 'e'],
        ['d', 'f'],
      ],
      '"e": 3, "f": 4',
      '',
    ],
    [[['g', 0]], '{"h": 1}, ', ''],
    [[['not_there'], ['not', 'there']], '', ''],
  ])('%j takes its comma along', (paths, from, to) => {
    expect(without(...paths)).toBe(text.replace(from, to));
  });

  it('and add at once', () => {
    const result = edited(text, (get) => [
      ...['b', 'c', 'd', 'g'].map((name): Change => ({ kind: 'remove', resource: get('aws_x.a'), path: [name] })),
      set(get('aws_x.a'), ['i'], 1),
    ]);
    expect(result).toBe('{\n  "resource": {"aws_x": {"a": {\n    "i": 1\n  }}}\n}\n');
  });
});

describe('in JSON, add', () => {
  const versioning = (beside: Resource): Change => ({
    kind: 'add',
    beside,
    type: 'aws_s3_bucket_versioning',
    attributes: { bucket: reference(beside, 'id'), versioning_configuration: { status: 'Enabled' } },
  });

  it('declares companions where their type is, or beside the type', () => {
    const text = '{\n  "resource": [{\n    "aws_s3_bucket": {\n      "a": {},\n      "b": [{}]\n    }\n  }]\n}\n';
    const once = edited(text, (get) => [versioning(get('aws_s3_bucket.a'))]);
    const one = (name: string): string =>
      `      "${name}": {\n        "bucket": "\${aws_s3_bucket.${name}.id}",\n        "versioning_configuration": {\n          "status": "Enabled"\n        }\n      }`;
    const both = text.replace('{}]\n    }', `{}]\n    },\n    "aws_s3_bucket_versioning": {\n${one('a')},\n${one('b')}\n    }`);
    expect(once).toBe(text.replace('{}]\n    }', `{}]\n    },\n    "aws_s3_bucket_versioning": {\n${one('a')}\n    }`));
    expect(edited(once ?? '', (get) => [versioning(get('aws_s3_bucket.b'))])).toBe(both);
    expect(edited(text, (get) => [versioning(get('aws_s3_bucket.a')), versioning(get('aws_s3_bucket.b'))])).toBe(both);
  });

  it.each([
    ['count', '2', '"count": "${length(aws_s3_bucket.a)}", "bucket": "${aws_s3_bucket.a[count.index].id}"'],
    ['for_each', '"${toset([])}"', '"for_each": "${aws_s3_bucket.a}", "bucket": "${each.value.id}"'],
  ])('makes one for each instance of %s', (name, value, expected) => {
    expect(
      edited(`{"resource": {"aws_s3_bucket": {"a": {"${name}": ${value}}}}}`, (get) => [versioning(get('aws_s3_bucket.a'))]),
    ).toContain(`"aws_s3_bucket_versioning": {"a": {${expected}, `);
  });

  it('writes documents with jsonencode', () => {
    const text = '{"resource": {"aws_s3_bucket": {"a": {}}}}';
    const after = edited(text, (get) => [
      {
        kind: 'add',
        beside: get('aws_s3_bucket.a'),
        type: 'aws_s3_bucket_policy',
        jsonAttributes: ['policy'],
        attributes: { bucket: reference(get('aws_s3_bucket.a'), 'id'), policy: { Statement: [{ Effect: 'Deny', Sid: 'say "no"' }] } },
      },
    ]);
    expect(after).toBe(
      text.replace(
        '{"a": {}}',
        String.raw`{"a": {}}, "aws_s3_bucket_policy": {"a": {"bucket": "@{aws_s3_bucket.a.id}", "policy": "@{jsonencode({ Statement = [{ Effect = \"Deny\", Sid = \"say \\\"no\\\"\" }] })}"}}`.replaceAll(
          '@',
          '$',
        ),
      ),
    );
    expect(new Reading({ 'main.tf.json': after ?? '' }).shown('aws_s3_bucket_policy.a', 'policy')).toBe(
      JSON.stringify('{"Statement":[{"Effect":"Deny","Sid":"say \\"no\\""}]}'),
    );
  });
});

describe('any edit of JSON', () => {
  const name = fc.constantFrom('acl', 'bucket', 'x', 'versioning', 'logging');
  const scalar = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constantFrom('${x}', '%{if}', '$${', '\u2028"\\'));
  const literal: fc.Arbitrary<Literal> = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.string(), scalar, { maxKeys: 2, noNullPrototype: true }),
  );
  const wanted = fc.option(literal, { nil: undefined });
  /** For one attribute, or for several of one block. */
  const wish = fc.oneof(
    fc.tuple(name, wanted).map(([each, value]) => [{ steps: [each], value }]),
    fc
      .tuple(fc.constantFrom(['versioning'], ['logging'], ['logging', 0], ['logging', 1]), fc.dictionary(name, wanted, { minKeys: 1 }))
      .map(([block, inner]) => Object.entries(inner).map(([each, value]) => ({ steps: [...block, each], value }))),
  );
  const wishList = fc.uniqueArray(wish, { minLength: 1, maxLength: 4, selector: ([first]) => first?.steps[0] }).map((each) => each.flat());
  const content = fc.dictionary(
    name,
    fc.oneof(
      fc.integer(),
      fc.constant('${var.a}'),
      fc.constant(null),
      fc.dictionary(name, fc.integer(), { maxKeys: 2 }),
      fc.array(fc.dictionary(name, fc.integer()), { maxLength: 2 }),
    ),
  );
  const indentation = fc.constantFrom(0, 1, 2, 4, '\t');

  /** One block may be an object as well as a list of one. */
  function asWritten(reading: Reading, steps: readonly (string | number)[]): string {
    const shown = reading.shown('aws_x.a', ...steps);
    return shown === 'absent' ? reading.shown('aws_x.a', ...steps.filter((step) => step !== 0)) : shown;
  }

  it('leaves valid text with what was asked for, all else as it was, and nothing to do a second time', () => {
    fc.assert(
      fc.property(content, wishList, indentation, fc.boolean(), (body, wishes, indent, crlf) => {
        const other = { bucket: 'x  y', '//': 'kept', list: [1, { a: 'b' }] };
        const json = JSON.stringify(
          { variable: { a: {} }, locals: other, resource: { aws_x: { a: body, b: other } }, output: {} },
          undefined,
          indent,
        );
        const text = crlf ? json.replaceAll('\n', '\r\n') : json;
        const ask: Ask = (get) => {
          const resource = get('aws_x.a');
          return wishes.map(({ steps, value }): Change =>
            value === undefined ? { kind: 'remove', resource, path: steps } : set(resource, steps, value),
          );
        };
        const once = edited(text, ask);
        if (once === null) return;
        const { locals, resource, output } = JSON.parse(once);
        expect([locals, resource.aws_x.b, output]).toEqual([other, other, {}]);
        expect(once.replaceAll('\r\n', '\n').includes('\r')).toBe(false);
        if (crlf && indent !== 0) expect(once.replaceAll('\r\n', '').includes('\n')).toBe(false);
        expect(once.includes('\n')).toBe(text.includes('\n'));
        const reading = new Reading({ 'main.tf.json': once });
        expect(reading.root.diagnostics).toEqual([]);
        for (const { steps, value } of wishes)
          if (value === undefined || typeof value !== 'object')
            expect([steps, asWritten(reading, steps)]).toEqual([
              steps,
              value === undefined ? 'absent' : JSON.stringify(value).normalize('NFC'),
            ]);
        expect(edited(once, ask)).toBe(once);
      }),
      { numRuns: 400 },
    );
  });
});
