import { describe, expect, it } from 'vitest';
import { read, readFiles, readRoot, said, saidWhere, valueOf } from './reading.ts';

function parameter(declaration: string, use = '!Ref P'): string {
  return `Parameters:\n  P: {${declaration}}\nResources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties: {A: ${use}}\n`;
}

describe('parameters by their types', () => {
  it.each([
    ['Type: String, Default: 22', '"22"'],
    ['Type: String, Default: "true"', 'true'],
    ['Type: Number, Default: "22"', '22'],
    ['Type: Number, Default: 1.5', '1.5'],
    ['Type: CommaDelimitedList, Default: "a, b"', '["a", "b"]'],
    ['Type: CommaDelimitedList, Default: ""', '[""]'],
    ['Type: List<Number>, Default: "80,443"', '[80, 443]'],
    ['Type: List<AWS::EC2::Subnet::Id>, Default: "subnet-1,subnet-2"', '["subnet-1", "subnet-2"]'],
    ['Type: AWS::EC2::VPC::Id, Default: vpc-1', '"vpc-1"'],
    ['Type: AWS::EC2::VPC::Id', 'unknown (parameter P has no default here)'],
    [
      'Type: AWS::SSM::Parameter::Value<String>, Default: /a/b',
      'unknown (parameter P is looked up in Parameter Store when the stack is created)',
    ],
    ['Type: String, Default: x, NoEcho: true', 'secret "x"'],
    ['Type: String, Default: x, NoEcho: "True"', 'secret "x"'],
    ['Type: String, Default: x, NoEcho: yes', 'secret "x"'],
    ['Type: String, NoEcho: true', 'secret unknown (parameter P has no default here)'],
    ['Type: String, Default: "{{resolve:ssm-secure:a:1}}"', 'secret unknown (its dynamic reference is resolved when the stack is created)'],
    ['Type: String, Default: b, AllowedValues: [a, b]', '"b"'],
    ['Type: Number, Default: "1.0", AllowedValues: [1, 2]', '1'],
    ['Type: CommaDelimitedList, Default: "a,b", AllowedValues: [a, b, c]', '["a", "b"]'],
  ])('%s', (declaration, expected) => {
    const root = read(parameter(declaration));
    expect(valueOf(root, 'Logs', 'A')).toBe(expected);
    expect(said(root.diagnostics)).toEqual([]);
  });

  it('are not known where two versions of YAML read the default differently', () => {
    const root = read(parameter('Type: String, Default: yes'));
    const words = 'yes is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it';
    expect(valueOf(root, 'Logs', 'A')).toBe(`unknown (${words})`);
    expect(said(root.diagnostics)).toEqual([`warning ambiguous-scalar 2: ${words}`]);
  });

  it('have the type of the property that they are used for', () => {
    expect(valueOf(read(parameter('Type: String, Default: 22', '{FromPort: !Ref P}')), 'Logs', 'A', 'FromPort')).toBe('22');
  });

  it.each([
    ['Type: String, Default: c, AllowedValues: [a, b]', 'is "c", which its AllowedValues do not list'],
    ['Type: CommaDelimitedList, Default: "a,c", AllowedValues: [a, b]', 'is "a,c", which its AllowedValues do not list'],
    ['Type: Number, Default: many', 'is "many", which is no number as its Type asks for'],
    ['Type: Number, Default: secret, NoEcho: true', 'is a text, which is no number as its Type asks for'],
  ])('%s is refused, as CloudFormation does', (declaration, fault) => {
    const root = read(parameter(declaration));
    expect(valueOf(root, 'Logs', 'A')).toMatch(/unknown/u);
    expect(said(root.diagnostics)).toEqual([
      `undecided invalid-parameter 2: parameter P ${fault}; CloudFormation refuses it, so its value is not known; correct one of them`,
    ]);
  });
});

