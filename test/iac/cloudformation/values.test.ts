import { describe, expect, it } from 'vitest';
import { all, asString, at as attribute, document } from '../../../src/domain/value.ts';
import { at, bucket, properties, read, resource, say } from './reading.ts';

describe('what a template says', () => {
  it('reads scalars, maps and lists, each blamed where it is written', () => {
    const text = bucket(
      'BucketName: logs # the name',
      'Encrypted: true',
      "Quoted: 'false'",
      'Count: 22',
      'Block:',
      '  BlockPublicAcls: false',
      'List:',
      '- a',
      '- b',
      'Flow: {A: [1, 2]}',
      'Nothing:',
      'Null: ~',
    );
    expect(properties(text, 'Logs')).toEqual([
      'BucketName: "logs" @ logs',
      'Encrypted: true @ true',
      "Quoted: false @ 'false'",
      'Count: 22 @ 22',
      'Block: {BlockPublicAcls: false} @ Block',
      'List: ["a", "b"] @ List',
      'Flow: {A: [1, 2]} @ Flow',
      'Nothing: absent @ Nothing',
      'Null: absent @ ~',
    ]);
  });

  it('reads JSON alike, quotes included', () => {
    const text =
      '{"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"Block": {"BlockPublicAcls": "true"}, "List": [1, null]}}}}';
    expect(properties(text, 'Logs')).toEqual(['Block: {BlockPublicAcls: true} @ "Block"', 'List: [1] @ "List"']);
    const logs = resource(read(text), 'Logs');
    expect(at(text, logs.header)).toBe('"Logs"');
    expect(at(text, logs.source)).toBe(
      '"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"Block": {"BlockPublicAcls": "true"}, "List": [1, null]}}',
    );
  });

  it('blames what is missing at the resource, or at the map that lacks it', () => {
    const text = bucket('Block:', '  BlockPublicAcls: true');
    const attributes = resource(read(text), 'Logs').instances[0]?.attributes;
    if (attributes === undefined) throw new Error('Logs has no instance');
    expect(say(attribute(attributes, 'BucketEncryption'), text)).toBe('absent @ Logs');
    expect(say(attribute(attributes, 'Block', 'IgnorePublicAcls'), text)).toBe('absent @ Block');
  });

  it('a resource without properties has an empty map of them', () => {
    const text = 'Resources:\n  Bare: # comment\n    Type: AWS::S3::Bucket\n\n  # about the next\n  Next:\n    Type: AWS::S3::Bucket\n';
    const bare = resource(read(text), 'Bare');
    expect(bare.instances.map(({ address, key, attributes }) => [address, key, say(attributes, text)])).toEqual([
      ['Bare', null, '{} @ Bare'],
    ]);
    expect(at(text, bare.source)).toBe('Bare: # comment\n    Type: AWS::S3::Bucket');
    expect([bare.root, bare.type, bare.header.start]).toEqual(['template.yaml', 'AWS::S3::Bucket', { offset: 13, line: 2, column: 3 }]);
  });

  it('block texts end before their last line break', () => {
    const text = bucket('Script: |', '  one', '  two', '', 'After: 1');
    expect(properties(text, 'Logs')).toEqual([`Script: "one\\ntwo\\n" @ |\n        one\n        two`, 'After: 1 @ 1']);
  });

  it('positions are right after a byte order mark and with CRLF', () => {
    const text = `\uFEFF${bucket('BucketName: logs')}`.replaceAll('\n', '\r\n');
    expect(properties(text, 'Logs')).toEqual(['BucketName: "logs" @ logs']);
    expect(resource(read(text), 'Logs').header.start).toMatchObject({ line: 2, column: 3 });
  });

  it('numbers and texts follow the property that holds them', () => {
    const text = bucket("FromPort: '22'", 'IpProtocol: -1', "Name: '22'", "Account: '012345678901'");
    expect(properties(text, 'Logs')).toEqual([
      "FromPort: 22 @ '22'",
      'IpProtocol: "-1" @ -1',
      'Name: "22" @ \'22\'',
      'Account: "012345678901" @ \'012345678901\'',
    ]);
  });

  it('what YAML 1.1 and 1.2 read differently is unknown, and told', () => {
    const text = bucket('A: yes', 'B: 0026', 'C: 1:30', 'D: 0o17', "E: 'yes'", 'F: 2012-10-17', 'G: yesterday');
    expect(properties(text, 'Logs')).toEqual([
      'A: unknown (yes is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it) @ yes',
      'B: unknown (0026 is read as an octal number or a text in YAML 1.1 and as a decimal number in YAML 1.2; quote it, or write the number plainly) @ 0026',
      'C: unknown (1:30 is a number to the base of 60 in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly) @ 1:30',
      'D: unknown (0o17 is a text in YAML 1.1 and an octal number in YAML 1.2; quote it, or write the number plainly) @ 0o17',
      'E: "yes" @ \'yes\'',
      'F: "2012-10-17" @ 2012-10-17',
      'G: "yesterday" @ yesterday',
    ]);
    expect(read(text).diagnostics.map(({ level, code, span }) => [level, code, span?.start.line])).toEqual([
      ['warning', 'ambiguous-scalar', 5],
      ['warning', 'ambiguous-scalar', 6],
      ['warning', 'ambiguous-scalar', 7],
      ['warning', 'ambiguous-scalar', 8],
    ]);
  });
});

