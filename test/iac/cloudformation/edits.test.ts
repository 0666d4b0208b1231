import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { reference } from '../../../src/domain/change.ts';
import type { Change, Literal } from '../../../src/domain/change.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { applyEdits, SourceText } from '../../../src/domain/source.ts';
import { isList, isMap } from '../../../src/domain/value.ts';
import type { Value } from '../../../src/domain/value.ts';
import { rereadDeclaration } from '../../../src/iac/cloudformation/reread.ts';
import { readTemplate } from '../../../src/iac/cloudformation/template.ts';
import { DEFAULT_LIMITS } from '../../../src/iac/limits.ts';
import type { Root } from '../../../src/iac/root.ts';
import { at, bucket, read, resource, said, say } from './reading.ts';

type Wanted = (root: Root) => readonly Change[];

function set(path: readonly (string | number)[], value: Literal, address = 'Logs'): Wanted {
  return (root) => [{ kind: 'set', resource: resource(root, address), path, value }];
}

function remove(path: readonly (string | number)[], address = 'Logs'): Wanted {
  return (root) => [{ kind: 'remove', resource: resource(root, address), path }];
}

function add(type: string, attributes: (root: Root) => Record<string, Literal>, address = 'Logs'): Wanted {
  return (root) => [{ kind: 'add', beside: resource(root, address), type, attributes: attributes(root) }];
}

/** The whole text after the changes, or null when they cannot be written. */
function edited(text: string, ...wanted: readonly Wanted[]): string | null {
  const root = read(text);
  const edits = root.edits(wanted.flatMap((each) => each(root)));
  return edits === null ? null : applyEdits(text, edits);
}

