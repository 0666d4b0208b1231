import type { Change } from '../../../domain/change.ts';
import type { Instance, Resource } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { another, declared, stack } from '../samples.ts';

const CONFIG_RULES = { terraform: 'aws_config_config_rule', cloudformation: 'AWS::Config::ConfigRule' } as const;
const MUST = 'one of the Config rules must have the source ENCRYPTED_VOLUMES';

/** What is missing is missing once: the first rule that is declared speaks for all. */
function* judgements({ key, resource }: Instance): Iterable<Judgement> {
  const all = [resource, ...new Set(resource.related.map((link) => link.resource).filter(({ type }) => type === resource.type))];
  if (all.some((other) => isBefore(other, resource))) return;
  const sources = all.flatMap(({ instances }) => instances.map(sourceOf));
  if (sources.some((source) => asString(source) === 'ENCRYPTED_VOLUMES')) return;
  const unknown = sources.find((source) => source.state === 'unknown');
  if (unknown?.state === 'unknown')
    yield {
      violation: {
        outcome: 'undecided',
        message: `What a Config rule looks at is not known: ${unknown.reason}; ${MUST}.`,
        span: unknown.span,
      },
      fix: null,
    };
  else
    yield {
      violation: { outcome: 'fail', message: `No Config rule here looks for unencrypted volumes; ${MUST}.`, span: resource.header },
      fix: key === null ? lookingRule(resource) : null,
    };
}

/** Beside a rule that is made several times it would be as well, and its name can be given once. */
function lookingRule(beside: Resource): Change {
  const attributes =
    beside.framework === 'terraform'
      ? { name: 'encrypted-volumes', source: { owner: 'AWS', source_identifier: 'ENCRYPTED_VOLUMES' } }
      : { Source: { Owner: 'AWS', SourceIdentifier: 'ENCRYPTED_VOLUMES' } };
  return { kind: 'add', beside, type: beside.type, attributes };
}

function sourceOf({ attributes, resource }: Instance): Value {
  return resource.framework === 'terraform' ? at(attributes, 'source', 'source_identifier') : at(attributes, 'Source', 'SourceIdentifier');
}

function isBefore(a: Resource, b: Resource): boolean {
  if (a.source.file !== b.source.file) return a.source.file < b.source.file;
  if (a.source.start.offset !== b.source.start.offset) return a.source.start.offset < b.source.start.offset;
  return a.address < b.address;
}

function managed(identifier: string): readonly string[] {
  return ['source {', '  owner             = "AWS"', `  source_identifier = ${identifier}`, '}'];
}

function managedInStack(identifier: string): readonly string[] {
  return ['Source:', '  Owner: AWS', `  SourceIdentifier: ${identifier}`];
}

/** What the fix adds. */
const ADDED = `resource "aws_config_config_rule" "app_2" {
  name = "encrypted-volumes"

  source {
    owner             = "AWS"
    source_identifier = "ENCRYPTED_VOLUMES"
  }
}
`;
const ADDED_TO_STACK = another('AppConfigRule', CONFIG_RULES.cloudformation, managedInStack('ENCRYPTED_VOLUMES'));
const PASSWORDS = declared(CONFIG_RULES.terraform, managed('"IAM_PASSWORD_POLICY"')).replace('"app"', '"passwords"');

export const rule = defineRule({
  id: 'aws-ebs-encrypted-volumes-config-rule',
  title: 'AWS Config must look for unencrypted volumes',
  // A house rule: MEDIUM is what other checkers give, but the volumes that are declared are judged here anyway.
  severity: 'LOW',
  // Judged only where rules of AWS Config are declared. Whether another root declares it is not known: record an exception then.
  targets: { terraform: [CONFIG_RULES.terraform], cloudformation: [CONFIG_RULES.cloudformation] },
  topics: ['config-encrypted-volumes-rule'],
  why: 'Volumes that are made by hand, by other tools or by instances as they start are in no code that could be checked; AWS Config sees them.',
  remedy: [
    'Terraform: add an `aws_config_config_rule` with `source { owner = "AWS", source_identifier = "ENCRYPTED_VOLUMES" }`.',
    'CloudFormation: add an `AWS::Config::ConfigRule` with `Source: { Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES }`.',
  ],
  references: ['https://docs.aws.amazon.com/config/latest/developerguide/encrypted-volumes.html'],
  controls: { nist: ['CM-6', 'SC-28'] },
  equivalents: {},
  // It is paid for by the evaluation.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'two rules, of which none looks for it',
          source: declared(CONFIG_RULES.terraform, managed('"ROOT_ACCOUNT_MFA_ENABLED"'), PASSWORDS),
          at: 'resource "aws_config_config_rule" "app"',
          fixed: declared(CONFIG_RULES.terraform, managed('"ROOT_ACCOUNT_MFA_ENABLED"'), ADDED, PASSWORDS),
        },
        {
          name: 'a number is no source',
          source: declared(CONFIG_RULES.terraform, managed('5')),
          at: 'resource "aws_config_config_rule" "app"',
          fixed: declared(CONFIG_RULES.terraform, managed('5'), ADDED),
        },
        {
          name: 'a rule without a source, made several times',
          source: declared(CONFIG_RULES.terraform, ['count = 2', 'name  = "volumes"']),
          at: 'resource "aws_config_config_rule" "app"',
        },
      ],
      good: [
        {
          name: 'the second rule looks for it',
          source: declared(
            CONFIG_RULES.terraform,
            managed('"ROOT_ACCOUNT_MFA_ENABLED"'),
            declared(CONFIG_RULES.terraform, managed('"ENCRYPTED_VOLUMES"')).replace('"app"', '"volumes"'),
          ),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared(CONFIG_RULES.terraform, managed('var.unset')),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'no rule looks for it',
          source: stack(CONFIG_RULES.cloudformation, managedInStack('ROOT_ACCOUNT_MFA_ENABLED')),
          at: 'App',
          fixed: stack(CONFIG_RULES.cloudformation, managedInStack('ROOT_ACCOUNT_MFA_ENABLED'), ADDED_TO_STACK),
        },
        {
          name: 'a list is no source',
          source: stack(CONFIG_RULES.cloudformation, managedInStack('[ENCRYPTED_VOLUMES]')),
          at: 'App',
          fixed: stack(CONFIG_RULES.cloudformation, managedInStack('[ENCRYPTED_VOLUMES]'), ADDED_TO_STACK),
        },
        {
          name: 'a rule without a source',
          source: stack(CONFIG_RULES.cloudformation, ['ConfigRuleName: volumes']),
          at: 'App',
          fixed: stack(CONFIG_RULES.cloudformation, ['ConfigRuleName: volumes'], ADDED_TO_STACK),
        },
      ],
      good: [
        {
          name: 'the second rule looks for it',
          source: stack(
            CONFIG_RULES.cloudformation,
            managedInStack('ROOT_ACCOUNT_MFA_ENABLED'),
            another('Volumes', CONFIG_RULES.cloudformation, managedInStack('ENCRYPTED_VOLUMES')),
          ),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack(CONFIG_RULES.cloudformation, managedInStack('!Ref Unset')),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