const PARAMETERS = `Parameters:
  Name: {Type: String, Default: logs}
  Open: {Type: String, Default: 'true'}
  Port: {Type: Number, Default: '22'}
  Zones: {Type: CommaDelimitedList, Default: 'a, b'}
  Stage: {Type: String}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /aws/ami}
  Password: {Type: String, NoEcho: true, Default: hunter2}
Conditions:
  Never: !Equals [a, b]
  Always: !Not [Condition: Never]
  IsProd: !Equals [!Ref Stage, prod]
  Both: !And [!Condition IsProd, !Condition Never]
  Either: !Or [!Condition IsProd, !Condition Always]
  Circle: !Not [!Condition Circle]
Mappings:
  Sizes: {small: {disk: 8, names: [a, b]}}
`;

function withParameters(...lines: readonly string[]): string {
  return PARAMETERS + bucket(...lines);
}

describe('functions', () => {
  it.each([
    ['!Ref Name', '"logs" @ !Ref Name'],
    ['{Ref: Name}', '"logs" @ {Ref: Name}'],
    ['!Ref Open', 'true @ !Ref Open'],
    ['!Ref Port', '22 @ !Ref Port'],
    ['!Ref Zones', '["a", "b"] @ !Ref Zones'],
    ['!Ref Stage', 'unknown (parameter Stage has no default here) @ !Ref Stage'],
    ['!Ref Image', 'unknown (parameter Image is looked up in Parameter Store when the stack is created) @ !Ref Image'],
    ['!Ref Password', 'secret "hunter2" @ !Ref Password'],
    ['!Ref AWS::Region', 'unknown (AWS::Region is known only when the stack is created) @ !Ref AWS::Region'],
    ['!Ref AWS::NoValue', 'absent @ !Ref AWS::NoValue'],
    ['!Ref Logs', 'unknown (the reference to Logs is known only when the stack is created) [Logs.] @ !Ref Logs'],
    ['!Ref Nobody', 'unknown (Nobody is neither a parameter nor a resource of this template) @ !Ref Nobody'],
    ['!GetAtt Logs.Arn', 'unknown (Arn of Logs is known only when the stack is created) [Logs.Arn] @ !GetAtt Logs.Arn'],
    ['!GetAtt [Logs, Arn]', 'unknown (Arn of Logs is known only when the stack is created) [Logs.Arn] @ !GetAtt [Logs, Arn]'],
    ['{Fn::GetAtt: [Logs, Arn]}', 'unknown (Arn of Logs is known only when the stack is created) [Logs.Arn] @ {Fn::GetAtt: [Logs, Arn]}'],
    ['!Sub "${Name}-x"', '"logs-x" @ !Sub "${Name}-x"'],
    ['!Sub "a${!Name}"', '"a${Name}" @ !Sub "a${!Name}"'],
    ['!Sub "${Logs.Arn}"', 'unknown (Arn of Logs is known only when the stack is created) [Logs.Arn] @ !Sub "${Logs.Arn}"'],
    ['!Sub "x-${Logs.Arn}/*"', 'unknown (Arn of Logs is known only when the stack is created) after x- @ !Sub "x-${Logs.Arn}/*"'],
    ['!Sub ["${A}-${Name}", {A: !Ref Port}]', '"22-logs" @ !Sub ["${A}-${Name}", {A: !Ref Port}]'],
    ['!Sub "${Password}!"', 'secret "hunter2!" @ !Sub "${Password}!"'],
    ['!Sub "${Password}${Stage}"', 'secret unknown (parameter Stage has no default here) after hunter2 @ !Sub "${Password}${Stage}"'],
    ['!Join ["-", [a, !Ref Name]]', '"a-logs" @ !Join ["-", [a, !Ref Name]]'],
    ['!Join [",", !Ref Zones]', '"a,b" @ !Join [",", !Ref Zones]'],
    [
      '!Join ["", [!GetAtt Logs.Arn, "/*"]]',
      'unknown (Arn of Logs is known only when the stack is created) @ !Join ["", [!GetAtt Logs.Arn, "/*"]]',
    ],
    ['!Select [1, [a, b]]', '"b" @ !Select [1, [a, b]]'],
    ['!Select ["0", !Ref Zones]', '"a" @ !Select ["0", !Ref Zones]'],
    ['!Select [7, [a]]', 'unknown (Fn::Select picks an item that the list has not) @ !Select [7, [a]]'],
    ['!Split [",", "a,b"]', '["a", "b"] @ !Split [",", "a,b"]'],
    ['!If [Always, a, b]', '"a" @ a'],
    ['!If [Never, a, b]', '"b" @ b'],
    ['!If [Either, a, b]', '"a" @ a'],
    ['!If [Both, a, b]', '"b" @ b'],
    ['!If [IsProd, a, b]', 'unknown (condition IsProd is not known here) @ !If [IsProd, a, b]'],
    ['!If [IsProd, {A: true}, {A: "true"}]', '{A: true} @ !If [IsProd, {A: true}, {A: "true"}]'],
    ['!If [IsProd, !Ref Password, x]', 'secret unknown (condition IsProd is not known here) @ !If [IsProd, !Ref Password, x]'],
    ['!If [Circle, a, b]', 'unknown (condition Circle is not known here) @ !If [Circle, a, b]'],
    ['!If [Never, a, !Ref AWS::NoValue]', 'absent @ !Ref AWS::NoValue'],
    ['[!If [Never, a, !Ref AWS::NoValue], b]', '["b"] @ A'],
    ['!FindInMap [Sizes, small, disk]', '8 @ !FindInMap [Sizes, small, disk]'],
    ['!FindInMap [Sizes, small, names]', '["a", "b"] @ !FindInMap [Sizes, small, names]'],
    ['!FindInMap [Sizes, !Ref Stage, disk]', 'unknown (parameter Stage has no default here) @ !FindInMap [Sizes, !Ref Stage, disk]'],
    ['!FindInMap [Sizes, large, disk]', 'unknown (Sizes has no large.disk here) @ !FindInMap [Sizes, large, disk]'],
    ['!Base64 hello', '"aGVsbG8=" @ !Base64 hello'],
    ['!ImportValue other', 'unknown (Fn::ImportValue is known only when the stack is created) @ !ImportValue other'],
    ['!GetAZs ""', 'unknown (Fn::GetAZs is known only when the stack is created) @ !GetAZs ""'],
    [
      '{Fn::Transform: {Name: AWS::Include}, B: 1}',
      'unknown (Fn::Transform is known only when the stack is created) @ {Fn::Transform: {Name: AWS::Include}, B: 1}',
    ],
    [
      '"{{resolve:secretsmanager:db}}"',
      'secret unknown (its dynamic reference is resolved when the stack is created) @ "{{resolve:secretsmanager:db}}"',
    ],
    [
      "!Sub '{{resolve:ssm-secure:${Name}}}'",
      "secret unknown (its dynamic reference is resolved when the stack is created) @ !Sub '{{resolve:ssm-secure:${Name}}}'",
    ],
    ['!Base64 {Fn::Sub: "x${Stage}"}', 'unknown (parameter Stage has no default here) @ !Base64 {Fn::Sub: "x${Stage}"}'],
    ['!Length [a, b, !Ref Stage]', '3 @ !Length [a, b, !Ref Stage]'],
    ['{Fn::Length: !Ref Zones}', '2 @ {Fn::Length: !Ref Zones}'],
    ['!Length !Ref Stage', 'unknown (parameter Stage has no default here) @ !Length !Ref Stage'],
    [
      '!ToJsonString {a: [1, !Ref Open], b: !Ref AWS::NoValue}',
      '"{\\"a\\":[1,true]}" @ !ToJsonString {a: [1, !Ref Open], b: !Ref AWS::NoValue}',
    ],
    ['!ToJsonString {a: !Ref Stage}', 'unknown (parameter Stage has no default here) @ !ToJsonString {a: !Ref Stage}'],
    ['!ToJsonString {a: !Ref Password}', 'secret "{\\"a\\":\\"hunter2\\"}" @ !ToJsonString {a: !Ref Password}'],
    ['!FindInMap [Sizes, large, disk, {DefaultValue: !Ref Port}]', '22 @ !FindInMap [Sizes, large, disk, {DefaultValue: !Ref Port}]'],
    ['!FindInMap [Sizes, small, disk, {DefaultValue: 1}]', '8 @ !FindInMap [Sizes, small, disk, {DefaultValue: 1}]'],
    [
      '!FindInMap [Sizes, !Ref Stage, disk, {DefaultValue: 1}]',
      'unknown (parameter Stage has no default here) @ !FindInMap [Sizes, !Ref Stage, disk, {DefaultValue: 1}]',
    ],
    ['!Select [1, [!Ref Stage, b]]', '"b" @ !Select [1, [!Ref Stage, b]]'],
    ['!Join [a]', 'unknown (Fn::Join is not written as CloudFormation takes it) @ !Join [a]'],
  ])('%s', (written, expected) => {
    expect(properties(withParameters(`A: ${written}`), 'Logs')).toEqual([`A: ${expected}`]);
  });

  it('a default stands behind the reference that gives it', () => {
    const text = withParameters('A: !Ref Open');
    const value = resource(read(text), 'Logs').instances[0]?.attributes;
    const open = value === undefined ? undefined : attribute(value, 'A');
    expect(open?.state === 'known' && open.origin !== undefined ? at(text, open.origin) : undefined).toBe("'true'");
  });

  it('a JSON text with unknown parts is a document with unknown leaves', () => {
    const text = withParameters(`A: !Sub '{"Statement": [{"Principal": "*", "Action": "s3:Get\${Stage}", "Resource": "\${Logs.Arn}"}]}'`);
    const attributes = resource(read(text), 'Logs').instances[0]?.attributes;
    if (attributes === undefined) throw new Error('Logs has no instance');
    const policy = document(attribute(attributes, 'A'));
    expect(all(policy, 'Statement', 'Principal').map(asString)).toEqual(['*']);
    expect(attribute(policy, 'Statement', 'Action')).toMatchObject({
      state: 'unknown',
      prefix: 's3:Get',
      reason: 'parameter Stage has no default here',
    });
    expect(attribute(policy, 'Statement', 'Resource')).toMatchObject({
      state: 'unknown',
      reference: { address: 'Logs', attribute: 'Arn' },
    });
  });
});