describe('setting in block style', () => {
  it.each<[string, string[], Wanted[], string[]]>([
    ['a value, keeping its comment', ['A: false # why', 'B: 1'], [set(['A'], true)], ['A: true # why', 'B: 1']],
    [
      'a text, keeping its quotes',
      [`A: "x"`, `B: 'y'`, 'C: z'],
      [set(['A'], 'a b'), set(['B'], "it's"), set(['C'], 'aws:kms')],
      ['A: "a b"', `B: 'it''s'`, 'C: aws:kms'],
    ],
    [
      'texts that need quotes',
      ['A: x'],
      [set(['A'], 'yes'), set(['B'], '*'), set(['C'], '2012-10-17'), set(['D'], 'true'), set(['E'], 'a: b'), set(['F'], 'line\nbreak')],
      ["A: 'yes'", "B: '*'", "C: '2012-10-17'", "D: 'true'", "E: 'a: b'", 'F: "line\\nbreak"'],
    ],
    ['over a function', ['A: !Ref B'], [set(['A'], true)], ['A: true']],
    ['over a function of several lines', ['A: !If', '  - C', '  - x', '  - y', 'B: 1'], [set(['A'], 'z')], ['A: z', 'B: 1']],
    ['where nothing is written', ['A:', 'B: # comment'], [set(['A'], 1), set(['B', 'C'], 2)], ['A: 1', 'B: # comment', '  C: 2']],
    ['a missing key after the last', ['A: 1 # last'], [set(['B'], true)], ['A: 1 # last', 'B: true']],
    ['missing maps, once', ['A: 1'], [set(['B', 'C'], true), set(['B', 'D'], 'x')], ['A: 1', 'B:', '  C: true', '  D: x']],
    ['missing lists', ['A: 1'], [set(['B', 0, 'C', 'D'], true)], ['A: 1', 'B:', '  - C:', '      D: true']],
    [
      'within a list',
      ['A:', '  - B: 1', '    C: 2', '  - B: 3'],
      [set(['A', 1, 'C'], 4), set(['A', 0, 'C'], 5)],
      ['A:', '  - B: 1', '    C: 5', '  - B: 3', '    C: 4'],
    ],
    ['through a list of one', ['A:', '  - B: 1'], [set(['A', 'B'], 2)], ['A:', '  - B: 2']],
    ['a list over a list', ['A:', '  - x', '  - y'], [set(['A'], ['z'])], ['A:', '  - z']],
    ['a map over a value', ['A: x # c'], [set(['A'], { B: 1 })], ['A:', '  B: 1 # c']],
    ['an item', ['A:', '  - x', '  - y'], [set(['A', 1], 'z')], ['A:', '  - x', '  - z']],
    [
      'the item after the last',
      ['A:', '  - x # c', 'B: [y]'],
      [set(['A', 1, 'C'], 1), set(['B', 1], 'z')],
      ['A:', '  - x # c', '  - C: 1', 'B: [y, z]'],
    ],
    ['the first item', ['A: []', 'B:'], [set(['A', 0], 'x'), set(['B', 0, 'C'], 1)], ['A:', '  - x', 'B:', '  - C: 1']],
    ['a map over a list at the column of its key', ['A:', '- x', 'B: 1'], [set(['A'], { C: 2 })], ['A:', '  C: 2', 'B: 1']],
    ['below a dash of its own', ['A:', '  - # not-a-dash', '    B: 1'], [set(['A', 0, 'B'], 2)], ['A:', '  - # not-a-dash', '    B: 2']],
    [
      'in the way that lists are indented',
      ['A:', '- x'],
      [set(['B'], ['w', { C: 1, D: ['z'] }])],
      ['A:', '- x', 'B:', '- w', '- C: 1', '  D:', '  - z'],
    ],
    [
      'within braces',
      ['A: {B: 1, C: [x]}'],
      [set(['A', 'B'], 2), set(['A', 'D'], { E: true, F: ['a, b'] })],
      ["A: {B: 2, C: [x], D: {E: true, F: ['a, b']}}"],
    ],
    ['within empty braces', ['A: {}'], [set(['A', 'B'], 2)], ['A:', '  B: 2']],
    ['after a text of several lines', ['A: |', '  one', '', '  two'], [set(['B'], 1)], ['A: |', '  one', '', '  two', 'B: 1']],
    ['over a text of several lines', ['A: |', '  one', '  two', 'B: 1'], [set(['A'], 'x')], ['A: x', 'B: 1']],
  ])('%s', (_, before, wanted, after) => {
    expect(edited(bucket(...before), ...wanted)).toBe(bucket(...after));
  });

  it('a resource without properties gets them', () => {
    expect(edited('Resources:\n  Logs:\n    Type: AWS::S3::Bucket # x', set(['A', 'B'], true))).toBe(
      'Resources:\n  Logs:\n    Type: AWS::S3::Bucket # x\n    Properties:\n      A:\n        B: true',
    );
  });

  it('indentation and line breaks are those of the file', () => {
    const text = 'Resources:\r\n    Logs:\r\n        Type: AWS::S3::Bucket\r\n        Properties:\r\n            A: 1\r\n';
    expect(edited(text, set(['B', 'C'], true))).toBe(text.replace('A: 1\r\n', 'A: 1\r\n            B:\r\n                C: true\r\n'));
  });

  it('references are written in their short form', () => {
    const text = bucket('A: 1');
    const wanted: Wanted = (root) => {
      const logs = resource(root, 'Logs');
      return [
        ['B', ''],
        ['C', 'Arn'],
        ['D', 'Arn', '/*'],
      ].map(([key = '', attribute = '', suffix = '']) => ({
        kind: 'set',
        resource: logs,
        path: [key],
        value: reference(logs, attribute, suffix),
      }));
    };
    expect(edited(text, wanted)).toBe(bucket('A: 1', 'B: !Ref Logs', 'C: !GetAtt Logs.Arn', 'D: !Sub ${Logs.Arn}/*'));
  });
});

