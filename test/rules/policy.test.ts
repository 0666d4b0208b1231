import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/domain/source.ts';
import type { Value } from '../../src/domain/value.ts';
import { asString, at, known, unknown } from '../../src/domain/value.ts';
import { and, concernsEveryone, coversAction, hasEffect, isNarrowed, isUnknown, not, or, statements } from '../../src/rules/aws/policy.ts';
import type { Answer } from '../../src/rules/aws/policy.ts';

const span = new SourceText('main.tf', '').span(0, 0);

/** The one statement of a policy whose statement is this JSON. */
function statement(json: object): Value {
  const [only, ...others] = statements(known(JSON.stringify({ Statement: json }), span));
  expect(others).toEqual([]);
  return only ?? unknown('there is no statement', span);
}

function told(answer: Answer): string {
  return isUnknown(answer) ? answer.reason : String(answer);
}

describe('whom a statement concerns', () => {
  it.each([
    ['*', true],
    [{ AWS: '*' }, true],
    [{ AWS: ['arn:aws:iam::111122223333:root', '*'] }, true],
    [{ AWS: '111122223333' }, false],
    [{ AWS: 'arn:aws:iam::111122223333:role/*' }, false],
    [{ Service: 'logging.s3.amazonaws.com' }, false],
    [{ CanonicalUser: '79a59df900b949e55d96a1e698fbaced' }, false],
    [{ Federated: 'cognito-identity.amazonaws.com' }, false],
    [undefined, false],
  ])('Principal %j is everyone: %s', (Principal, everyone) => {
    expect(concernsEveryone(statement({ Principal }))).toBe(everyone);
  });

  it('NotPrincipal is everyone but a few', () => {
    expect(concernsEveryone(statement({ NotPrincipal: { AWS: '111122223333' } }))).toBe(true);
  });

  it('a principal is not known, unless its start or its kind tells that it is not everyone', () => {
    const of = (principal: Value): Answer =>
      concernsEveryone(known(new Map([['Principal', known(new Map([['AWS', principal]]), span)]]), span));
    const open = unknown('var.reader has no value here', span);
    expect(told(of(open))).toBe('var.reader has no value here');
    expect(told(of({ ...open, prefix: 'arn:aws:iam::' }))).toBe('false');
    expect(told(of({ ...open, reference: { address: 'aws_iam_role.reader', attribute: 'arn' } }))).toBe('false');
    expect(told(of(known([open, known('*', span)], span)))).toBe('true');
  });
});