describe('conditions and links of resources', () => {
  const text = `${withParameters('BucketName: x')}  Off:
    Type: AWS::S3::Bucket
    Condition: Never
  Maybe:
    Type: AWS::S3::Bucket
    Condition: IsProd
  Policy:
    Type: AWS::S3::BucketPolicy
    DependsOn: [Maybe]
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Statement: {Resource: !Sub "\${Logs.Arn}/*"}
  Cors:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: x}
`;

  it('a resource under a condition that does not hold has no instance, under an unknown one it has', () => {
    const root = read(text);
    expect(resource(root, 'Off').instances).toEqual([]);
    expect(resource(root, 'Maybe').instances.map(({ address }) => address)).toEqual(['Maybe']);
  });

  it('Ref, GetAtt, Sub, DependsOn and equal names relate resources both ways', () => {
    const related = (address: string): string[] =>
      resource(read(text), address).related.map(
        (link) => `${link.direction} ${link.resource.address} by ${link.attribute}${link.certain ? '' : '?'}`,
      );
    expect(related('Policy')).toEqual(['to Logs by Bucket', 'to Logs by PolicyDocument', 'to Maybe by DependsOn']);
    expect(related('Cors')).toEqual(['to Logs by Bucket']);
    expect(related('Logs')).toEqual(['from Policy by Bucket', 'from Policy by PolicyDocument', 'from Cors by Bucket']);
  });
});

describe('aliases and merge keys', () => {
  const text = `Resources:
  One:
    Type: AWS::S3::Bucket
    Properties:
      Block: &block
        A: true
        B: false
  Two:
    Type: AWS::S3::Bucket
    Properties:
      Block: *block
      Merged:
        <<: *block
        B: true
`;

  it('are followed, and blamed where they stand', () => {
    expect(properties(text, 'Two')).toEqual(['Block: {A: true, B: false} @ *block', 'Merged: {B: true, A: true} @ Merged']);
    const attributes = resource(read(text), 'Two').instances[0]?.attributes;
    if (attributes === undefined) throw new Error('Two has no instance');
    expect(say(attribute(attributes, 'Block', 'B'), text)).toBe('false @ *block');
    expect(say(attribute(attributes, 'Merged', 'A'), text)).toBe('true @ *block');
    expect(say(attribute(attributes, 'Merged', 'B'), text)).toBe('true @ true');
  });
});
