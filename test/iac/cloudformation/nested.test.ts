import { describe, expect, it } from 'vitest';
import { reference } from '../../../src/domain/change.ts';
import { applyEdits, SourceText } from '../../../src/domain/source.ts';
import { linksOf, readFiles, readRoot, resource, saidWhere, valueOf } from './reading.ts';

const child = `Parameters:
  Target: {Type: String}
  Public: {Type: String, Default: 'true'}
  Ports: {Type: CommaDelimitedList, Default: '80'}
Resources:
  Own:
    Type: AWS::S3::Bucket
    Properties:
      Block: {Acls: !Ref Public}
      Ports: !Ref Ports
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Target
Outputs:
  Name: {Value: !Ref Own}
  Given: {Value: !Ref Target}
  Ports: {Value: !Join [',', !Ref Ports]}
  Public: {Value: !Ref Public}
`;

function stack(name: string, url: string, ...parameters: readonly string[]): string {
  const given = parameters.length === 0 ? [] : ['      Parameters:', ...parameters.map((each) => `        ${each}`)];
  return [`  ${name}:`, '    Type: AWS::CloudFormation::Stack', '    Properties:', `      TemplateURL: ${url}`, ...given, ''].join('\n');
}

const logs = '  Logs:\n    Type: AWS::S3::Bucket\n';

