import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTerraformJson } from '../../../src/iac/terraform/syntax/json.ts';
import { Reading, relations } from './read.ts';

function read(text: string): Reading {
  return new Reading({ 'main.tf.json': text });
}

function errors(text: string): string[] {
  const reading = read(text);
  return reading.root.diagnostics.map(
    ({ code, message, span }) => `${code} ${span?.start.line}:${span?.start.column} at ${reading.textAt(span)}: ${message}`,
  );
}

/** Written with `@` for the dollar of a sequence. */
const MAIN = String.raw`{
  "//": "comments are properties",
  "variable": { "name": { "type": "list(string)", "default": ["$@{text}"] } },
  "locals": [{ "both": "@{var.name[0]}!" }, { "n": 3 }],
  "resource": [
    {
      "aws_security_group": {
        "web": {
          "//": "no attribute",
          "count": 2,
          "name": "say \"@{local.both}\" \u00e9 @{count.index}",
          "tags": { "@{local.n}": true },
          "ingress": [{ "from_port": 22, "cidr_blocks": ["10.0.0.0/8"] }, { "from_port": 80 }],
          "depends_on": ["aws_s3_bucket.logs"],
          "lifecycle": { "ignore_changes": ["tags[\"a\"]", "ingress"], "create_before_destroy": true }
        }
      }
    },
    { "aws_s3_bucket": { "logs": [{ "bucket": "logs", "versioning": { "enabled": false } }], "other": null } }
  ],
  "output": { "id": { "value": "@{aws_s3_bucket.logs.id}", "depends_on": ["aws_security_group.web"] } }
}
`.replaceAll('@{', '${');

