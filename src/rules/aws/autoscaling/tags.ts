import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import { elements } from '../../attribute.ts';
import { declared } from '../samples.ts';

const MUST = 'at least one must be handed on to the instances (`propagate_at_launch = true`)';

function* judge({ attributes, resource }: Instance): Iterable<Violation> {
  // Before version 5 of the provider, `tags` held a list of the same.
  const tags = [...elements(attributes, ['tag']), ...elements(attributes, ['tags'])].map(({ value }) => value);
  const flags = tags.map((tag) => at(tag, 'propagate_at_launch'));
  if (flags.some((flag) => textOf(flag) === 'true')) return;
  const unknown = flags.find(({ state }) => state === 'unknown');
  const [first] = flags;
  if (unknown?.state === 'unknown')
    yield { outcome: 'undecided', message: `Which tags instances get is not known: ${unknown.reason}; ${MUST}.`, span: unknown.span };
  else if (first === undefined) yield { outcome: 'fail', message: `The group has no tags; ${MUST}.`, span: resource.header };
  else yield { outcome: 'fail', message: `The group keeps its tags to itself; ${MUST}.`, span: first.span };
}

function tagged(flag: string): string {
  return declared('aws_autoscaling_group', [
    'tag {',
    '  key                 = "team"',
    '  value               = "web"',
    `  propagate_at_launch = ${flag}`,
    '}',
  ]);
}

export const rule = defineRule({
  id: 'aws-autoscaling-tags',
  title: 'Auto Scaling group must hand tags on to its instances',
  // A house rule; LOW is what another checker gives it.
  severity: 'LOW',
  targets: { terraform: ['aws_autoscaling_group'] },
  topics: ['asg-tags'],
  why: 'An instance without tags belongs to nobody: in an incident, or on the bill, it takes a search to find out whose it is.',
  remedy: ['Choose the tags that say whose the instances are.', 'Add a `tag` block for each, with `propagate_at_launch = true`.'],
  references: ['https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html'],
  controls: { nist: ['CM-8'] },
  equivalents: { checkov: ['CKV_AWS_153'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'the only tag stays with the group', source: tagged('false'), at: 'false' },
        { name: 'no tags', source: declared('aws_autoscaling_group', ['max_size = 2']), at: 'resource "aws_autoscaling_group" "app"' },
        { name: 'a text that is neither true nor false', source: tagged('"yes"'), at: '"yes"' },
      ],
      good: [
        { name: 'handed on', source: tagged('true') },
        {
          name: 'handed on, as a list',
          source: declared('aws_autoscaling_group', ['tags = [{ key = "team", value = "web", propagate_at_launch = true }]']),
        },
      ],
      undecided: [{ name: 'a variable without a value decides', source: tagged('var.unset'), at: 'var.unset' }],
    },
  },
});
