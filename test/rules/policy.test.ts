import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/domain/source.ts';
import type { Value } from '../../src/domain/value.ts';
import { asString, at, fromJson, isMap, known, unknown } from '../../src/domain/value.ts';
import {
  and,
  concernsEveryone,
  coversAction,
  denials,
  excludesActions,
  excludesPrincipals,
  hasEffect,
  isNarrowed,
  isTakenBack,
  isUnknown,
  namesEveryone,
  not,
  or,
  statements,
} from '../../src/rules/aws/policy.ts';
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
    ['Bool', { 'aws:PrincipalIsAWSService': 'true' }, true],
    ['Bool', { 'aws:PrincipalIsAWSService': 'false' }, false],
    ['StringEquals', { 'aws:SourceVpce': [] }, false],
    ['Bool', { 'aws:PrincipalIsAWSService': [] }, false],
    ['Bool', { 'aws:PrincipalIsAWSService': 'True' }, true],
    ['StringLike', { 'aws:PrincipalOrgPaths': '*/o-a1b2c3d4e5/' }, false],
    ['StringLike', { 'aws:SourceArn': '*arn:aws:sns:eu-west-1:111122223333:*' }, false],
    ['StringEqualsForAnyValue:', { 'aws:SourceVpce': 'vpce-0a1b2c3d' }, false],
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

describe('a part of a policy that is not known', () => {
  const open = unknown('var.part has no value here', span);

  it('a statement leaves all about it open', () => {
    const answers = [
      hasEffect(open, 'Allow'),
      concernsEveryone(open),
      excludesPrincipals(open),
      namesEveryone(open),
      excludesActions(open),
      coversAction(open, 's3:GetObject'),
      isNarrowed(open),
    ];
    expect(answers.map(told)).toEqual(answers.map(() => 'var.part has no value here'));
  });

  it('the keys of an operator leave it open whether they narrow', () => {
    expect(told(isNarrowed(known(new Map([['Condition', known(new Map([['StringEquals', open]]), span)]]), span)))).toBe(
      'var.part has no value here',
    );
  });

  it('a boolean leaves open what it is compared with', () => {
    const keys = known(new Map([['aws:PrincipalIsAWSService', open]]), span);
    expect(told(isNarrowed(known(new Map([['Condition', known(new Map([['Bool', keys]]), span)]]), span)))).toBe(
      'var.part has no value here',
    );
  });

  it('a statement that is not known, or allows, takes nothing back', () => {
    const allows = statement({ Effect: 'Allow' });
    const denies = statement({ Effect: 'Deny' });
    expect(denials([open, allows, denies])).toEqual([denies]);
  });

  it('a start that cannot become everyone is somebody', () => {
    const of = (prefix: string): string => told(namesEveryone(known(new Map([['Principal', { ...open, prefix }]]), span)));
    expect([of('*'), of('111122223333')]).toEqual(['var.part has no value here', 'false']);
  });
});

describe('a condition on an ARN of which parts are not known', () => {
  const narrowed = (...texts: readonly string[]): string => {
    const arn: Value = {
      ...unknown('var.account has no value here', span),
      texts: texts.filter((each) => each !== ''),
      ...(texts[0] !== undefined && texts[0] !== '' && { prefix: texts[0] }),
      ...(texts.at(-1) !== undefined && texts.at(-1) !== '' && { suffix: texts.at(-1) ?? '' }),
    };
    const condition = known(new Map([['ArnLike', known(new Map([['aws:SourceArn', arn]]), span)]]), span);
    return told(isNarrowed(known(new Map([['Condition', condition]]), span)));
  };

  it.each([
    [['arn:aws:logs:eu-west-1:', ':*'], 'true'],
    [['arn:', ':logs:', ':', ':*'], 'true'],
    [['arn:aws:logs:*:', ':log-group:', ''], 'true'],
    [['arn:aws:s3:::', ''], 'var.account has no value here'],
    [['arn:aws:logs:eu-west-1:*:', ''], 'var.account has no value here'],
    [['', ':role/reader'], 'var.account has no value here'],
    [['x arn:aws:logs:eu-west-1:', ':*'], 'var.account has no value here'],
    [['arn:aws:logs:eu-west-1:1111', ':*'], 'var.account has no value here'],
  ])('%j, narrows: %s', (texts, expected) => {
    expect(narrowed(...texts)).toBe(expected);
  });
});