describe('removing in block style', () => {
  it.each<[string, string[], Wanted[], string[]]>([
    ['a key with its comment', ['A: 1', 'B: 2 # gone', 'C: 3'], [remove(['B'])], ['A: 1', 'C: 3']],
    ['a key of several lines', ['A: 1', 'B:', '  - x', '  - y'], [remove(['B'])], ['A: 1']],
    ['the first key of an item', ['A:', '  - B: 1', '    C: 2'], [remove(['A', 0, 'B'])], ['A:', '  - C: 2']],
    ['the only key', ['A:', '  B: 1', 'C: 1'], [remove(['A', 'B'])], ['A: {}', 'C: 1']],
    ['an item', ['A:', '  - x # gone', '  - y'], [remove(['A', 0])], ['A:', '  - y']],
    ['all items below a comment', ['A: # c', '- x', 'B: 1'], [remove(['A', 0])], ['A: # c', '  []', 'B: 1']],
    ['an item below a dash of its own', ['A:', '  - # not-a-dash', '    B: 1', '  - x'], [remove(['A', 0])], ['A:', '  - x']],
    [
      'an item and setting the next but one',
      ['A: [x, y]', 'B:', '- x', '- y'],
      [remove(['A', 1]), set(['A', 2], 'z'), remove(['B', 1]), set(['B', 2], 'z')],
      ['A: [x, z]', 'B:', '- x', '- z'],
    ],
    ['all items', ['A:', '  - x', '  - y'], [remove(['A', 0]), remove(['A', 1])], ['A: []']],
    [
      'within braces',
      ['A: {B: 1, C: 2, D: 3}', 'E: [x, y, z]'],
      [remove(['A', 'B']), remove(['A', 'C']), remove(['E', 2])],
      ['A: {D: 3}', 'E: [x, y]'],
    ],
    ['what is not there', ['A: 1'], [remove(['B']), remove(['C', 'D'])], ['A: 1']],
    ['one key and setting another', ['A: 1', 'B: 2'], [remove(['B']), set(['C'], 3)], ['A: 1', 'C: 3']],
    [
      'every key and setting another',
      ['A:', '  B: 1', '  C: 2'],
      [remove(['A', 'B']), remove(['A', 'C']), set(['A', 'D'], 3)],
      ['A:', '  D: 3'],
    ],
  ])('%s', (_, before, wanted, after) => {
    expect(edited(bucket(...before), ...wanted)).toBe(bucket(...after));
  });
});

describe('JSON', () => {
  const spread = `{
    "Resources": {
        "Logs": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "A": "x",
                "B": [{"C": 1}]
            }
        },
        "Bare": {"Type": "AWS::S3::Bucket"}
    }
}
`;

  it('sets, inserts and removes with its own indentation and commas', () => {
    expect(edited(spread, set(['A'], 'y'), set(['B', 0, 'D'], true), set(['E', 'F'], ['z']))).toBe(
      spread
        .replace('"x"', '"y"')
        .replace(
          '{"C": 1}]',
          '{"C": 1, "D": true}],\n                "E": {\n                    "F": [\n                        "z"\n                    ]\n                }',
        ),
    );
    expect(edited(spread, remove(['A']))).toBe(spread.replace('                "A": "x",\n', ''));
    expect(edited(spread, remove(['B']))).toBe(spread.replace(',\n                "B": [{"C": 1}]', ''));
    expect(edited(spread, set(['A'], 1, 'Bare'))).toBe(
      spread.replace('"Bare": {"Type": "AWS::S3::Bucket"}', '"Bare": {"Type": "AWS::S3::Bucket", "Properties": {"A": 1}}'),
    );
  });

  it('appends items as the others stand', () => {
    const text = JSON.stringify({ Resources: { Logs: { Type: 'AWS::S3::Bucket', Properties: { A: ['x'] } } } }, null, 2).replaceAll(
      '\n',
      '\r\n',
    );
    expect(edited(text, set(['A', 1], { B: 1 }))).toBe(text.replace('"x"', '"x",\r\n          {\r\n            "B": 1\r\n          }'));
    expect(edited(spread, set(['B', 1], { D: 1 }))).toBe(spread.replace('{"C": 1}]', '{"C": 1}, {"D": 1}]'));
  });

  it('indents by tabs where the file does', () => {
    const text = '{\n\t"Resources": {\n\t\t"Logs": {\n\t\t\t"Type": "AWS::S3::Bucket"\n\t\t}\n\t}\n}';
    expect(edited(text, set(['A'], 1))).toBe(text.replace('Bucket"', 'Bucket",\n\t\t\t"Properties": {\n\t\t\t\t"A": 1\n\t\t\t}'));
  });

  it('stays on one line where the file is', () => {
    const text = '{"Resources":{"Logs":{"Type":"AWS::S3::Bucket"}}}';
    expect(edited(text, set(['A', 0, 'B'], 1))).toBe('{"Resources":{"Logs":{"Type":"AWS::S3::Bucket","Properties":{"A":[{"B":1}]}}}}');
  });

  it('references are written in their long form', () => {
    const wanted = add('AWS::S3::BucketPolicy', (root) => ({
      Bucket: reference(resource(root, 'Logs'), ''),
      Arn: [reference(resource(root, 'Logs'), 'Arn'), reference(resource(root, 'Logs'), 'Arn', '/*')],
    }));
    expect(edited('{"Resources":{"Logs":{"Type":"AWS::S3::Bucket"}}}', wanted)).toBe(
      '{"Resources":{"Logs":{"Type":"AWS::S3::Bucket"},"LogsBucketPolicy":{"Type":"AWS::S3::BucketPolicy","Properties":{"Bucket":{"Ref":"Logs"},"Arn":[{"Fn::GetAtt":["Logs","Arn"]},{"Fn::Sub":"${Logs.Arn}/*"}]}}}}',
    );
  });
});

