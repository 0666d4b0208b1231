import { describe, expect, it } from 'vitest';
import { linksOf, read, resource, valueOf } from './reading.ts';

const conditions = `Parameters:
  Env: {Type: String}
  Size: {Type: Number}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  AlsoProd: {Fn::Equals: [prod, {Ref: Env}]}
  Large: !Equals [!Ref Size, 10]
  Both: !And [!Condition Prod, !Condition Large]
  Neither: !Not [!Or [!Condition Prod, Condition: Large]]
  NotProd: !Not [!Condition Prod]
  Dev: !Equals [!Ref Env, dev]
  Never: !Equals [a, b]
  Always: !Not [!Condition Never]
  Perhaps: !Or [!Condition Prod, !Condition Never]
  Surely: !Or [!Condition Prod, !Condition Always]
  Hardly: !And [!Condition Prod, !Condition Never]
  Elsewhere: !Equals [!Sub 'a-\${AWS::Region}', b-x]
  Somewhere: !Equals [!Sub 'a-\${AWS::Region}', a-x]
  Ireland: !Equals [!Ref AWS::Region, eu-west-1]
`;

function under(condition: string, value: string): string {
  const text = `${conditions}Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Condition: ${condition}\n    Properties: {A: ${value}}\n`;
  return valueOf(read(text), 'Logs', 'A');
}

describe('what a resource is there for holds inside it', () => {
  it.each([
    ['Prod', '!If [Prod, 1, 2]', '1'],
    ['Prod', '!If [NotProd, 1, 2]', '2'],
    ['Prod', '!If [AlsoProd, 1, 2]', '1'],
    ['Prod', '!If [Dev, 1, 2]', '2'],
    ['Prod', '!Ref Env', '"prod"'],
    ['Prod', '!Sub "${Env}-logs"', '"prod-logs"'],
    ['Prod', '!If [Large, 1, 2]', 'unknown (condition Large is not known here)'],
    ['Both', '!If [Large, !If [Prod, 1, 2], 3]', '1'],
    ['Both', '!Ref Size', '10'],
    ['Neither', '!If [Prod, 1, !If [Large, 2, 3]]', '3'],
    ['NotProd', '!If [Prod, 1, 2]', '2'],
    ['NotProd', '!Ref Env', 'unknown (parameter Env has no default here)'],
    ['Perhaps', '!If [Prod, 1, 2]', 'unknown (condition Prod is not known here)'],
    ['Ireland', '!Ref AWS::Region', '"eu-west-1"'],
    ['Surely', '!If [Always, 1, 2]', '1'],
    ['Hardly', '1', 'not there'],
    ['Never', '1', 'not there'],
    ['Always', '1', '1'],
    ['Unheard', '1', '1'],
  ])('under %s, %s is %s', (condition, value, expected) => {
    expect(under(condition, value)).toBe(expected);
  });
});

describe('what a side of Fn::If is there for holds inside it', () => {
  it.each([
    ['!If [Prod, !If [Prod, same, 2], !If [Prod, 3, same]]', '"same"'],
    ['!If [Prod, !Ref Env, prod]', '"prod"'],
    ['!If [Prod, !If [Dev, 1, x], !If [AlsoProd, 2, x]]', '"x"'],
    ['[!If [Never, a, !Ref AWS::NoValue], !If [Prod, b, b]]', '["b"]'],
    ['!If [Prod, {A: 1, B: [x, y]}, {A: 1, B: [x, z]}]', '{A: 1, B: ["x", unknown (condition Prod is not known here)]}'],
    ['!If [Prod, {A: 1, B: 2}, {A: 1}]', '{A: 1, B: unknown (condition Prod is not known here)}'],
    ['!If [Prod, [a, b], [a]]', 'unknown (condition Prod is not known here)'],
    ['!If [Prod, {A: 1}, !Ref AWS::NoValue]', 'unknown (condition Prod is not known here)'],
    ['!If [Prod, !GetAtt Logs.Arn, !GetAtt Logs.Arn]', 'unknown (Arn of Logs is known only when the stack is created) [Logs.Arn]'],
    ['!If [Elsewhere, 1, 2]', '2'],
    ['!If [Somewhere, 1, 2]', 'unknown (condition Somewhere is not known here)'],
  ])('%s is %s', (value, expected) => {
    expect(under('Always', value)).toBe(expected);
  });
});

describe('resources under conditions', () => {
  const text = `${conditions}Resources:
  Logs: {Type: AWS::S3::Bucket, Condition: Prod}
  Site: {Type: AWS::S3::Bucket, Condition: NotProd}
  Picked: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Select [1, [!Ref Logs, !Ref Site]]}}
  Either: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !If [Prod, !Ref Logs, !Ref Site]}}
  Under: {Type: AWS::S3::BucketPolicy, Condition: Prod, Properties: {Bucket: !If [Prod, !Ref Logs, !Ref Site]}}
  Listed: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Join ['', ['arn:', !Ref Logs]], Listed: [!GetAtt Logs.Arn]}}
  Rule:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt Group.GroupId, CidrIp: 0.0.0.0/0}
  Group: {Type: AWS::EC2::SecurityGroup}
`;

  it('are there when that is not known', () => {
    expect(resource(read(text), 'Logs').instances.map(({ address }) => address)).toEqual(['Logs']);
  });

  it.each([
    ['Picked', ['to Site by Bucket']],
    ['Either', ['to Logs by Bucket?', 'to Site by Bucket?']],
    ['Under', ['to Logs by Bucket']],
    ['Listed', ['to Logs by Bucket', 'to Logs by Listed']],
    ['Rule', ['to Group by GroupId']],
    ['Group', ['from Rule by GroupId']],
  ])('are linked by what they refer to: %s', (address, expected) => {
    expect(linksOf(read(text), address)).toEqual(expected);
  });
});
