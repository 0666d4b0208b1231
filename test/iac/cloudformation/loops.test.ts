import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/domain/source.ts';
import { at, linksOf, read, readRoot, resource, said, valueOf } from './reading.ts';

const transform = 'Transform: AWS::LanguageExtensions\n';

describe('Fn::ForEach', () => {
  const text = `${transform}Parameters:
  Names: {Type: CommaDelimitedList, Default: 'logs, site'}
Mappings: {Zones: {eu: {Names: [a, b]}}}
Conditions:
  Fn::ForEach::Wanted:
    - Name
    - [logs, site]
    - Wants\${Name}: !Equals ['\${Name}', logs]
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - Bucket\${Name}:
        Type: AWS::S3::Bucket
        Condition: Wants\${Name}
        Properties:
          BucketName: !Sub '\${Name}-x'
          Plain: \${Name}!
          Ref: !Ref Name
          Long: {Ref: Name}
          Other: !If ['Wants\${Name}', yes it is, 'no']
      Policy\${Name}:
        Type: AWS::S3::BucketPolicy
        DependsOn: Other
        Properties: {Bucket: !Ref 'Bucket\${Name}', Arn: !GetAtt ['Bucket\${Name}', Arn]}
  Fn::ForEach::Mapped:
    - Name
    - !FindInMap [Zones, eu, Names]
    - Mapped\${Name}: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket}
`;

  it('makes a resource of each item, in place of what the loop says', () => {
    const root = read(text);
    expect(root.resources.map(({ address, header }) => `${address} @ ${at(text, header)}`)).toEqual([
      'Other @ Other',
      'Bucketlogs @ Bucket${Name}',
      'Policylogs @ Policy${Name}',
      'Bucketsite @ Bucket${Name}',
      'Policysite @ Policy${Name}',
      'Mappeda @ Mapped${Name}',
      'Mappedb @ Mapped${Name}',
    ]);
    expect(root.diagnostics).toEqual([]);
  });

  it('puts the item into texts, references and conditions', () => {
    const root = read(text);
    expect(['BucketName', 'Plain', 'Ref', 'Long', 'Other'].map((name) => valueOf(root, 'Bucketlogs', name))).toEqual([
      '"logs-x"',
      '"logs!"',
      '"logs"',
      '"logs"',
      '"yes it is"',
    ]);
    expect(valueOf(root, 'Bucketsite')).toBe('not there');
    expect(linksOf(root, 'Policysite')).toEqual(['to Bucketsite by Bucket', 'to Bucketsite by Arn', 'to Other by DependsOn']);
  });

  it('within each other makes each pair; &{Item} is its letters and digits alone', () => {
    const root = read(`${transform}Resources:
  Fn::ForEach::Outer:
    - Stage
    - [dev, prod]
    - Fn::ForEach::Inner:
        - Address
        - [10.0.0.1, '\${Stage}-2']
        - Host&{Stage}&{Address}:
            Type: AWS::S3::Bucket
            Properties: {A: '\${Stage} \${Address} \${!Stage} \${Nobody}'}
`);
    expect(root.resources.map(({ address }) => `${address} ${valueOf(root, address, 'A')}`)).toEqual([
      'Hostdev10001 "dev 10.0.0.1 ${!Stage} ${Nobody}"',
      'Hostdevdev2 "dev dev-2 ${!Stage} ${Nobody}"',
      'Hostprod10001 "prod 10.0.0.1 ${!Stage} ${Nobody}"',
      'Hostprodprod2 "prod prod-2 ${!Stage} ${Nobody}"',
    ]);
  });

  it('in properties makes properties, and in outputs outputs', () => {
    const root = readRoot({
      'main.yaml': `Resources:
  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}
  User: {Type: AWS::S3::Bucket, Properties: {A: !GetAtt Child.Outputs.Outb}}
`,
      'child.yaml': `${transform}Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Block:
        Fn::ForEach::Each: [Item, [A, B], {'Deny\${Item}': true}]
        Kept: 1
Outputs:
  Fn::ForEach::Each: [Item, [a, b], {'Out\${Item}': {Value: 'x-\${Item}'}}]
`,
    });
    expect(valueOf(root, 'Child.Logs', 'Block')).toBe('{DenyA: true, DenyB: true, Kept: 1}');
    expect(valueOf(root, 'User', 'A')).toBe('"x-b"');
  });

  it('uses what a nested stack is given', () => {
    const root = readRoot({
      'main.yaml':
        'Resources:\n  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Names: "a,b"}}}\n',
      'child.yaml': `${transform}Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::X: [Name, !Ref Names, {'B\${Name}': {Type: AWS::S3::Bucket}}]
`,
    });
    expect(root.resources.map(({ address }) => address)).toEqual(['C', 'C.Ba', 'C.Bb']);
  });

  it.each([
    [
      'a collection without value',
      'Parameters: {Names: {Type: CommaDelimitedList}}',
      '[Name, !Ref Names, {"B${Name}": {Type: AWS::S3::Bucket}}]',
      'in its collection, parameter Names has no default here',
    ],
    [
      'an item that is not known',
      '',
      '[Name, [a, !Ref AWS::Region], {"B${Name}": {Type: AWS::S3::Bucket}}]',
      'in its collection, AWS::Region is known only when the stack is created',
    ],
    ['a text', '', '[Name, abc, {"B${Name}": {Type: AWS::S3::Bucket}}]', 'its collection is no list'],
    ['a list of maps', '', '[Name, [{a: b}], {"B${Name}": {Type: AWS::S3::Bucket}}]', 'its collection is no list of texts'],
    ['two parts', '', '[Name, [a]]', 'it is no list of an identifier, a collection and what to make'],
  ])('over %s says that it is not audited', (_, section, loop, reason) => {
    const root = read(`${transform}${section}\nResources:\n  Fn::ForEach::Many: ${loop}\n  Good: {Type: AWS::S3::Bucket}\n`);
    expect(said(root.diagnostics)).toEqual([
      `undecided unsupported-function 4: the resources that Fn::ForEach::Many makes are not known here, so they are not audited: ${reason}`,
    ]);
    expect(root.resources.map(({ address }) => address)).toEqual(['Good']);
  });

  it('in properties, over a collection without value, leaves the map unknown', () => {
    const root = read(`${transform}Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties: {Block: {Fn::ForEach::X: [I, !Ref AWS::Region, {'A\${I}': 1}], B: 2}}
`);
    expect(valueOf(root, 'Logs', 'Block', 'B')).toBe('unknown (Fn::ForEach::X is known only when the stack is created)');
  });

  it('that makes what is there already is told', () => {
    const root = read(`${transform}Resources:
  Ba: {Type: AWS::S3::Bucket}
  Fn::ForEach::X: [I, [a], {'B\${I}': {Type: AWS::EC2::Instance}}]
`);
    expect(said(root.diagnostics)).toEqual([
      'undecided duplicate-key 4: the resource Ba that a loop makes is there already; rename one of them',
    ]);
  });

  it('makes no more than the limit allows', () => {
    const items = Array.from({ length: 100 }, (_, index) => index).join(', ');
    const inner = `[C, [${items}], {'X\${A}\${B}\${C}': {Type: AWS::S3::Bucket}}]`;
    const root = read(
      `${transform}Resources:\n  Fn::ForEach::A: [A, [${items}], {Fn::ForEach::B: [B, [${items}], {Fn::ForEach::C: ${inner}}]}]\n`,
      { evaluationSteps: 20_000 },
    );
    expect(said(root.diagnostics)).toEqual([
      'undecided limit-loops 3: the loops of the template make more than 2000 values; what they make from here on is not audited',
    ]);
    expect(root.resources.map(({ address }) => address).slice(0, 3)).toEqual(['X000', 'X001', 'X002']);
    expect(root.resources.length).toBeLessThan(2000);
  });
});