describe('conditions that narrow who is concerned', () => {
  it.each([
    ['StringEquals', { 'aws:SourceVpce': 'vpce-0a1b2c3d' }, true],
    ['StringEquals', { 'AWS:SourceAccount': ['111122223333'] }, true],
    ['StringLike', { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/*' }, true],
    ['ForAnyValue:StringLike', { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' }, true],
    ['ArnLike', { 'aws:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' }, true],
    ['IpAddress', { 'aws:SourceIp': ['198.51.100.0/24', '2001:db8::/48'] }, true],
    ['IpAddress', { 'aws:SourceIp': ['198.51.100.0/24', '0.0.0.0/0'] }, false],
    ['IpAddress', { 'aws:SourceIp': '0.0.0.0/1' }, false],
    ['IpAddress', { 'aws:SourceIp': '::/0' }, false],
    ['NotIpAddress', { 'aws:SourceIp': '198.51.100.0/24' }, false],
    ['StringNotEquals', { 'aws:SourceVpce': 'vpce-0a1b2c3d' }, false],
    ['StringEqualsIfExists', { 'aws:SourceVpce': 'vpce-0a1b2c3d' }, false],
    ['ForAllValues:StringEquals', { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, false],
    ['StringLike', { 'aws:SourceArn': '*' }, false],
    ['StringLike', { 'aws:SourceArn': 'arn:aws:s3:::*' }, false],
    ['StringLike', { 'aws:Referer': 'https://example.com/*' }, false],
    ['StringEquals', { 'aws:PrincipalAccount': '${aws:SourceAccount}' }, false],
    ['Bool', { 'aws:SecureTransport': 'true' }, false],
    ['StringEquals', { 'aws:SourceVpce': [] }, false],
  ])('%s %j: %s', (operator, keys, narrowed) => {
    expect(isNarrowed(statement({ Condition: { [operator]: keys } }))).toBe(narrowed);
  });

  it('one narrowing condition is enough, as all must be met', () => {
    expect(
      isNarrowed(statement({ Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d' } } })),
    ).toBe(true);
  });

  it('no condition narrows nothing', () => {
    expect(isNarrowed(statement({}))).toBe(false);
  });

  it('a value that is not known narrows where it is compared exactly, and otherwise leaves it open', () => {
    const of = (operator: string, key: string): Answer =>
      isNarrowed(
        known(
          new Map([
            ['Condition', known(new Map([[operator, known(new Map([[key, unknown('var.office has no value here', span)]]), span)]]), span)],
          ]),
          span,
        ),
      );
    expect(told(of('StringEquals', 'aws:SourceVpce'))).toBe('true');
    expect(told(of('IpAddress', 'aws:SourceIp'))).toBe('var.office has no value here');
    expect(told(of('IpAddress', 'aws:CurrentTime'))).toBe('false');
  });
});

describe('what a statement allows or denies', () => {
  it.each([
    ['s3:*', 's3:GetObject', true],
    ['S3:getobject', 's3:GetObject', true],
    ['*', 's3:*', true],
    ['s3:*', 's3:*', true],
    ['s3:Get*', 's3:*', false],
    ['s3:Get*Acl', 's3:GetObjectAcl', true],
    ['s3:Get*Acl', 's3:GetObject', false],
    ['s3:*Object*Acl', 's3:PutObjectVersionAcl', true],
    ['s3:Put*Put', 's3:Put', false],
  ])('%s covers %s: %s', (Action, action, covered) => {
    expect(coversAction(statement({ Action: ['s3:ListBucket', Action] }), action)).toBe(covered);
  });

  it('Effect is compared as AWS does, letter by letter', () => {
    expect([
      hasEffect(statement({ Effect: 'Allow' }), 'Allow'),
      hasEffect(statement({ Effect: 'allow' }), 'Allow'),
      hasEffect(statement({}), 'Deny'),
    ]).toEqual([true, false, false]);
  });

  it('reads a list of statements, one without a list, and none', () => {
    const sids = (text: string): unknown[] => statements(known(text, span)).map((each) => asString(at(each, 'Sid')));
    expect(sids('{"Statement":[{"Sid":"A"},{"Sid":"B"}]}')).toEqual(['A', 'B']);
    expect(sids('{"Statement":{"Sid":"A"}}')).toEqual(['A']);
    expect(sids('{}')).toEqual([]);
  });

  it('a text that is no JSON is not known', () => {
    expect(statements(known('{"Statement":', span)).map((each) => (each.state === 'unknown' ? each.reason : each.state))).toEqual([
      'its text is not a JSON document',
    ]);
  });
});

describe('answers of three kinds', () => {
  const answer = fc.oneof(fc.boolean(), fc.constant(unknown('var.x has no value here', span)));

  it('what is not known never decides: whatever it turns out to be, the answer stays right', () => {
    fc.assert(
      fc.property(fc.array(answer), fc.boolean(), (answers, outcome) => {
        const settled = answers.map((each) => (isUnknown(each) ? outcome : each));
        for (const [joined, expected] of [
          [and(...answers), settled.every(Boolean)],
          [or(...answers), settled.some(Boolean)],
        ] as const) {
          if (!isUnknown(joined)) expect(joined).toBe(expected);
        }
      }),
    );
  });

  it('not turns over what is known and keeps what is not', () => {
    const open = unknown('var.x has no value here', span);
    expect([not(true), not(false), not(open)]).toEqual([false, true, open]);
  });
});
