/** The bucket policy and its statements, wherever they are declared, and the kind of rule that says "no statement may do that". */
import type { Change, LiteralMap } from '../../../domain/change.ts';
import { reference } from '../../../domain/change.ts';
import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Span } from '../../../domain/source.ts';
import { contains } from '../../../domain/source.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import type { Answer } from '../policy.ts';
import { denials, isUnknown, statements } from '../policy.ts';
import type { Exposure } from './access-block.ts';
import type { Part } from './bucket.ts';
import { isDeclaredElsewhere, parts, POLICY, targets } from './bucket.ts';

export interface PolicyPart {
  readonly part: Part;
  /** The policy as written; absent or unknown where none is declared. */
  readonly policy: Value;
  readonly statements: readonly Value[];
  /** Those of the statements that may take back what others allow. */
  readonly denials: readonly Value[];
}

const found = new WeakMap<Instance, readonly PolicyPart[]>();

export function policyParts(instance: Instance): readonly PolicyPart[] {
  let some = found.get(instance);
  if (some === undefined) found.set(instance, (some = parts(instance, POLICY).map(policyOf)));
  return some;
}

function policyOf(part: Part): PolicyPart {
  const policy = part.form === 'own' ? at(part.value, part.resource.framework === 'terraform' ? 'policy' : 'PolicyDocument') : part.value;
  const all = statements(policy);
  return { part, policy, statements: all, denials: denials(all) };
}

/** Where something inside a policy stands; the policy's own place when that is written outside the resource. */
export function placeOf(inside: Value, { part, policy }: PolicyPart): Span {
  return contains(part.resource.source, inside.span) ? inside.span : policy.span;
}

/** `statement "Read" of the bucket policy` */
function called(statement: Value): string {
  const sid = asString(at(statement, 'Sid'));
  return sid === undefined || sid === '' ? 'a statement of the bucket policy' : `statement ${JSON.stringify(sid)} of the bucket policy`;
}

export interface StatementRule extends Omit<Rule, 'targets' | 'check' | 'fix' | 'script'> {
  /** Whether a statement does what none may do; `all` is the policy that it is in. */
  offends(statement: Value, all: PolicyPart): Answer;
  /** What it then does: `lets everyone in`; and what more is to be said when it certainly does. */
  readonly does: string;
  readonly besides?: string;
  /** What a statement must do instead: `it must name who is let in`. */
  readonly required: string;
  /** Element of the statement to point at. */
  readonly element: string;
  /** How bad it is, where the facts tell. */
  exposure?(statement: Value, instance: Instance): Exposure;
}

/** Makes a rule without a fix: what takes the place of a statement is for a person to choose. */
export function statementRule(definition: StatementRule): Rule {
  const { offends, does, besides = '', required, element, exposure, ...rest } = definition;

  function* check(statement: Value, all: PolicyPart, instance: Instance): Iterable<Violation> {
    const answer = offends(statement, all);
    if (isUnknown(answer)) {
      const message = `whether ${called(statement)} ${does} is not known: ${answer.reason}; ${required}.`;
      yield { outcome: 'undecided', message, span: placeOf(answer, all) };
    } else if (answer) {
      const { severity = rest.severity, clause = '' } = exposure?.(statement, instance) ?? {};
      const message = `${called(statement)} ${does}${besides}${clause}; ${required}.`;
      yield { outcome: 'fail', message, span: placeOf(at(statement, element), all), severity };
    }
  }

  return defineRule({
    ...rest,
    targets: targets(POLICY),
    *check(instance) {
      for (const all of policyParts(instance)) for (const statement of all.statements) yield* check(statement, all, instance);
    },
  });
}

/** The change that gives a bucket without a policy one that denies requests without TLS; null where one is declared. */
export function denyingPolicy({ part: { form, resource: bucket } }: PolicyPart): Change | null {
  if (form !== null || isDeclaredElsewhere(bucket, POLICY)) return null;
  const [type, name, document, id] =
    bucket.framework === 'terraform'
      ? (['aws_s3_bucket_policy', 'bucket', 'policy', 'id'] as const)
      : (['AWS::S3::BucketPolicy', 'Bucket', 'PolicyDocument', ''] as const);
  const attributes = { [name]: reference(bucket, id), [document]: denyingPlainHttp(bucket) };
  return { kind: 'add', beside: bucket, type, attributes, jsonAttributes: ['policy'] };
}

function denyingPlainHttp(bucket: Resource): LiteralMap {
  const arn = bucket.framework === 'terraform' ? 'arn' : 'Arn';
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [reference(bucket, arn), reference(bucket, arn, '/*')],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