describe('Terraform in JSON', () => {
  const reading = read(MAIN);

  it('declares what native syntax would', () => {
    expect(reading.root.diagnostics).toEqual([]);
    expect(reading.root.resources.flatMap(({ instances }) => instances.map(({ address }) => address))).toEqual([
      'aws_security_group.web[0]',
      'aws_security_group.web[1]',
      'aws_s3_bucket.logs',
    ]);
    const group = reading.value('aws_security_group.web[1]');
    expect(group.state === 'known' && group.data instanceof Map && [...group.data.keys()]).toEqual(['name', 'tags', 'ingress']);
  });

  it('texts are templates, but a default is what it says', () => {
    expect(reading.shown('aws_security_group.web[1]', 'name')).toBe(String.raw`"say \"$@{text}!\" é 1"`.replace('@', '$'));
    expect(reading.shown('aws_security_group.web[0]', 'tags')).toBe('{3: true}');
  });

  it('blocks and maps of a resource are objects and lists of objects', () => {
    expect(reading.shown('aws_security_group.web[0]', 'ingress')).toBe('[{cidr_blocks: ["10.0.0.0/8"], from_port: 22}, {from_port: 80}]');
    expect(reading.shown('aws_s3_bucket.logs', 'versioning', 'enabled')).toBe('false');
  });

  it('gives what is nested its type, as in a block, and leaves tags alone', () => {
    const text =
      '{"resource": {"aws_x": {"y": {"disk": {"kms": {"encrypted": "true"}}, "rule": [{"from_port": "22"}], "tags": {"public": "true"}}}}}';
    expect(['disk', 'rule', 'tags'].map((name) => read(text).shown('aws_x.y', name))).toEqual([
      '{kms: {encrypted: true}}',
      '[{from_port: 22}]',
      '{public: "true"}',
    ]);
  });

  it('points into the text', () => {
    expect(reading.textAt(reading.resource('aws_s3_bucket.logs').header)).toBe('"logs"');
    expect(reading.textAt(reading.resource('aws_s3_bucket.logs').source)).toBe(
      '"logs": [{ "bucket": "logs", "versioning": { "enabled": false } }',
    );
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'versioning', 'enabled'))).toEqual({ at: 'false' });
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'acl'))).toEqual({ at: '"logs"' });
  });

  it('points at a reference behind escapes', () => {
    const text = String.raw`{"locals": {"a": "x"}, "resource": {"aws_x": {"y": {"b": ["\"\u00e9\\", "@{[\"q\", local.a][1]}"]}}}}`.replace(
      '@',
      '$',
    );
    const value = read(text).value('aws_x.y', 'b', 1);
    expect(read(text).places(value)).toEqual({ at: String.raw`[\"q\", local.a][1]`, from: '"x"' });
  });

  it('makes blocks of dynamic ones, at any depth', () => {
    const dynamic = read(`{"resource": {"aws_x": {"y": {
      "rule": {"name": "outer", "dynamic": {"step": [{"for_each": [1, 2], "iterator": "it", "content": {"n": "\${it.value}"}}]}},
      "dynamic": {"port": {"for_each": ["a"], "content": {"k": "\${port.value}", "dynamic": {"deep": {"for_each": ["b"], "content": {"l": "\${deep.value}"}}}}}},
      "tags": {"dynamic": "no block"}
    }}}}`);
    expect(dynamic.root.diagnostics).toEqual([]);
    expect(dynamic.shown('aws_x.y', 'rule')).toBe('[{name: "outer", step: [{n: 1}, {n: 2}]}]');
    expect(dynamic.shown('aws_x.y', 'port')).toBe('[{deep: [{l: "b"}], k: "a"}]');
    expect(dynamic.shown('aws_x.y', 'tags')).toBe('{dynamic: "no block"}');
  });

  it('is one module with files in native syntax, and calls modules', () => {
    const mixed = new Reading({
      'main.tf.json': '{"module": {"m": {"source": "./m", "for_each": "${toset([\\"a\\"])}", "name": "${each.key}-${local.suffix}"}}}',
      'locals.tf': 'locals {\n  suffix = "x"\n}\n',
      'm/main.tofu.json':
        '{"variable": {"name": {}}, "resource": {"aws_s3_bucket": {"b": {"bucket": "${var.name}"}}, "aws_s3_bucket_acl": {"b": {"bucket": "${aws_s3_bucket.b.id}"}}}}',
    });
    expect(mixed.roots.map(({ path }) => path)).toEqual(['.']);
    expect(mixed.shown('module.m["a"].aws_s3_bucket.b', 'bucket')).toBe('"a-x"');
    expect(relations(mixed.resource('module.m.aws_s3_bucket.b'))).toEqual(['from module.m.aws_s3_bucket_acl.b by bucket']);
  });

  it('blocks that come several times are several', () => {
    const twice = read(
      '{"resource": {"aws_x": {"a": {"p": {"n": 1}, "p": [{"n": 2}, {"n": 3}]}}, "aws_x": {"b": {}}}, "resource": {"aws_y": {"c": {}}}}',
    );
    expect(twice.root.diagnostics).toEqual([]);
    expect(twice.root.resources.map(({ address }) => address)).toEqual(['aws_x.a', 'aws_x.b', 'aws_y.c']);
    expect(twice.shown('aws_x.a', 'p')).toBe('[{n: 1}, {n: 2}, {n: 3}]');
  });

  it.each([
    ['\uFEFF{"resource": {"aws_x": {"y": {"a": "bom"}}}}', '"bom"'],
    ['{\r\n  "resource": {"aws_x": {"y": {\r\n    "a": "crlf"\r\n  }}}\r\n}\r\n', '"crlf"'],
    ['{"resource": {"aws_x": {"y": {"a": -1.50e1}}}}', '-15'],
    ['{"resource": {"aws_x": {"y": {"a": null}}}}', 'absent'],
    ['{"resource": {"aws_x": {"y": {"a": "$${x} %%{y} ${1 + 1}"}}}}', '"${x} %{y} 2"'],
    ['{"resource": {"aws_x": {"y": {"a": "aws_x.z"}}}}', '"aws_x.z"'],
    ['{"resource": {"aws_x": {"y": {"a": {"__proto__": {"b": 1}}}}}}', '{__proto__: {b: 1}}'],
  ])('%j gives %s', (text, expected) => {
    expect(read(text).root.diagnostics).toEqual([]);
    expect(read(text).shown('aws_x.y', 'a')).toBe(expected);
  });
});

