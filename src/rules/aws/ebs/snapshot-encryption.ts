import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { declared } from '../samples.ts';
import { judgeVolume } from './volume.ts';

const MUST = 'the snapshot must be of an encrypted volume';

/** A snapshot is encrypted exactly when its volume is. */
function* judge({ attributes, resource }: Instance): Iterable<Violation> {
  const id = at(attributes, 'volume_id');
  const original = resource.related.find(
    ({ attribute, certain, direction, resource: other }) =>
      certain && direction === 'to' && attribute === 'volume_id' && other.type === 'aws_ebs_volume',
  )?.resource;
  if (original === undefined) {
    const why = id.state === 'unknown' ? `volume_id is not known: ${id.reason}` : `the volume ${seen(id)} is not declared here`;
    yield { outcome: 'undecided', message: `Whether the snapshot is encrypted cannot be told: ${why}; ${MUST}.`, span: id.span };
    return;
  }
  const wrong = named(original, id).flatMap((each) => [
    ...judgeVolume(each.attributes, { prefix: original.address, encrypted: 'encrypted', origins: ['snapshot_id'] }),
  ]);
  const [first] = wrong.toSorted((a, b) => Number(a.outcome === 'undecided') - Number(b.outcome === 'undecided'));
  if (first !== undefined) yield { ...first, message: `${first.message} A snapshot is encrypted as its volume is.`, span: id.span };
}

/** The instance of the volume that is named, or all. */
function named(volume: Resource, id: Value): readonly Instance[] {
  const address = id.state === 'unknown' ? id.reference?.instance : undefined;
  return volume.instances.filter((each) => address === undefined || each.address === address);
}

function volume(line: string): string {
  return `resource "aws_ebs_volume" "data" {\n  availability_zone = "eu-west-1a"\n${line}}\n`;
}

export const rule = defineRule({
  id: 'aws-ebs-snapshot-encryption',
  title: 'EBS snapshot must be of an encrypted volume',
  // EC2.3 of AWS Foundational Security Best Practices, on the volumes, is Medium; a snapshot is what leaves the account.
  severity: 'MEDIUM',
  targets: { terraform: ['aws_ebs_snapshot'] },
  topics: ['ebs-snapshot-encryption'],
  why: 'An unencrypted snapshot can be shared with, or copied by, anyone who gets the permission; no key stands in the way.',
  remedy: [
    'Encrypt the volume: `encrypted = true`, with `kms_key_id` where a key of your own is required. That makes a new volume; move the data first.',
    'For a snapshot that is there already, make an encrypted copy with `aws_ebs_snapshot_copy` and delete the original.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html'],
  controls: { nist: ['SC-28', 'SC-28(1)'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'its volume has encryption turned off',
          source: declared('aws_ebs_snapshot', ['volume_id = aws_ebs_volume.data.id'], volume('  encrypted         = false\n')),
          at: 'aws_ebs_volume.data.id',
        },
        {
          name: 'its volume says nothing',
          source: declared('aws_ebs_snapshot', ['volume_id = aws_ebs_volume.data.id'], volume('')),
          at: 'aws_ebs_volume.data.id',
        },
        {
          name: 'its volume has a text that is neither true nor false',
          source: declared('aws_ebs_snapshot', ['volume_id = aws_ebs_volume.data.id'], volume('  encrypted         = "yes"\n')),
          at: 'aws_ebs_volume.data.id',
        },
        {
          name: 'one volume of several',
          source: declared(
            'aws_ebs_snapshot',
            ['volume_id = aws_ebs_volume.data["logs"].id'],
            `resource "aws_ebs_volume" "data" {
  for_each  = { logs = false, orders = true }
  encrypted = each.value
}
`,
          ),
          at: 'aws_ebs_volume.data["logs"].id',
        },
      ],
      good: [
        {
          name: 'its volume is encrypted',
          source: declared('aws_ebs_snapshot', ['volume_id = aws_ebs_volume.data.id'], volume('  encrypted         = true\n')),
        },
      ],
      undecided: [
        {
          name: 'a volume that is declared elsewhere',
          source: declared('aws_ebs_snapshot', ['volume_id = "vol-0123456789abcdef0"']),
          at: '"vol-0123456789abcdef0"',
        },
        {
          name: 'a variable without a value decides on the volume',
          source: declared('aws_ebs_snapshot', ['volume_id = var.unset']),
          at: 'var.unset',
        },
        {
          name: 'a variable without a value decides on its encryption',
          source: declared('aws_ebs_snapshot', ['volume_id = aws_ebs_volume.data.id'], volume('  encrypted         = var.unset\n')),
          at: 'aws_ebs_volume.data.id',
        },
      ],
    },
  },
});