describe('nested stacks', () => {
  const files = {
    'app/main.yaml': `Resources:
${logs}${stack('Child', './nested/child.yaml', 'Target: !Ref Logs', 'Public: false', "Ports: '22, 443'")}  Reader:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !GetAtt Child.Outputs.Name
      Same: !GetAtt [Child, Outputs.Given]
      Text: !Sub 'ports \${Child.Outputs.Ports}'
      Public: !GetAtt Child.Outputs.Public
      Nothing: !GetAtt Child.Outputs.Nothing
`,
    'app/nested/child.yaml': child,
  };

  it('are read inside their caller, under its name, and are no roots of their own', () => {
    const root = readRoot(files);
    expect(root.path).toBe('app/main.yaml');
    expect(root.files).toEqual(['app/main.yaml', 'app/nested/child.yaml']);
    expect(root.resources.map(({ root: of, address, header }) => `${of} ${address} ${header.file}:${header.start.line}`)).toEqual([
      'app/main.yaml Logs app/main.yaml:2',
      'app/main.yaml Child app/main.yaml:4',
      'app/main.yaml Reader app/main.yaml:12',
      'app/main.yaml Child.Own app/nested/child.yaml:6',
      'app/main.yaml Child.Policy app/nested/child.yaml:11',
    ]);
    expect(root.diagnostics).toEqual([]);
  });

  it('have the parameters that they are given, in the types that they declare', () => {
    const root = readRoot(files);
    expect(valueOf(root, 'Child.Own', 'Block', 'Acls')).toBe('false');
    expect(valueOf(root, 'Child.Own', 'Ports')).toBe('["22", "443"]');
    expect(valueOf(root, 'Child.Policy', 'Bucket')).toBe('unknown (the reference to Logs is known only when the stack is created) [Logs.]');
  });

  it('stand where the nested template says a value, and show where the caller wrote it', () => {
    const [own] = resource(readRoot(files), 'Child.Own').instances;
    if (own?.attributes.state !== 'known' || !(own.attributes.data instanceof Map)) throw new Error('Child.Own has no attributes');
    const block: unknown = own.attributes.data.get('Block').data.get('Acls');
    expect(block).toMatchObject({
      span: { file: 'app/nested/child.yaml', start: { line: 9 } },
      origin: { file: 'app/main.yaml', start: { line: 10 } },
    });
  });

  it('give their outputs to their caller', () => {
    const root = readRoot(files);
    expect(valueOf(root, 'Reader', 'Bucket')).toBe('unknown (the reference to Own is known only when the stack is created) [Child.Own.]');
    expect(valueOf(root, 'Reader', 'Same')).toBe('unknown (the reference to Logs is known only when the stack is created) [Logs.]');
    expect(valueOf(root, 'Reader', 'Text')).toBe('"ports 22,443"');
    expect(valueOf(root, 'Reader', 'Public')).toBe('false');
    expect(valueOf(root, 'Reader', 'Nothing')).toBe(
      'unknown (Outputs.Nothing of Child is known only when the stack is created) [Child.Outputs.Nothing]',
    );
  });

  it('are linked through parameters and outputs, both ways', () => {
    const root = readRoot(files);
    expect(linksOf(root, 'Child.Policy')).toEqual(['to Logs by Bucket']);
    expect(linksOf(root, 'Child.Own')).toEqual(['from Reader by Bucket']);
    expect(linksOf(root, 'Logs')).toEqual(['from Child by Parameters', 'from Reader by Same', 'from Child.Policy by Bucket']);
  });

  it('are one declaration for several calls, each with its own values', () => {
    const root = readRoot({
      'main.yaml': `Resources:\n${stack('A', 'child.yaml', 'Target: a')}${stack('B', 'child.yaml', 'Target: b', 'Public: "false"')}`,
      'child.yaml': child,
    });
    expect(['A', 'B'].map((call) => valueOf(root, `${call}.Own`, 'Block', 'Acls'))).toEqual(['true', 'false']);
    expect(['A', 'B'].map((call) => valueOf(root, `${call}.Policy`, 'Bucket'))).toEqual(['"a"', '"b"']);
    expect(resource(root, 'A.Own').source).toEqual(resource(root, 'B.Own').source);
  });

  it('need not stand in the order in which they need each other, and may lie within each other', () => {
    const root = readRoot({
      'main.yaml': `Resources:\n${stack('First', 'middle.yaml', 'Target: !GetAtt Second.Outputs.Name')}${stack('Second', 'child.yaml', 'Target: x')}`,
      'middle.yaml': `Parameters: {Target: {Type: String}}\nResources:\n${stack('Inner', 'child.yaml', 'Target: !Ref Target')}`,
      'child.yaml': child,
    });
    expect(linksOf(root, 'First.Inner.Policy')).toEqual(['to Second.Own by Bucket']);
    expect(root.resources.map(({ address }) => address)).toEqual([
      'First',
      'Second',
      'First.Inner',
      'Second.Own',
      'Second.Policy',
      'First.Inner.Own',
      'First.Inner.Policy',
    ]);
  });

  it('that ask each other in a circle get nothing', () => {
    const root = readRoot({
      'main.yaml': `Resources:\n${stack('A', 'child.yaml', 'Target: !GetAtt B.Outputs.Given')}${stack('B', 'child.yaml', 'Target: !GetAtt A.Outputs.Given')}`,
      'child.yaml': child,
    });
    expect(valueOf(root, 'A.Policy', 'Bucket')).toBe('unknown (templates ask each other for it in a circle)');
  });

  it('under a condition that does not hold are not there, nor is what they declare', () => {
    const root = readRoot({
      'main.yaml': `Conditions: {Never: !Equals [a, b]}\nResources:\n${stack('Child', 'child.yaml').replace('    Prop', '    Condition: Never\n    Prop')}`,
      'child.yaml': child,
    });
    expect(valueOf(root, 'Child.Own')).toBe('not there');
    expect(valueOf(root, 'Child')).toBe('not there');
  });

  it('take all parameters from a function that is known', () => {
    const root = readRoot({
      'main.yaml': `Conditions: {Always: !Equals [a, a]}\nResources:\n${stack('Child', 'child.yaml', 'Fn::If: [Always, {Public: false, Target: t}, {}]')}`,
      'child.yaml': child,
    });
    expect(valueOf(root, 'Child.Own', 'Block', 'Acls')).toBe('false');
    expect(valueOf(root, 'Child.Policy', 'Bucket')).toBe('"t"');
  });

  it('take parameters that stand behind aliases and merge keys', () => {
    const root = readRoot({
      'main.yaml': `Metadata: {Common: &common {Parameters: &given {Target: t}}}
Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: *given}}
  B: {Type: AWS::CloudFormation::Stack, Properties: {<<: *common, TemplateURL: child.yaml}}
  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {<<: *given, Public: false}}}
`,
      'child.yaml': child,
    });
    expect(['A', 'B', 'C'].map((name) => valueOf(root, `${name}.Policy`, 'Bucket'))).toEqual(['"t"', '"t"', '"t"']);
    expect(['A', 'B', 'C'].map((name) => valueOf(root, `${name}.Own`, 'Block', 'Acls'))).toEqual(['true', 'true', 'false']);
  });

  it('give no output whose condition does not hold', () => {
    const root = readRoot({
      'main.yaml': `Resources:\n${stack('Child', 'child.yaml')}  User: {Type: AWS::S3::Bucket, Properties: {A: !GetAtt Child.Outputs.X}}\n`,
      'child.yaml': `Conditions: {Never: !Equals [a, b]}\nResources:\n${logs}Outputs: {X: {Value: x, Condition: Never}}\n`,
    });
    expect(valueOf(root, 'User', 'A')).toBe('unknown (Outputs.X of Child is known only when the stack is created) [Child.Outputs.X]');
  });

  it('of SAM are read alike', () => {
    const root = readRoot({
      'main.yaml': `Transform: AWS::Serverless-2016-10-31
Resources:
${logs}  Child:
    Type: AWS::Serverless::Application
    Properties:
      Location: nested/child.yaml
      Parameters: {Target: !Ref Logs}
`,
      'nested/child.yaml': child,
    });
    expect(linksOf(root, 'Child.Policy')).toEqual(['to Logs by Bucket']);
  });

  it('of CDK are found by the file that it notes', () => {
    const text = JSON.stringify({
      Resources: {
        Nested: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { TemplateURL: { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }]] }, Parameters: { Target: 'x' } },
          Metadata: { 'aws:cdk:path': 'App/Nested', 'aws:asset:path': 'child.yaml', 'aws:asset:property': 'TemplateURL' },
        },
      },
    });
    const root = readRoot({ 'cdk.out/App.template.json': text, 'cdk.out/child.yaml': child });
    expect(valueOf(root, 'Nested.Policy', 'Bucket')).toBe('"x"');
    expect(resource(root, 'Nested').path).toBe('App/Nested');
    expect(resource(root, 'Nested.Own').path).toBeUndefined();
  });
});