describe('adding a resource', () => {
  const policy = add('AWS::S3::BucketPolicy', (root) => ({ Bucket: reference(resource(root, 'Logs'), '') }));

  it('stands after its neighbour, apart as the others are, under its condition, with a name of its own', () => {
    const text =
      'Resources:\n  Logs: # c\n    Type: AWS::S3::Bucket\n    Condition: Some\n\n  # next\n  LogsBucketPolicy:\n    Type: AWS::S3::Bucket\n';
    expect(edited(text, policy, policy)).toBe(
      text.replace(
        'Condition: Some\n',
        'Condition: Some\n\n  LogsBucketPolicy2:\n    Type: AWS::S3::BucketPolicy\n    Condition: Some\n    Properties:\n      Bucket: !Ref Logs\n\n  LogsBucketPolicy3:\n    Type: AWS::S3::BucketPolicy\n    Condition: Some\n    Properties:\n      Bucket: !Ref Logs\n',
      ),
    );
  });

  it('goes along with changes of its neighbour', () => {
    expect(edited(bucket('A: 1'), policy, set(['B'], 2))).toBe(
      `${bucket('A: 1', 'B: 2')}  LogsBucketPolicy:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref Logs\n`,
    );
  });
});

describe('what cannot be changed', () => {
  it.each<[string, string, Wanted[]]>([
    ['a part of a function', bucket('A: !If [C, {B: 1}, {B: 2}]'), [set(['A', 'B'], 3)]],
    ['a part of a long function', bucket('A: {Fn::If: [C, {B: 1}, {B: 2}]}'), [set(['A', 'B'], 3)]],
    ['what an alias stands for', bucket('A: &a {B: 1}', 'C: *a'), [set(['C', 'B'], 3)]],
    ['what an alias may stand for', bucket('A: &a {B: 1}', 'C: *a'), [set(['A', 'B'], 3)]],
    ['a map that holds an anchor', bucket('A: {B: &a 1}', 'C: *a'), [set(['A'], 3)]],
    ['an item that is not there', bucket('A: [x]'), [set(['A', 3], 'y')]],
    ['several items by one name', bucket('A: [{B: 1}, {B: 2}]'), [set(['A', 'B'], 3)]],
    ['a text as if it were a map', bucket('A: x'), [set(['A', 'B'], 3)]],
    ['changes that contradict each other', bucket('A: x'), [set(['A'], 1), set(['A'], 2)]],
    ['setting and removing', bucket('A: x'), [set(['A'], 1), remove(['A'])]],
    ['a part of what may be merged', bucket('A: &a {B: {X: 1}}', 'C: {<<: *a}'), [set(['C', 'B', 'Y'], 3)]],
    ['a merged key', bucket('A: &a {B: 1}', 'C: {<<: *a}'), [remove(['C', 'B'])]],
    ['a template that is not understood as a whole', `${bucket('A: x')}  Logs: {Type: x}\n`, [set(['A'], 1)]],
  ])('%s', (_, text, wanted) => {
    expect(edited(text, ...wanted)).toBeNull();
  });
});