describe('any value in JSON', () => {
  const text = fc.oneof(
    fc.constantFrom('', '${1 + 1}', 'a ${local.n}', '$${x} %%{y}', 'say "hi"\\', '%{ if true }yes%{ endif }', '\u2028\u00e9'),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  }));

  it('is what it is in native syntax', () => {
    fc.assert(
      fc.property(value, (given) => {
        const written = JSON.stringify(given);
        const locals = '"locals": {"n": 3}';
        const native = new Reading({ 'main.tf': `locals {\n  n = 3\n}\nresource "aws_x" "y" {\n  a = ${written}\n}\n` });
        const inJson = read(`{${locals}, "resource": {"aws_x": {"y": {"a": ${written}}}}}`);
        if (native.root.diagnostics.length > 0) return;
        expect(inJson.root.diagnostics).toEqual([]);
        expect(inJson.shown('aws_x.y', 'a')).toBe(native.shown('aws_x.y', 'a'));
      }),
    );
  });
});

describe('JSON that Terraform refuses', () => {
  it.each([
    ['', 'syntax 1:1 at : Invalid JSON: A value was expected; the last item is followed by no comma, and a file is not empty.'],
    ['{"locals": {}} // no', 'syntax 1:16 at // no: Invalid JSON: JSON has no comments; in Terraform a property named "//" holds one.'],
    [
      '{"locals": {"a": 1,}}',
      'syntax 1:20 at }: Invalid JSON: A property name in quotes was expected; the last property is followed by no comma.',
    ],
    [
      '{"resource": {"aws_x": 3}}',
      'syntax 1:24 at 3: Object expected: A resource block is written as an object or a list of objects, but this is a number.',
    ],
    ['[1]', 'syntax 1:2 at 1: Object expected: The file is written as an object or a list of objects, but this is a number.'],
    ['{"locals": {"a": 1, "a": 2}}', 'syntax 1:21 at "a": Argument set twice: a is set before in this body; remove one of the two.'],
    [
      '{"locals": {"a": {"b": 1, "b": 2}}}',
      'syntax 1:27 at "b": Property set twice: An object has this property already; remove one of the two.',
    ],
    [
      String.raw`{"locals": {"a": "\"@{1 +}"}}`.replace('@', '$'),
      'syntax 1:26 at }: Invalid expression: Found `}`. A value was expected, such as a string, a number, a list or a reference.',
    ],
  ])('%s', (text, expected) => {
    expect(errors(text)).toEqual([expected]);
  });

  it('a broken value loses itself, and no other', () => {
    const broken = read('{"resource": {"aws_x": {"y": {"a": "${oops", "b": 1}, "z": 3, "w": {"c": 2}}}}');
    expect(broken.root.diagnostics.map(({ code }) => code)).toEqual(['syntax', 'syntax']);
    expect([broken.shown('aws_x.y', 'a'), broken.shown('aws_x.y', 'b'), broken.shown('aws_x.w', 'c')]).toEqual(['absent', '1', '2']);
  });

  it.each([250, 100_000])('nested %d deep', (depth) => {
    const text = `{"resource": {"aws_x": {"y": {"a": ${'['.repeat(depth)}${']'.repeat(depth)}}}}}`;
    expect(errors(text).map((each) => each.replace(/ at .*?: /u, ': '))).toEqual([
      expect.stringMatching(/^syntax 1:\d+: Nested too deeply: The file nests values too deeply to be read\.$/u),
    ]);
  });

  it('never throws', () => {
    const json = fc.json({ maxDepth: 6 });
    const likely = fc
      .jsonValue({ maxDepth: 4 })
      .map((value) => JSON.stringify({ resource: { aws_x: { y: value, z: [value, value] } }, locals: value }));
    const torn = fc.tuple(fc.oneof(json, likely), fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, by]) => {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + by + text.slice(offset + by.length);
    });
    fc.assert(
      fc.property(fc.oneof(json, likely, torn), (text) => {
        const { errors: found } = parseTerraformJson(text);
        for (const { start, end } of found) expect([start <= end, end <= text.length]).toEqual([true, true]);
      }),
    );
  });
});