describe('changes to what a loop makes', () => {
  const text = `${transform}Resources:
  Fn::ForEach::X:
    - I
    - [a, b]
    - B\${I}:
        Type: AWS::S3::Bucket
        Properties:
          Name: \${I}
`;

  it('are written in the loop, once', () => {
    const root = read(text);
    const edits = root.edits([{ kind: 'set', resource: resource(root, 'Ba'), path: ['A'], value: true }]);
    expect(applyEdits(text, edits ?? [])).toBe(`${text}          A: true\n`);
  });

  it('of two that share a text, and beside them, are not written', () => {
    const root = read(text);
    const set = (address: string) => ({ kind: 'set', resource: resource(root, address), path: ['A'], value: true }) as const;
    expect(root.edits([set('Ba'), set('Bb')])).toBeNull();
    expect(root.edits([{ kind: 'add', beside: resource(root, 'Ba'), type: 'AWS::S3::BucketPolicy', attributes: { A: 1 } }])).toBeNull();
  });

  it('are not written where a loop makes some of the properties', () => {
    const root = read(`${transform}Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Fn::ForEach::X: [I, [A, B], {'Deny\${I}': true}]
`);
    expect(root.edits([{ kind: 'set', resource: resource(root, 'Logs'), path: ['More'], value: true }])).toBeNull();
  });
});
