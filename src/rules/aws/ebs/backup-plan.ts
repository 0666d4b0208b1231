import type { Instance } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all, asString, at, isMap } from '../../../domain/value.ts';
import { elements } from '../../attribute.ts';
import type { Answer } from '../policy.ts';
import { isUnknown, or } from '../policy.ts';
import { declared } from '../samples.ts';

/** Whether a selection of a backup plan takes the volume in: by its ARN, by a pattern that all volumes match, or by a tag. */
function selects(selection: Instance, volume: Instance): Answer {
  return or(
    ...all(selection.attributes, 'resources').map((each) => names(each, volume)),
    ...elements(selection.attributes, ['selection_tag']).map(({ value }) => isTagged(value, at(volume.attributes, 'tags'))),
  );
}

function names(value: Value, volume: Instance): Answer {
  if (value.state !== 'unknown') return /^(?:\*|arn:[^:]*:(?:ec2|\*):[^:]*:[^:]*:(?:volume\/)?\*)$/u.test(asString(value) ?? '');
  if (value.reference === undefined) return value;
  const { address, instance } = value.reference;
  return address === volume.resource.address && (instance === undefined || instance === volume.address);
}

function isTagged(selector: Value, tags: Value): Answer {
  if (selector.state === 'unknown') return selector;
  const key = at(selector, 'key');
  for (const each of [key, tags]) if (each.state === 'unknown') return each;
  const tag = tags.state === 'known' && isMap(tags.data) ? tags.data.get(asString(key) ?? '') : undefined;
  if (tag === undefined) return false;
  const wanted = at(selector, 'value');
  for (const each of [tag, wanted]) if (each.state === 'unknown') return each;
  return asString(tag) === asString(wanted);
}

function* judge(instance: Instance): Iterable<Violation> {
  const must = 'a backup plan must take it in, by its ARN or a tag';
  const selections = new Set(companions(instance.resource, 'aws_backup_selection').map((link) => link.resource));
  const answer = or(...[...selections].flatMap(({ instances }) => instances.map((each) => selects(each, instance))));
  const { header: span } = instance.resource;
  if (isUnknown(answer))
    yield { outcome: 'undecided', message: `Whether a backup plan takes the volume in is not known: ${answer.reason}; ${must}.`, span };
  else if (!answer) yield { outcome: 'fail', message: `No backup plan here takes the volume in; ${must}.`, span };
}

const DAILY = ['selection_tag {', '  type  = "STRINGEQUALS"', '  key   = "backup"', '  value = "daily"', '}'];

function selecting(...lines: readonly string[]): string {
  const body = ['name         = "volumes"', 'plan_id      = "plan"', 'iam_role_arn = "arn:aws:iam::111122223333:role/backup"', ...lines];
  return `resource "aws_backup_selection" "volumes" {\n${body.map((line) => `  ${line}\n`).join('')}}\n`;
}

export const rule = defineRule({
  id: 'aws-ebs-backup-plan',
  title: 'EBS volume must belong to a backup plan',
  // EC2.28 of AWS Foundational Security Best Practices is Low.
  severity: 'LOW',
  // A plan that another root declares is not seen: record an exception then.
  targets: { terraform: ['aws_ebs_volume'] },
  topics: ['ebs-backup-plan'],
  why: 'A volume without backups is lost with its Availability Zone, or with the first command that deletes it.',
  remedy: [
    'Choose the plan, how often it runs and how long backups are kept.',
    'Name the volume in an `aws_backup_selection`: `resources = [aws_ebs_volume.data.arn]`, or a `selection_tag` that the volume has in its `tags`.',
  ],
  references: [
    'https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-28',
  ],
  controls: { fsbp: ['EC2.28'], nist: ['CP-9'] },
  equivalents: { checkov: ['CKV2_AWS_9'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'no plan is declared',
          source: declared('aws_ebs_volume', ['availability_zone = "eu-west-1a"']),
          at: 'resource "aws_ebs_volume" "app"',
        },
        {
          name: 'the plan takes another volume in',
          source: declared(
            'aws_ebs_volume',
            ['availability_zone = "eu-west-1a"'],
            selecting('resources    = ["arn:aws:ec2:eu-west-1:111122223333:volume/vol-0123456789abcdef0"]'),
          ),
          at: 'resource "aws_ebs_volume" "app"',
        },
        {
          name: 'the tag has another value',
          source: declared('aws_ebs_volume', ['tags = { backup = "never" }'], selecting(...DAILY)),
          at: 'resource "aws_ebs_volume" "app"',
        },
      ],
      good: [
        {
          name: 'named by its ARN',
          source: declared('aws_ebs_volume', ['availability_zone = "eu-west-1a"'], selecting('resources    = [aws_ebs_volume.app.arn]')),
        },
        {
          name: 'all volumes are taken in',
          source: declared(
            'aws_ebs_volume',
            ['availability_zone = "eu-west-1a"'],
            selecting('resources    = ["arn:aws:ec2:*:*:volume/*"]'),
          ),
        },
        {
          name: 'by a tag',
          source: declared('aws_ebs_volume', ['tags = { backup = "daily" }'], selecting(...DAILY)),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_ebs_volume', ['availability_zone = "eu-west-1a"'], selecting('resources    = var.unset')),
          at: 'resource "aws_ebs_volume" "app"',
        },
        {
          name: 'its tags are not known',
          source: declared('aws_ebs_volume', ['tags = var.unset'], selecting(...DAILY)),
          at: 'resource "aws_ebs_volume" "app"',
        },
      ],
    },
  },
});