describe('nested stacks that are not read', () => {
  it('an address behind an alias', () => {
    const root = readRoot({
      'main.yaml':
        'Metadata: {X: &all {TemplateURL: child.yaml}}\nResources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: *all}\n',
    });
    expect(saidWhere(root.diagnostics)).toEqual([
      'unresolved unresolved-module main.yaml:3: Child comes from an address that is not a plain text, which is no file of this repository and not read; what it declares is not audited',
    ]);
  });

  it.each([
    [
      'an address in S3',
      'https://bucket.s3.amazonaws.com/child.yaml',
      'unresolved unresolved-module main.yaml:2: Child comes from https://bucket.s3.amazonaws.com/child.yaml, which is no file of this repository and not read; what it declares is not audited',
    ],
    [
      'an address that a function makes',
      '!Sub "https://${AWS::Region}/child.yaml"',
      'unresolved unresolved-module main.yaml:2: Child comes from an address that is not a plain text, which is no file of this repository and not read; what it declares is not audited',
    ],
    [
      'a file that is not there',
      'missing.yaml',
      'undecided unresolved-module main.yaml:2: Child comes from missing.yaml, which is no template; correct its address or commit the template',
    ],
    [
      'a file outside',
      '../../secret.yaml',
      'undecided unresolved-module main.yaml:2: Child comes from ../../secret.yaml, which is no template; correct its address or commit the template',
    ],
    ['itself', 'main.yaml', 'undecided module-cycle main.yaml:2: Child calls main.yaml, which is being called already; break the cycle'],
  ])('%s', (_, url, expected) => {
    const root = readRoot({ 'main.yaml': `Resources:\n${stack('Child', url)}` });
    expect(saidWhere(root.diagnostics)).toEqual([expected]);
    expect(root.resources.map(({ address }) => address)).toEqual(['Child']);
  });

  it('two templates that call each other: the first is the root', () => {
    const root = readRoot({ 'a.yaml': `Resources:\n${stack('B', 'b.yaml')}`, 'b.yaml': `Resources:\n${stack('A', 'a.yaml')}` });
    expect(root.resources.map(({ address }) => address)).toEqual(['B', 'B.A']);
    expect(saidWhere(root.diagnostics)).toEqual([
      'undecided module-cycle b.yaml:2: B.A calls a.yaml, which is being called already; break the cycle',
    ]);
  });

  it('calls that double with each template end at a limit', () => {
    const files: Record<string, string> = {};
    for (let level = 0; level < 20; level += 1)
      files[`${String(level).padStart(2, '0')}.yaml`] =
        `Resources:\n${stack('A', `${String(level + 1).padStart(2, '0')}.yaml`)}${stack('B', `${String(level + 1).padStart(2, '0')}.yaml`)}`;
    files['20.yaml'] = `Resources:\n${logs}`;
    const { diagnostics } = readRoot(files);
    expect([...new Set(diagnostics.map(({ level, code, message }) => `${level} ${code}: ${message}`))]).toEqual([
      'undecided limit-eval: more than 10000 nested stacks, or more than 100 within each other, are over the limit; the others are not read',
    ]);
  });

  it('what is wrong in a nested template is said once, of its file', () => {
    const root = readRoot({
      'main.yaml': `Resources:\n${stack('A', 'child.yaml')}${stack('B', 'child.yaml')}`,
      'child.yaml': 'Resources:\n  X: {Type: AWS::S3::Bucket, Properties: {A: yes}}\n  X: {Type: AWS::S3::Bucket}\n',
    });
    expect(saidWhere(root.diagnostics)).toEqual([
      'undecided duplicate-key child.yaml:3: the key X is written twice in one map; keep one of them',
      'warning ambiguous-scalar child.yaml:2: yes is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it',
    ]);
  });

  it('a logical id with a dot cannot pass for a resource of a nested stack', () => {
    const root = readRoot({
      'main.yaml': `Resources:\n${stack('Child', 'child.yaml', 'Target: x')}  Child.Own: {Type: AWS::S3::Bucket}\n`,
      'child.yaml': child,
    });
    expect(saidWhere(root.diagnostics)).toEqual([
      'undecided invalid-resource main.yaml:8: Child.Own is no logical id, which has letters and digits alone; rename it',
    ]);
  });
});

