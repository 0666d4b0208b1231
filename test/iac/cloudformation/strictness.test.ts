import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, SourceText } from '../../../src/domain/source.ts';
import type { Span } from '../../../src/domain/source.ts';
import type { Value } from '../../../src/domain/value.ts';
import { mayBeTemplate, readCloudFormation } from '../../../src/iac/cloudformation/index.ts';
import { DEFAULT_LIMITS } from '../../../src/iac/limits.ts';
import { bucket, properties, read, said } from './reading.ts';

const good = 'Resources:\n  Good:\n    Type: AWS::S3::Bucket\n';

function names(text: string): string[] {
  return read(text).resources.map(({ address }) => address);
}

describe('what two readers may take differently is told, and the rest is read', () => {
  it.each([
    [
      'a key twice',
      `${good}  Good:\n    Type: AWS::EC2::Instance\n`,
      ['undecided duplicate-key 4: the key Good is written twice in one map; keep one of them'],
      ['Good'],
    ],
    [
      'a second document with resources',
      `${good}---\nResources:\n  Good: {Type: A::B::C}\n  Second: {Type: AWS::S3::Bucket}\n`,
      ['undecided several-documents 4: a template is one YAML document, and another starts here; make it a file of its own'],
      ['Good', 'Second'],
    ],
    [
      'a key twice, once quoted',
      `${good}  "Good":\n    Type: AWS::EC2::Instance\n`,
      ['undecided duplicate-key 4: the key Good is written twice in one map; keep one of them'],
      ['Good'],
    ],
    [
      'a key twice in JSON',
      '{"Resources": {\n"Good": {"Type": "AWS::S3::Bucket",\n"Type": "x"}}}',
      ['undecided duplicate-key 3: the key Type is written twice in one map; keep one of them'],
      ['Good'],
    ],
    [
      'several documents',
      `${good}---\n${good}`,
      ['undecided several-documents 4: a template is one YAML document, and another starts here; make it a file of its own'],
      ['Good'],
    ],
    [
      'a directive',
      `%YAML 1.1\n---\n${good}`,
      ['undecided yaml-directive 1: a template has no YAML directives; remove this line'],
      ['Good'],
    ],
    [
      'an unknown function',
      `${good}    Properties:\n      A: !Foo x\n`,
      ['undecided unknown-tag 5: Unresolved tag: !Foo; CloudFormation has no such function'],
      ['Good'],
    ],
    [
      'a map as a key',
      `${good}  ? {a: b}\n  : x\n`,
      ['undecided complex-key 4: the key of a map is a plain or quoted text without tag, anchor or alias; write it so'],
      ['Good'],
    ],
    [
      'a tagged key',
      `${good}  !Ref B: {Type: AWS::S3::Bucket}\n`,
      ['undecided complex-key 4: the key of a map is a plain or quoted text without tag, anchor or alias; write it so'],
      ['Good', 'B'],
    ],
    [
      'an alias of nothing',
      `${good}    Properties: {A: *nowhere}\n`,
      ['undecided unknown-alias 4: the alias *nowhere names no anchor before it'],
      ['Good'],
    ],
    [
      'an alias of itself',
      `${good}    Properties: {A: &a [*a]}\n`,
      ['undecided unknown-alias 4: the alias *a names no anchor before it'],
      ['Good'],
    ],
    ['a tab', `${good}\tBad: 1\n`, ['undecided syntax 4: not valid YAML: Tabs are not allowed as indentation'], ['Good']],
    [
      'a quote that never ends',
      `${good}    Properties:\n      A: "never ends\n`,
      ['undecided syntax 6: not valid YAML: Missing closing "quote'],
      ['Good'],
    ],
    [
      'a comment in JSON',
      '{"Resources": {\n// here\n"Good": {"Type": "AWS::S3::Bucket"}}}',
      ['undecided syntax 2: not valid JSON: invalid comment token'],
      ['Good'],
    ],
    [
      'JSON that is cut off',
      '{"Resources": {\n"Good": {"Type": "AWS::S3::Bucket"}',
      ['undecided syntax 2: not valid JSON: close brace expected', 'undecided syntax 2: not valid JSON: close brace expected'],
      ['Good'],
    ],
    [
      'a resource without a type',
      `${good}  Bad: {Properties: {}}\n`,
      ['undecided invalid-resource 4: Bad is no map with a Type that can be read here, as a resource must be, so it is not audited'],
      ['Good'],
    ],
    [
      'a comma too many in JSON',
      '{"Resources": {\n"Good": {"Type": "AWS::S3::Bucket",}}}',
      ['undecided syntax 2: not valid JSON: property name expected', 'undecided syntax 2: not valid JSON: value expected'],
      ['Good'],
    ],
    ['a byte order mark', `\uFEFF${good}`, [], ['Good']],
    ['a byte order mark before JSON', '\uFEFF{"Resources": {"Good": {"Type": "AWS::S3::Bucket"}}}', [], ['Good']],
    [
      'a merge key of itself',
      `${good}    Properties: &all {A: 1, <<: *all}\n`,
      ['undecided unknown-alias 4: the alias *all names no anchor before it'],
      ['Good'],
    ],
    [
      'rules that are a list',
      `Rules: [a]\n${good}`,
      ['undecided invalid-section 1: Rules is a map of names; this is not, so it is not read'],
      ['Good'],
    ],
    [
      'hooks that are a text',
      `Hooks: a\n${good}`,
      ['undecided invalid-section 1: Hooks is a map of names; this is not, so it is not read'],
      ['Good'],
    ],
    [
      'a mapping that is a list',
      `Mappings: {Sizes: [1], Good: {a: {b: c}}}\n${good}`,
      ['undecided invalid-section 1: Sizes is no map of maps, as a mapping is; correct it'],
      ['Good'],
    ],
    [
      'a mapping of texts',
      `Mappings: {Sizes: {small: 1}}\n${good}`,
      ['undecided invalid-section 1: Sizes is no map of maps, as a mapping is; correct it'],
      ['Good'],
    ],
    ['a mapping that is included', `Mappings: {Fn::Transform: {Name: AWS::Include}}\n${good}`, [], ['Good']],
    [
      'a parameter without a type',
      `Parameters: {P: {Default: 1}}\n${good}`,
      ['undecided invalid-section 1: P is no map with a Type, as a parameter is; correct it'],
      ['Good'],
    ],
    [
      'outputs that are a list',
      `Outputs: [a]\n${good}`,
      ['undecided invalid-section 1: Outputs is a map of names; this is not, so it is not read'],
      ['Good'],
    ],
    [
      'a macro of its own',
      `Transform: [AWS::LanguageExtensions, Mine]\n${good}`,
      [
        'warning unresolved-macro 1: the macro Mine changes the template before it is deployed and is not run here; what it adds is not audited',
      ],
      ['Good'],
    ],
    [
      'an included part',
      `Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}\n${good}`,
      [
        'warning unresolved-macro 1: the macro AWS::Include changes the template before it is deployed and is not run here; what it adds is not audited',
      ],
      ['Good'],
    ],
    [
      'resources made by a function',
      `${good}  Fn::ForEach::Many: [X, [a], {}]\n`,
      [
        'undecided unsupported-function 4: the resources that Fn::ForEach::Many makes are not known here, so they are not audited; it needs the transform AWS::LanguageExtensions',
      ],
      ['Good'],
    ],
    [
      'resources that are a list',
      'AWSTemplateFormatVersion: 2010-09-09\nResources: []\n',
      ['undecided invalid-section 2: Resources is a map of names; this is not, so it is not read'],
      [],
    ],
  ])('%s', (_, text, diagnostics, resources) => {
    expect(said(read(text).diagnostics)).toEqual(diagnostics);
    expect(names(text)).toEqual(resources);
  });

  it.each([
    ['yes', 'is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it'],
    ['No', 'is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it'],
    ['on', 'is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it'],
    ['off', 'is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it'],
    ['y', 'is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it'],
    ['1:30', 'is a number to the base of 60 in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
    ['0026', 'is read as an octal number or a text in YAML 1.1 and as a decimal number in YAML 1.2; quote it, or write the number plainly'],
    [
      '012345678901',
      'is read as an octal number or a text in YAML 1.1 and as a decimal number in YAML 1.2; quote it, or write the number plainly',
    ],
    ['0o17', 'is a text in YAML 1.1 and an octal number in YAML 1.2; quote it, or write the number plainly'],
    ['0b11', 'is a binary number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
    ['1_000', 'is a number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
    ['1_0.5', 'is a number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
    ['-0x1F', 'is a number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
    ['1e3', 'is a text in YAML 1.1 and a number in YAML 1.2; quote it, or write the number plainly'],
    ['1.5e3', 'is a text in YAML 1.1 and a number in YAML 1.2; quote it, or write the number plainly'],
  ])('a value %s is neither of what it may be', (written, words) => {
    const text = bucket(`A: ${written}`);
    expect(said(read(text).diagnostics)).toEqual([`warning ambiguous-scalar 5: ${written} ${words}`]);
    expect(properties(text, 'Logs')).toEqual([`A: unknown (${written} ${words}) @ ${written}`]);
  });

  it.each([
    ['2012-10-17', '"2012-10-17"'],
    ["'yes'", '"yes"'],
    ['"0026"', '"0026"'],
    ['1.5e+3', '1500'],
    ['10.0.0.0/8', '"10.0.0.0/8"'],
    ['0', '0'],
    ['True', 'true'],
    ['~', 'absent'],
    ['0x1F', '31'],
  ])('a value %s is read alike by all', (written, expected) => {
    const text = bucket(`A: ${written}`);
    expect(said(read(text).diagnostics)).toEqual([]);
    expect(properties(text, 'Logs')).toEqual([`A: ${expected} @ ${written}`]);
  });

  it('the type N of DynamoDB is a text', () => {
    const text = bucket('AttributeType: N');
    expect(said(read(text).diagnostics)).toEqual([]);
    expect(properties(text, 'Logs')).toEqual(['AttributeType: "N" @ N']);
  });

  it('names that objects inherit are names like any other', () => {
    const text =
      '{"Resources": {"__proto__": {"Type": "AWS::S3::Bucket", "Properties": {"constructor": 1}}, "toString": {"Type": "AWS::S3::Bucket"}}}';
    expect(names(text)).toEqual(['__proto__', 'toString']);
    expect(properties(text, '__proto__')).toEqual(['constructor: 1 @ 1']);
  });
});

/** Lists within lists: the innermost is the `depth`th map or list. */
function nestedYaml(depth: number): string {
  const lists = depth - 4;
  return bucket(`A: ${'['.repeat(lists)}x${']'.repeat(lists)}`);
}

function nestedJson(depth: number): string {
  const lists = depth - 4;
  return `{"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"A": ${'['.repeat(lists)}${']'.repeat(lists)}}}}}`;
}

describe('limits', () => {
  const tooDeep = (limit: number, line: number): string =>
    `undecided limit-depth ${line}: maps and lists lie within each other more than ${limit} deep; the file is not read`;

  it.each([
    [19, []],
    [20, []],
    [21, [tooDeep(20, 5)]],
  ])('YAML %i deep with a limit of 20', (depth, expected) => {
    expect(said(read(nestedYaml(depth), { depth: 20 }).diagnostics)).toEqual(expected);
  });

  it.each([
    [19, []],
    [20, []],
    [21, [tooDeep(20, 1)]],
  ])('JSON %i deep with a limit of 20', (depth, expected) => {
    expect(said(read(nestedJson(depth), { depth: 20 }).diagnostics)).toEqual(expected);
  });

  it.each([
    ['open brackets', bucket(`A: ${'['.repeat(50_000)}`), 5],
    ['open braces', bucket(`A: ${'{a: '.repeat(5_000)}`), 5],
    ['dashes', bucket(`A:`, `  ${'- '.repeat(5_000)}x`), 6],
    ['indented keys', bucket(...Array.from({ length: 400 }, (__, level) => `${' '.repeat(level)}a:`)), 202],
    ['brackets of JSON', `{"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"A": ${'['.repeat(100_000)}`, 1],
  ])('a bomb of %s is refused before anything recurses', (_, text, line) => {
    expect(said(read(text).diagnostics)).toEqual([tooDeep(200, line)]);
  });

  it('brackets within JSON texts do not count', () => {
    expect(
      said(read(`{"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"A": "${'[\\"'.repeat(300)}"}}}}`).diagnostics),
    ).toEqual([]);
  });

  const aliases = (count: number): string => bucket('A: &a x', ...Array.from({ length: count }, (_, index) => `B${index}: *a`));

  it.each([
    [49, []],
    [50, []],
    [51, ['undecided limit-aliases 56: the template has more than 50 aliases; those from here on are not followed']],
  ])('%i aliases', (count, expected) => {
    expect(said(read(aliases(count)).diagnostics)).toEqual(expected);
  });

  it('an alias bomb costs no more than the limit, and the resource beside it is read', () => {
    const levels = 'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array.from({ length: 7 }, () => `*${'abcdefg'[index]}`).join(', ')}]`);
    const text = `${bucket(`a: &a [${'x, '.repeat(100)}]`, ...levels)}  Other:\n    Type: AWS::S3::Bucket\n    Properties: {A: true}\n`;
    const root = read(text);
    expect(said(root.diagnostics)).toEqual([
      'undecided limit-aliases 8: the aliases of the template stand for more than 10000 values; those from here on are not known',
    ]);
    expect(properties(text, 'Other')).toEqual(['A: true @ true']);
  });

  it('values past the number of steps are unknown', () => {
    const text = bucket('A: [1, 2, 3, 4]', 'B: [1, 2, 3, 4]');
    expect(said(read(text, { evaluationSteps: 11 }).diagnostics)).toEqual([]);
    expect(said(read(text, { evaluationSteps: 10 }).diagnostics)).toEqual([
      'undecided limit-eval 6: the template takes more than 10 steps to evaluate; values from here on are not known',
    ]);
  });

  it.each([
    [2, []],
    [3, []],
    [4, ['undecided limit-keys 8: the map has more than 3 keys; those from here on are not read']],
  ])('%i keys of a map with a limit of 3', (count, expected) => {
    const text = bucket(...Array.from({ length: count }, (_, index) => `K${index}: 1`));
    expect(said(read(text, { keys: 3 }).diagnostics)).toEqual(expected);
  });

  it('a text that functions make longer than 1 MiB is unknown', () => {
    const text = `Parameters:\n  P: {Type: String, Default: ${'x'.repeat(4000)}}\n${bucket(`A: !Sub "${'${P}'.repeat(300)}"`)}`;
    expect(properties(text, 'Logs')[0]).toMatch(/^A: unknown \(its text is longer than 1048576 characters\)/u);
  });
});

describe('any text', () => {
  const whole = `AWSTemplateFormatVersion: 2010-09-09
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Name: {Type: String, Default: logs}, Names: {Type: CommaDelimitedList, Default: "a,b"}}
Conditions: {Prod: !Equals [!Ref Name, "prod"], Other: !Not [!Condition Prod]}
Resources:
  Logs: # comment
    Type: AWS::S3::Bucket
    Condition: Other
    Properties: &all
      BucketName: !Sub "\${Name}-\${AWS::Region}"
      Tags:
        - {Key: 'a', Value: !If [Prod, 1, !Ref AWS::NoValue]}
      Text: |
        {{resolve:ssm:x}}
  Fn::ForEach::Each:
    - Item
    - !Ref Names
    - Bucket\${Item}:
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Ref Item, Json: !ToJsonString {a: !GetAtt Child.Outputs.Out}}
  Policy: {Type: AWS::S3::BucketPolicy, Properties: {<<: *all, Bucket: !GetAtt Child.Outputs.Out}}
  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {P: !Ref Logs, Q: !Ref Names}}}
`;
  const child = `Parameters: {P: {Type: String}, Q: {Type: List<String>}}
Resources:
  Policy: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref P, Tags: !Ref Q, Sum: !Join [',', !Ref Q]}}
Outputs: {Out: {Value: !Ref P}}
`;
  const json = '{"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"A": [1, {"Fn::Join": ["", ["a", {"Ref": "Logs"}]]}]}}}}';
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom(
      ...String.raw`{}[]:,-?&*!|>%@"'#`.split(''),
      '\t',
      '\n',
      '\r',
      '\0',
      '\uFEFF',
      '\uE000',
      '\uD800',
      '---\n',
      '<<: ',
      '*all',
      '&all ',
      '!Sub ',
      '${',
      '\n  ',
      'Fn::If: ',
      'Resources:\n',
    ),
  );
  const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat({ max: 12 }), piece });

  it('is read without throwing, and every place said lies in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(whole, child, json), fc.array(mutation, { minLength: 1, maxLength: 4 }), (start, mutations) => {
        let text = start;
        for (const { at, cut, piece: inserted } of mutations) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + inserted + text.slice(offset + cut);
        }
        const texts = new Map([
          ['a.yaml', start === child ? whole : text],
          ['child.yaml', start === child ? text : child],
        ]);
        const sources = [...texts].map(([file, each]) => new SourceText(file, each));
        for (const root of readCloudFormation(sources, { limits: DEFAULT_LIMITS }).roots) {
          for (const { span } of root.diagnostics)
            expect(span === undefined || span.end.offset <= (texts.get(span.file) ?? '').length).toBe(true);
          for (const { source, header, instances, related, address } of root.resources) {
            expect(contains(source, header)).toBe(true);
            for (const { attributes } of instances) expectWithin(attributes, source, address);
            for (const { resource } of related) expect(root.resources).toContain(resource);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('tells the first hundred of one kind of problem, and that there are more', () => {
    const text = `${good}${'A: 1\n'.repeat(150_000)}`;
    const { diagnostics } = read(text);
    expect(said(diagnostics).slice(98)).toEqual([
      'undecided duplicate-key 103: the key A is written twice in one map; keep one of them',
      'undecided duplicate-key 104: the key A is written twice in one map; keep one of them',
      'undecided duplicate-key 105: there are more than 100 problems of this kind; those from here on are not told',
    ]);
  });
});

function expectWithin(value: Value, source: Span, address: string): void {
  expect(contains(source, value.span), `a value of ${address} lies outside its declaration`).toBe(true);
  if (value.state !== 'known' || typeof value.data !== 'object') return;
  for (const below of value.data.values()) expectWithin(below, source, address);
}

describe('what counts as a template', () => {
  const isTemplate = (file: string, text: string): boolean =>
    mayBeTemplate(text) && readCloudFormation([new SourceText(file, text)], { limits: DEFAULT_LIMITS }).roots.length === 1;

  it.each([
    ['YAML with a resource', good, true],
    ['indented or quoted keys', '"Resources":\n  "Good":\n    "Type": "AWS::S3::Bucket"\n', true],
    ['flow style', '{Resources: {Good: {Type: AWS::S3::Bucket}}}', true],
    ['a version alone', 'AWSTemplateFormatVersion: 2010-09-09\nDescription: empty\n', true],
    ['JSON on one line', '{"Resources":{"Good":{"Type":"AWS::S3::Bucket"}}}', true],
    ['custom resources', '{"Resources":{"Good":{"Type":"Custom::Thing"}}}', true],
    ['escaped letters', '{"\\u0052esources":{"Good":{"T\\u0079pe":"\\u0041WS::S3::Bucket"}}}', true],
    ['escaped letters in YAML', '"\\x52esources": {Good: {Type: "\\x41WS::S3::Bucket"}}\n', true],
    ['an indented document', '  Resources:\n    Good:\n      Type: AWS::S3::Bucket\n', true],
    ['a key with an anchor', '&a Resources:\n  Good:\n    Type: AWS::S3::Bucket\n', true],
    ['a key that is an alias', 'A: &a Resources\n*a :\n  Good:\n    Type: AWS::S3::Bucket\n', true],
    ['resources that a function makes', 'Resources:\n  Fn::ForEach::X: [A, [b], {}]\n', true],
    ['a broken playbook', 'tasks:\n  - Resources AWS:: [\n  : {{ x }}\n', false],
    ['a file that is broken', 'Resources:\n  Good:\n    Type: AWS::S3::Bucket\n  : [', true],
    ['a compose file', 'services:\n  web:\n    image: nginx\n', false],
    ['a manifest', 'apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n', false],
    ['a package', '{"name": "x", "version": "1.0.0"}', false],
    ['words about templates', 'text: "Resources: see Type: AWS::S3::Bucket"\n', false],
  ])('%s', (_, text, expected) => {
    expect(isTemplate('some.template', text)).toBe(expected);
  });
});