describe('reading again', () => {
  const text = `${bucket('A: false')}  Other:\n    Type: AWS::S3::Bucket\n    Properties: {B: !Ref Logs}\n`;

  it('gives the changed resource with its links, and what came', () => {
    const root = read(text);
    const policy = add('AWS::S3::BucketPolicy', (own) => ({ Bucket: reference(resource(own, 'Logs'), '') }));
    const after = edited(text, policy, set(['A'], true)) ?? '';
    const copy = root.reread(new Map([[root.path, new SourceText(root.path, after)]]));
    expect(copy.diagnostics).toEqual([]);
    expect(copy.added.map(({ address }) => address)).toEqual(['LogsBucketPolicy']);
    expect(copy.removed).toEqual([]);
    const logs = copy.resource('Logs');
    expect(logs?.related.map((link) => `${link.direction} ${link.resource.address}`)).toEqual(['from Other', 'from LogsBucketPolicy']);
    expect(logs?.instances.map(({ attributes }) => say(attributes, after))).toEqual(['{A: true} @ Logs']);
    expect(copy.resource('Nobody')).toBeUndefined();
  });

  it('of one declaration gives what reading the whole gives, places included', () => {
    const before = `Conditions:
  Off: !Equals [a, b]
Resources:
  # first
  One: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name, A: no}}

  Logs: # second
    Type: AWS::S3::Bucket
    Properties:
      A: false # why

  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      B: !If [Off, x, !FindInMap [M, a, b]]
      C: off
      D: !Sub "\${Name}"
Parameters:
  Name: {Type: String, Default: logs}
Mappings:
  M: {a: {b: z}}
`;
    const root = read(before);
    const added = add('AWS::S3::BucketPolicy', (own) => ({ Bucket: reference(resource(own, 'Logs'), ''), E: 'x' }));
    const after = edited(before, set(['A'], true), set(['B', 'C'], 'longer than before'), added) ?? '';
    const copy = root.reread(new Map([[root.path, new SourceText(root.path, after)]]));
    const whole = read(after);
    expect(whole.resources.map(({ address }) => address)).toEqual(['One', 'Logs', 'LogsBucketPolicy', 'Policy']);
    for (const { address } of whole.resources) expect(told(copy.resource(address))).toEqual(told(resource(whole, address)));
    expect(copy.diagnostics).toEqual([]);
  });

  const rereads = (file: string, from: string, to: string): readonly string[] | null => {
    const { template } = readTemplate(new SourceText(file, from), DEFAULT_LIMITS);
    if (template === null) throw new Error('not a template');
    const again = rereadDeclaration(template, new SourceText(file, to), DEFAULT_LIMITS);
    return again === null ? null : [...again.changed];
  };

  it.each<[string, string, string, readonly string[] | null]>([
    ['one declaration', bucket('A: 1'), bucket('A: 2'), ['Logs']],
    ['lines after it', bucket('A: 1'), `${bucket('A: 1', 'B: 2')}  New: {Type: AWS::S3::Bucket}\n`, ['Logs', 'New']],
    ['another name', bucket('A: 1'), bucket('A: 1').replace('Logs', 'Other'), null],
    ['two declarations', `${bucket('A: 1')}  B: {Type: x}\n`, `${bucket('A: 2')}  B: {Type: y}\n`, null],
    ['what others may stand for', bucket('A: &a 1'), bucket('A: &a 2'), null],
    ['an anchor that comes', bucket('A: 1'), bucket('A: &a 1'), null],
    ['a name that is taken', `${bucket('A: 1')}  B: {Type: x}\n`, `${bucket('A: 1')}  B: {Type: x}\n  B: {Type: x}\n`, null],
    ['a parameter', `Parameters: {P: {Default: 1}}\n${bucket('A: 1')}`, `Parameters: {P: {Default: 2}}\n${bucket('A: 1')}`, null],
    ['a line that ends the section', bucket('A: 1'), `${bucket('A: 1')}Outputs: {}\n`, null],
    [
      'JSON',
      '{"Resources": {"Logs": {"Type": "x", "Properties": {"A": 1}}, "B": {"Type": "x"}}}',
      '{"Resources": {"Logs": {"Type": "x", "Properties": {"A": 2}}, "New": {"Type": "x"}, "B": {"Type": "x"}}}',
      ['Logs', 'New'],
    ],
    [
      'JSON that lost a comma',
      '{"Resources": {"Logs": {"Type": "x"}, "B": {"Type": "x"}}}',
      '{"Resources": {"Logs": {"Type": "x"} "B": {"Type": "x"}}}',
      null,
    ],
  ])('reads only what changed where it can: %s', (_, from, to, changed) => {
    expect(rereads(from.startsWith('{') ? 'a.json' : 'a.yaml', from, to)).toEqual(changed);
  });

  it('tells what went, and what is newly wrong', () => {
    const root = read(text);
    const copy = root.reread(new Map([[root.path, new SourceText(root.path, bucket('A: ['))]]));
    expect(copy.removed).toEqual(['Other']);
    expect(said(copy.diagnostics)).toEqual([
      'undecided syntax 6: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
  });
});

/** All that a resource says, without the circle of what is related. */
function told(some: Resource | undefined): unknown {
  return {
    places: [some?.header, some?.source],
    instances: some?.instances.map(({ address, key, attributes }) => ({ address, key, attributes })),
    related: some?.related.map((link) => `${link.direction} ${link.resource.address} ${link.attribute}`).toSorted(),
  };
}

type Plain = string | number | boolean | Plain[] | { [key: string]: Plain };

const key = fc.constantFrom('Alpha', 'Beta', 'Gamma', 'aws:SecureTransport', 'With space', 'x-y');
const scalar = fc.oneof(
  fc.constantFrom('text', 'yes', '*', 's3:Get*', 'a: b', "it's", '#no', '', '2012-10-17', 'é\u200b', 'tab\there'),
  fc.integer({ min: -9, max: 99 }),
  fc.boolean(),
);
const { tree } = fc.letrec<{ tree: Plain; map: { [key: string]: Plain } }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('tree'), { maxLength: 3 }), tie('map')),
  map: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
}));
const content = fc.dictionary(key, tree, { maxKeys: 5, noNullPrototype: true });

