import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { elements } from '../../attribute.ts';
import { judgeVolume } from '../ebs/volume.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';

/** The blocks that say whether what they describe is encrypted: a disk of an image, or a copy as a whole. */
const BLOCKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws_ami', ['ebs_block_device']],
  ['aws_ami_copy', []],
]);

function* judgements({ attributes, resource }: Instance): Iterable<Judgement> {
  const blocks = BLOCKS.get(resource.type) ?? [];
  for (const { path, value } of elements(attributes, blocks)) {
    const fix: Change = { kind: 'set', resource, path: [...path, 'encrypted'], value: true };
    // A copy is made unencrypted unless it says otherwise, so its source is not asked; a disk is as its snapshot is.
    const origins = blocks.length === 0 ? [] : ['snapshot_id'];
    for (const violation of judgeVolume(value, { prefix: blocks.join('.'), encrypted: 'encrypted', origins })) yield { violation, fix };
  }
}

export const rule = defineRule({
  id: 'aws-ami-encryption',
  title: 'Machine image must be encrypted',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what other checkers give it.
  severity: 'MEDIUM',
  targets: { terraform: [...BLOCKS.keys()] },
  topics: ['ami-encryption'],
  why: 'Every instance started from an unencrypted image has an unencrypted root volume, and whoever the image is shared with can read all that was left on it.',
  remedy: [
    'Set `encrypted = true`, with `kms_key_id` where a key of your own is required.',
    'An existing image cannot be encrypted in place: the change makes a new one. Move launch templates to the new image before the old one goes away.',
  ],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html'],
  controls: { nist: ['SC-28', 'SC-28(1)'] },
  equivalents: { checkov: ['CKV_AWS_235'] },
  // The image is made anew, under another id.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'copy with encryption turned off',
          source: `resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "eu-west-1"
  encrypted         = false
}
`,
          at: 'false',
          fixed: `resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "eu-west-1"
  encrypted         = true
}
`,
        },
        {
          name: 'copy that says nothing',
          source: `resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "eu-west-1"
}
`,
          at: 'resource "aws_ami_copy" "base"',
          fixed: `resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "eu-west-1"
  encrypted         = true
}
`,
        },
        {
          name: 'disk of an image with a text that is neither true nor false',
          source: `resource "aws_ami" "base" {
  name             = "base"
  root_device_name = "/dev/xvda"

  ebs_block_device {
    device_name = "/dev/xvda"
    volume_size = 8
    encrypted   = "aes256"
  }
}
`,
          at: '"aes256"',
          fixed: `resource "aws_ami" "base" {
  name             = "base"
  root_device_name = "/dev/xvda"

  ebs_block_device {
    device_name = "/dev/xvda"
    volume_size = 8
    encrypted   = true
  }
}
`,
        },
      ],
      good: [
        {
          name: 'encrypted copy',
          source: `resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "eu-west-1"
  encrypted         = true
}
`,
        },
        {
          name: 'encrypted disk of an image',
          source: `resource "aws_ami" "base" {
  name             = "base"
  root_device_name = "/dev/xvda"

  ebs_block_device {
    device_name = "/dev/xvda"
    encrypted   = true
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "encrypted" {
  type = bool
}

resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "eu-west-1"
  encrypted         = var.encrypted
}
`,
          at: 'var.encrypted',
        },
        {
          name: 'the snapshot of the disk decides',
          source: `resource "aws_ami" "base" {
  name             = "base"
  root_device_name = "/dev/xvda"

  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = "snap-0123456789abcdef0"
  }
}
`,
          at: '"snap-0123456789abcdef0"',
        },
      ],
    },
  },
});