describe('paths that were asked for', () => {
  const files = { 'main.yaml': `Resources:\n${stack('Child', 'child.yaml', 'Target: x')}`, 'child.yaml': child };

  it('the caller of a template that was asked for is read with it', () => {
    expect(valueOf(readRoot(files, { selected: (file) => file === 'child.yaml' }), 'Child.Policy', 'Bucket')).toBe('"x"');
  });

  it('a template that nobody asked for, and that calls nothing that was, is no root', () => {
    expect(
      readFiles({ ...files, 'other.yaml': `Resources:\n${logs}` }, { selected: (file) => file === 'main.yaml' }).roots.map(
        ({ path }) => path,
      ),
    ).toEqual(['main.yaml']);
  });
});

describe('changes to nested stacks', () => {
  const files = {
    'main.yaml': `Resources:\n${logs}${stack('Child', 'child.yaml', 'Target: !Ref Logs')}`,
    'child.yaml': 'Resources:\n  Own:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\n',
  };

  it('are written in the nested template, in its own words, and read again', () => {
    const root = readRoot(files);
    const own = resource(root, 'Child.Own');
    const edits = root.edits([
      { kind: 'set', resource: own, path: ['A'], value: 2 },
      { kind: 'add', beside: own, type: 'AWS::S3::BucketPolicy', attributes: { Bucket: reference(own, '') } },
    ]);
    const text = applyEdits(files['child.yaml'], edits ?? []);
    expect(text).toBe(
      'Resources:\n  Own:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 2\n  OwnBucketPolicy:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref Own\n',
    );
    const copy = root.reread(new Map([['child.yaml', new SourceText('child.yaml', text)]]));
    expect(copy.added.map(({ address }) => address)).toEqual(['Child.OwnBucketPolicy']);
    expect(copy.removed).toEqual([]);
    expect(copy.diagnostics).toEqual([]);
    expect(copy.resource('Child.Own')?.related.map((link) => link.resource.address)).toEqual(['Child.OwnBucketPolicy']);
  });

  it('cannot refer to what another template declares', () => {
    const root = readRoot(files);
    const change = {
      kind: 'set',
      resource: resource(root, 'Child.Own'),
      path: ['B'],
      value: reference(resource(root, 'Logs'), ''),
    } as const;
    expect(root.edits([change])).toBeNull();
  });
});