const unambiguous = { compat: 'yaml-1.1' } as const;

const written = fc.constantFrom<(value: unknown) => string>(
  (value) => stringify(value, unambiguous),
  (value) => stringify(value, { ...unambiguous, indent: 4, indentSeq: false, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }),
  (value) => stringify(value, unambiguous).replaceAll('\n', '\r\n'),
  (value) => stringify(value, { ...unambiguous, collectionStyle: 'flow', flowCollectionPadding: false }).replace(/^\{/u, ' {'),
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value, null, '\t'),
  (value) => JSON.stringify(value),
);

/** What the reader makes of plain data. */
function plain(value: Value): unknown {
  if (value.state !== 'known') return undefined;
  if (isList(value.data)) return value.data.map(plain);
  if (isMap(value.data)) return Object.fromEntries([...value.data].map(([name, item]) => [name, plain(item)]));
  return value.data;
}

function contentOf(root: Root, address: string): unknown {
  return resource(root, address).instances.map(({ attributes }) => plain(attributes))[0];
}

describe('any edit of any template', () => {
  const template = fc.record({ Before: content, Logs: content, After: content });

  it('says what was asked, changes nothing else, and has nothing to do a second time', () => {
    fc.assert(
      fc.property(
        template,
        written,
        fc.array(key, { minLength: 1, maxLength: 3 }),
        tree,
        fc.boolean(),
        (contents, write, path, value, removal) => {
          const declared = Object.fromEntries(
            Object.entries(contents).map(([name, Properties]) => [name, { Type: 'AWS::S3::Bucket', Properties }]),
          );
          const text = write({ Resources: declared });
          const root = read(text);
          expect(root.diagnostics).toEqual([]);
          const wanted = removal ? remove(path) : set(path, value);
          const after = edited(text, wanted);
          // Only a way through a text, a number or a list is barred.
          if (after === null) return;
          const again = read(after);
          expect(again.diagnostics).toEqual([]);
          expect(contentOf(again, 'Logs')).toEqual(removal ? without(contents.Logs, path) : withValue(contents.Logs, path, value));
          for (const other of ['Before', 'After'])
            expect(at(after, resource(again, other).source)).toBe(at(text, resource(root, other).source));
          expect(again.edits(wanted(again))).toEqual([]);
          const copy = root.reread(new Map([[root.path, new SourceText(root.path, after)]]));
          for (const address of Object.keys(contents)) expect(told(copy.resource(address))).toEqual(told(resource(again, address)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

function isPlainMap(value: Plain | undefined): value is { [key: string]: Plain } {
  return typeof value === 'object' && !Array.isArray(value);
}

function withValue(target: { [key: string]: Plain }, [step = '', ...path]: readonly string[], value: Plain): { [key: string]: Plain } {
  const below = target[step];
  if (path.length === 0) return { ...target, [step]: value };
  if (Array.isArray(below)) return { ...target, [step]: below.map((item) => (isPlainMap(item) ? withValue(item, path, value) : item)) };
  return { ...target, [step]: withValue(isPlainMap(below) ? below : {}, path, value) };
}

function without(target: { [key: string]: Plain }, [step = '', ...path]: readonly string[]): { [key: string]: Plain } {
  const below = target[step];
  if (below === undefined) return target;
  if (path.length === 0) return Object.fromEntries(Object.entries(target).filter(([name]) => name !== step));
  if (Array.isArray(below)) return { ...target, [step]: below.map((item) => (isPlainMap(item) ? without(item, path) : item)) };
  return isPlainMap(below) ? { ...target, [step]: without(below, path) } : target;
}