describe('files of parameters', () => {
  const template = `Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Ports: {Type: List<Number>}
  Key: {Type: String, NoEcho: true}
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties: {Env: !Ref Env, Ports: !Ref Ports, Key: !Ref Key}
`;
  const env = (parameters: string, name = 'p.json'): string[] => {
    const root = readRoot({ 'a.yaml': template, [name]: parameters }, { parameterFiles: [name] });
    return ['Env', 'Ports', 'Key'].map((each) => valueOf(root, 'Logs', each));
  };

  it.each([
    [
      'of the AWS CLI',
      'p.json',
      '[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Ports", "ParameterValue": "80,443"}, {"ParameterKey": "Key", "ParameterValue": "k"}]',
    ],
    [
      'of the AWS CLI in YAML',
      'p.yaml',
      '- {ParameterKey: Env, ParameterValue: prod}\n- {ParameterKey: Ports, ParameterValue: "80,443"}\n- ParameterKey: Key\n  ParameterValue: k\n',
    ],
    ['of overrides', 'p.json', '["Env=prod", "Ports=80,443", "Key=k"]'],
    [
      'of CodePipeline',
      'p.json',
      '{"Parameters": {"Env": "prod", "Ports": "80,443", "Key": "k"}, "Tags": {"a": "b"}, "StackPolicy": {"Statement": []}}',
    ],
    ['as a plain map', 'p.yml', 'Env: prod\nPorts: [80, 443]\nKey: k\n'],
    ['as a plain map in JSON', 'p.json', '\uFEFF{"Env": "prod", "Ports": "80, 443", "Key": "k"}'],
  ])('%s', (_, name, parameters) => {
    expect(env(parameters, name)).toEqual(['"prod"', '[80, 443]', 'secret "k"']);
  });

  it('what the stack has already is not known', () => {
    expect(env('[{"ParameterKey": "Env", "UsePreviousValue": true}]')[0]).toBe(
      'unknown (parameter Env keeps the value that the stack has)',
    );
    expect(env('{"Parameters": {"Env": {"Fn::GetParam": ["a", "b", "c"]}}}')[0]).toBe(
      'unknown (parameter Env is known only when the pipeline runs)',
    );
  });

  it('show where the value stands, and count among the files read', () => {
    const root = readRoot({ 'a.yaml': template, 'p.json': '{"Env": "prod"}' }, { parameterFiles: ['p.json'] });
    expect(root.files).toEqual(['a.yaml', 'p.json']);
  });

  it('of several, the last that names a parameter counts, for every root', () => {
    const { roots } = readFiles(
      { 'a.yaml': template, 'b.yaml': template, 'one.yaml': 'Env: dev\nKey: k\n', 'two.yaml': 'Env: prod\n' },
      { parameterFiles: ['one.yaml', 'two.yaml'] },
    );
    expect(roots.map((root) => `${root.path} ${valueOf(root, 'Logs', 'Env')} ${valueOf(root, 'Logs', 'Key')}`)).toEqual([
      'a.yaml "prod" secret "k"',
      'b.yaml "prod" secret "k"',
    ]);
  });

  it('say nothing to nested stacks, which have what their caller gives', () => {
    const main = 'Resources:\n  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a.yaml}}\n';
    const root = readRoot({ 'main.yaml': main, 'a.yaml': template, 'p.json': '{"Env": "prod"}' }, { parameterFiles: ['p.json'] });
    expect(valueOf(root, 'C.Logs', 'Env')).toBe('"dev"');
  });

  it.each([
    [
      'missing.json',
      '',
      'undecided unreadable missing.json:undefined: it gives values to parameters and cannot be read: it does not exist',
    ],
    ['p.json', '{"Env": ', 'undecided syntax p.json:1: not valid JSON: value expected'],
    [
      'p.json',
      '[{"Key": "Env", "Value": "prod"}]',
      'undecided invalid-parameters p.json:1: this is not written as a file of parameters has it: a list of ParameterKey and ParameterValue, or a map of names and texts',
    ],
    [
      'p.yaml',
      'Env: !Sub x\n',
      'undecided invalid-parameters p.yaml:1: the value of Env is not written as a file of parameters has it: a list of ParameterKey and ParameterValue, or a map of names and texts',
    ],
    [
      'p.yaml',
      'Env: on\n',
      'warning ambiguous-scalar p.yaml:1: on is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it',
    ],
    [
      'p.json',
      '{"Env": "dev", "Env": "prod"}',
      'undecided duplicate-key p.json:1: the key Env is written twice in one map; keep one of them',
    ],
    [
      'p.json',
      '{"Envv": "prod"}',
      'warning unused-parameter p.json:1: no template that is audited has a parameter Envv; correct its name, or remove it',
    ],
  ])('%s that says %s is told', (name, parameters, expected) => {
    const files = { 'a.yaml': template, ...(parameters === '' ? {} : { [name]: parameters }) };
    expect(saidWhere(readFiles(files, { parameterFiles: [name] }).diagnostics)).toContain(expected);
  });

  it('a value that the template does not allow is told at the file', () => {
    const root = readRoot({ 'a.yaml': template, 'p.json': '{"Env": "test"}' }, { parameterFiles: ['p.json'] });
    expect(valueOf(root, 'Logs', 'Env')).toBe('unknown (parameter Env is "test", which its AllowedValues do not list)');
    expect(saidWhere(root.diagnostics)).toEqual([
      'undecided invalid-parameter p.json:1: parameter Env is "test", which its AllowedValues do not list; CloudFormation refuses it, so its value is not known; correct one of them',
    ]);
  });
});