describe('what a denial takes back', () => {
  const allowed = { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject', 's3:List*'], Resource: 'arn:aws:s3:::example/docs/*' };
  const elsewhere = { StringNotEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } };
  const denied = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::example/*', Condition: elsewhere };

  function takenBack(...policy: readonly object[]): string {
    const all = statements(known(JSON.stringify({ Statement: policy }), span));
    return told(isTakenBack(all[0] ?? unknown('there is no statement', span), denials(all)));
  }

  it.each([
    ['from everyone', { Condition: undefined }, 'true'],
    ['from all outside a VPC endpoint', {}, 'true'],
    [
      'from all but one role',
      { NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/reader' }, Principal: undefined, Condition: undefined },
      'true',
    ],
    ['by address', { Condition: { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } }, 'true'],
    ['by address, the whole internet', { Condition: { NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }, 'false'],
    [
      'but for services, whatever else the operator is called',
      { Condition: { ...elsewhere, NullBool: { 'aws:ViaAWSService': 'false' } } },
      'false',
    ],
    [
      'but for services, with a longer operator',
      { Condition: { ...elsewhere, BoolIfExistsNot: { 'aws:ViaAWSService': 'false' } } },
      'false',
    ],
    ['unless it says nothing', { Condition: { StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } } }, 'true'],
    ['where nothing is named', { Condition: { StringNotEquals: { 'aws:SourceVpce': [] } } }, 'false'],
    ['by another operator', { Condition: { StringNotEqualsX: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } } }, 'false'],
    ['in one of its places, and another', { Resource: ['arn:aws:s3:::other/*', 'arn:aws:s3:::example/*'] }, 'true'],
    ['but for services', { Condition: { ...elsewhere, BoolIfExists: { 'aws:ViaAWSService': 'false' } } }, 'true'],
    ['from services only', { Condition: { ...elsewhere, Bool: { 'aws:ViaAWSService': 'true' } } }, 'false'],
    ['without TLS only', { Condition: { ...elsewhere, Bool: { 'aws:SecureTransport': 'false' } } }, 'false'],
    ['from those inside', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } } }, 'false'],
    ['not where nothing is said', { Condition: { 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }, 'false'],
    ['one of its actions', { Action: 's3:Get*' }, 'false'],
    ['all but another action', { Action: undefined, NotAction: 's3:PutObject' }, 'true'],
    ['all but one of its actions', { Action: undefined, NotAction: 's3:ListBucket' }, 'false'],
    ['in another place', { Resource: 'arn:aws:s3:::example/public/*' }, 'false'],
    ['everywhere', { Resource: '*' }, 'true'],
    ['from somebody', { Principal: { AWS: '111122223333' } }, 'false'],
    ['nothing, as it allows', { Effect: 'Allow' }, 'false'],
  ])('%s', (_, difference, expected) => {
    expect(takenBack(allowed, { ...denied, ...difference })).toBe(expected);
  });

  it('what is allowed in two places needs a denial in both', () => {
    const both = { ...allowed, Resource: ['arn:aws:s3:::example/docs/*', 'arn:aws:s3:::example/public/*'] };
    expect([
      takenBack(both, denied),
      takenBack(both, { ...denied, Resource: 'arn:aws:s3:::example/docs/*' }),
      takenBack(both, { ...denied, Resource: both.Resource }),
    ]).toEqual(['true', 'false', 'true']);
  });

  it('what allows no action is not taken back', () => {
    expect(takenBack({ ...allowed, Action: [] }, denied)).toBe('false');
  });

  it('what allows an action that is not known is perhaps taken back', () => {
    const open = unknown('var.action has no value here', span);
    const some = known(new Map([...entriesOf(fromJson(allowed, span)), ['Action', open]]), span);
    expect(told(isTakenBack(some, denials([fromJson(denied, span)])))).toBe('var.action has no value here');
  });

  it('is not known where the condition of the denial is not, and not at all where that allows', () => {
    const open = unknown('var.condition has no value here', span);
    const of = (Effect: string): Value => known(new Map([...entriesOf(fromJson({ ...denied, Effect }, span)), ['Condition', open]]), span);
    const back = (denial: Value): string => told(isTakenBack(fromJson(allowed, span), [denial]));
    expect([back(of('Deny')), back(of('Allow'))]).toEqual(['var.condition has no value here', 'false']);
  });

  it('what is allowed on all but some objects needs a denial on everything', () => {
    const exception = { ...allowed, Resource: undefined, NotResource: 'arn:aws:s3:::example/secret/*' };
    expect([takenBack(exception, denied), takenBack(exception, { ...denied, Resource: '*' })]).toEqual(['false', 'true']);
  });

  it('what is allowed by exception needs a denial of everything', () => {
    const exception = { ...allowed, Action: undefined, NotAction: 's3:DeleteObject' };
    expect([takenBack(exception, denied), takenBack(exception, { ...denied, Action: '*' })]).toEqual(['false', 'true']);
  });

  it('is not known where the denial is not', () => {
    const policy = known(
      [
        fromJson(allowed, span),
        known(new Map([...entriesOf(fromJson(denied, span)), ['Effect', unknown('var.effect has no value here', span)]]), span),
      ],
      span,
    );
    const all = statements(known(new Map([['Statement', policy]]), span));
    expect(told(isTakenBack(all[0] ?? policy, denials(all)))).toBe('var.effect has no value here');
  });

  it('compares names of which only the end is known by what they say of objects', () => {
    const bucket = { ...unknown('known after creation', span), reference: { address: 'aws_s3_bucket.docs', attribute: 'arn' } };
    const objects = { ...unknown('known after creation', span), suffix: '/*' };
    const of = (statement_: object, resource: Value): Value =>
      known(new Map([...entriesOf(fromJson(statement_, span)), ['Resource', resource]]), span);
    const back = (inner: Value, outer: Value): string => told(isTakenBack(of(allowed, inner), denials([of(denied, outer)])));
    expect([back(objects, objects), back(objects, bucket), back(bucket, bucket)]).toEqual(['true', 'false', 'true']);
  });
});

function entriesOf(value: Value): [string, Value][] {
  return value.state === 'known' && isMap(value.data) ? [...value.data] : [];
}

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
    ['s3:?etObject', 's3:GetObject', true],
    ['s3:?etObject', 's3:etObject', false],
    ['s3:?*', 's3:*', true],
    ['s3:Get?', 's3:Get*', false],
    ['s3:Get*', 's3:Get*Acl', true],
    ['s3:*a*b', 's3:aXbXab', true],
    ['s3:Get**', 's3:GetObject', true],
    ['s3:??tObject', 's3:GetObject', true],
    ['s3:????etObject', 's3:GetObject', false],
    ['s3:Get**', 's3:Get', true],
    ['s3:GetObject**', 's3:GetObject', true],
    ['s3:Get', 's3:GetObject', false],
    ['?', 's3:GetObject', false],
    ['*bject', 's3:GetObject', true],
    ['*Object', 's3:GetObjectAcl', false],
  ])('%s covers %s: %s', (Action, action, covered) => {
    expect(coversAction(statement({ Action: ['s3:ListBucket', Action] }), action)).toBe(covered);
  });

  it('NotAction is about every action that none of its patterns touches', () => {
    const about = (NotAction: unknown, action: string): Answer => coversAction(statement({ NotAction }), action);
    expect([
      about('s3:Delete*', 's3:GetObject'),
      about(['s3:Delete*', 's3:Get*'], 's3:GetObject'),
      about('s3:DeleteObject', 's3:*'),
      about('iam:*', 's3:*'),
    ]).toEqual([true, false, false, true]);
  });

  it('a comparison of long texts takes no time to speak of, and is no match', () => {
    expect(coversAction(statement({ Action: `s3:${'*a'.repeat(50_000)}` }), `s3:${'a'.repeat(50_000)}`)).toBe(false);
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
