import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/domain/value.ts';
import { at, document } from '../../../src/domain/value.ts';
import { Reading, show } from './read.ts';

const policy = (body: string, more = '', attribute = 'json') =>
  new Reading({
    'main.tf': `variable "open" {}\n${more}\ndata "aws_iam_policy_document" "this" {\n${body}\n}\nresource "aws_s3_bucket_policy" "this" {\n  policy = data.aws_iam_policy_document.this.${attribute}\n}\n`,
  });

function textOf(reading: Reading): string {
  const value = reading.value('aws_s3_bucket_policy.this', 'policy');
  return value.state === 'known' && typeof value.data === 'string' ? value.data : show(value);
}

const minified = (body: string, more?: string) => textOf(policy(body, more, 'minified_json'));

describe('the text of a policy document', () => {
  it('is what the provider writes, character by character', () => {
    expect(
      textOf(
        policy(`  policy_id = "logs"
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:GetObject"]
    resources = ["arn:aws:s3:::logs/*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["logs.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["b", "a"]
    }
  }`),
      ),
    ).toBe(`{
  "Version": "2012-10-17",
  "Id": "logs",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:GetObject"
      ],
      "Resource": "arn:aws:s3:::logs/*",
      "Principal": {
        "AWS": [
          "arn:aws:iam::222222222222:root",
          "arn:aws:iam::111111111111:root"
        ],
        "Service": "logs.amazonaws.com"
      },
      "Condition": {
        "StringEquals": {
          "aws:SourceAccount": [
            "b",
            "a"
          ]
        }
      }
    }
  ]
}`);
  });

  it.each([
    ['nothing', '', '{"Version":"2012-10-17"}'],
    ['another version', 'version = "2008-10-17"', '{"Version":"2008-10-17"}'],
    ['an empty statement', 'statement {}', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'],
    [
      'everyone',
      'statement {\n  principals {\n    type = "*"\n    identifiers = ["*"]\n  }\n}',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*"}]}',
    ],
    [
      'every AWS principal',
      'statement {\n  not_principals {\n    type = "AWS"\n    identifiers = ["*"]\n  }\n}',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"*"}}]}',
    ],
    [
      'principals of one type in two blocks',
      'statement {\n  principals {\n    type = "AWS"\n    identifiers = ["a"]\n  }\n  principals {\n    type = "AWS"\n    identifiers = ["c", "b"]\n  }\n}',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["a","c","b"]}}]}',
    ],
    [
      'conditions of one test',
      'statement {\n  effect = "Deny"\n  not_actions = ["s3:*"]\n  condition {\n    test = "Bool"\n    variable = "aws:SecureTransport"\n    values = ["false"]\n  }\n  condition {\n    test = "Bool"\n    variable = "aws:MultiFactorAuthPresent"\n    values = ["true"]\n  }\n}',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"s3:*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true","aws:SecureTransport":"false"}}}]}',
    ],
    [
      'variables of policies',
      'statement {\n  resources = ["arn:aws:s3:::logs/&{aws:username}/<x>"]\n}',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"arn:aws:s3:::logs/${aws:username}/\\u003cx\\u003e"}]}',
    ],
    [
      'a dynamic statement',
      'dynamic "statement" {\n  for_each = ["a", "b"]\n  content {\n    sid = statement.value\n  }\n}',
      '{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow"},{"Sid":"b","Effect":"Allow"}]}',
    ],
  ])('with %s', (_, body, expected) => {
    expect(minified(body)).toBe(expected);
  });
});

describe('documents merged into another', () => {
  const BASE =
    'data "aws_iam_policy_document" "base" {\n  statement {\n    sid = "One"\n    actions = ["s3:Get*"]\n  }\n  statement {\n    sid = "Two"\n    actions = ["s3:Put*"]\n  }\n}\n';
  const from = (argument: string) => `${argument} = [data.aws_iam_policy_document.base.json]`;
  const own = 'statement {\n  sid = "Two"\n  actions = ["s3:*"]\n}';

  it('as sources give way to its own statements', () => {
    expect(minified(`${from('source_policy_documents')}\n${own}`, BASE)).toBe(
      '{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Action":"s3:Get*"},{"Sid":"Two","Effect":"Allow","Action":"s3:*"}]}',
    );
  });

  it('as overrides take the place of its own statements', () => {
    expect(minified(`${from('override_policy_documents')}\n${own}`, BASE)).toBe(
      '{"Version":"2012-10-17","Statement":[{"Sid":"Two","Effect":"Allow","Action":"s3:Put*"},{"Sid":"One","Effect":"Allow","Action":"s3:Get*"}]}',
    );
  });

  it('bring their id, a later version, and values of conditions as lists', () => {
    const text =
      'jsonencode({ Version = "2012-10-17", Id = "theirs", Statement = [{ Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = false } } }] })';
    expect(minified(`version = "2008-10-17"\noverride_json = ${text}`)).toBe(
      '{"Version":"2012-10-17","Id":"theirs","Statement":[{"Effect":"Deny","Principal":"*","Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}',
    );
  });

  it('that are not known leave open what they may replace, and nothing else', () => {
    const shown = (body: string) => show(at(document(policy(body).value('aws_s3_bucket_policy.this', 'policy')), 'Statement'));
    const anonymous = 'statement {\n  actions = ["s3:Get*"]\n}';
    expect(shown(`override_policy_documents = [var.open]\n${own}\n${anonymous}`)).toBe(
      '[?var.open has no value here, {Action: "s3:Get*", Effect: "Allow"}, ?var.open has no value here]',
    );
    expect(shown(`source_policy_documents = [var.open]\n${own}`)).toBe(
      '[?var.open has no value here, {Action: "s3:*", Effect: "Allow", Sid: "Two"}]',
    );
  });
});

describe('the parts of a policy document', () => {
  it('have the span of the resource that uses it and the origin in the data source', () => {
    const reading = policy(
      '  statement {\n    actions = ["s3:*", var.open]\n    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n  }',
    );
    const statement = at(document(reading.value('aws_s3_bucket_policy.this', 'policy')), 'Statement');
    const used = 'data.aws_iam_policy_document.this.json';
    const places = (value: Value) => reading.places(value);
    expect(places(at(statement, 'Effect'))).toEqual({ at: used, from: 'statement' });
    expect(places(at(statement, 'Action', 0))).toEqual({ at: used, from: '"s3:*"' });
    expect(show(at(statement, 'Action'))).toBe('["s3:*", ?var.open has no value here]');
    expect(places(at(statement, 'Principal', 'AWS'))).toEqual({ at: used, from: '"*"' });
    expect(places(at(statement, 'Principal'))).toEqual({ at: used, from: 'principals' });
  });

  it('are known of a statement that may be there any number of times', () => {
    const reading = policy(
      'dynamic "statement" {\n  for_each = var.open\n  content {\n    actions = ["s3:*"]\n    resources = [statement.value]\n  }\n}',
    );
    const statement = at(document(reading.value('aws_s3_bucket_policy.this', 'policy')), 'Statement');
    expect(show(statement)).toBe('[?var.open has no value here]');
    const [first] = statement.state === 'known' && Array.isArray(statement.data) ? statement.data : [];
    expect(first && [show(at(first, 'Action')), show(at(first, 'Resource')), show(at(first, 'Effect'))]).toEqual([
      '"s3:*"',
      '?var.open has no value here',
      '"Allow"',
    ]);
  });
});
