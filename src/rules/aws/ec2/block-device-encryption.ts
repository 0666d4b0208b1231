import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asBoolean, at } from '../../../domain/value.ts';
import { elements, judge } from '../../attribute.ts';
import { judgeVolume } from '../ebs/volume.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { isWritten, launchTemplate } from './launch.ts';

interface Layout {
  /** Where each volume is described; a step may be a list. */
  readonly volumes: readonly string[];
  readonly encrypted: 'encrypted' | 'Encrypted';
  readonly snapshot: 'snapshot_id' | 'SnapshotId';
  /**
   * What says something about the root volume: a block of its own, or the mappings, which name it as the AMI does.
   * A template has neither, as it may leave its disks to whoever uses it.
   */
  readonly root?: 'root_block_device' | 'BlockDeviceMappings';
}

const BLOCKS: Layout = { volumes: ['ebs_block_device'], encrypted: 'encrypted', snapshot: 'snapshot_id', root: 'root_block_device' };
const MAPPINGS: Layout = {
  volumes: ['BlockDeviceMappings', 'Ebs'],
  encrypted: 'Encrypted',
  snapshot: 'SnapshotId',
  root: 'BlockDeviceMappings',
};

const LAYOUTS: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  ['aws_instance', BLOCKS],
  ['aws_launch_configuration', BLOCKS],
  ['aws_launch_template', { volumes: ['block_device_mappings', 'ebs'], encrypted: 'encrypted', snapshot: 'snapshot_id' }],
  ['AWS::EC2::Instance', MAPPINGS],
  ['AWS::AutoScaling::LaunchConfiguration', MAPPINGS],
  [
    'AWS::EC2::LaunchTemplate',
    { volumes: ['LaunchTemplateData', 'BlockDeviceMappings', 'Ebs'], encrypted: 'Encrypted', snapshot: 'SnapshotId' },
  ],
]);

function* judgements(instance: Instance): Iterable<Judgement> {
  const { attributes, resource } = instance;
  const layout = LAYOUTS.get(resource.type);
  if (layout === undefined) return;
  const { encrypted, root, snapshot, volumes } = layout;
  yield* judgeRoot(instance, layout);
  for (const { path, value } of [...(root === 'root_block_device' ? elements(attributes, [root]) : []), ...elements(attributes, volumes)]) {
    if (asBoolean(at(value, 'no_device')) === true) continue;
    const prefix = path.filter((step) => typeof step === 'string').join('.');
    const fix: Change = { kind: 'set', resource, path: [...path, encrypted], value: true };
    for (const violation of judgeVolume(value, { prefix, encrypted, origins: [snapshot] })) yield { violation, fix };
  }
}

/** A root volume that nothing is said about is as encrypted as its AMI, and public AMIs are not. */
function* judgeRoot(instance: Instance, { encrypted, root }: Layout): Iterable<Judgement> {
  const { attributes, resource } = instance;
  if (root === undefined) return;
  const value = at(attributes, root);
  if (isWritten(attributes, root)) return;
  const name = root === 'root_block_device' ? `${root}.${encrypted}` : root;
  const origin = launchTemplate(instance);
  if (origin.declared === 'here' && origin.template.instances.some(describesVolumes)) return;
  if (origin.declared === 'elsewhere') {
    const message = `${name} is not set here and comes from a launch template declared elsewhere; the root volume must be encrypted.`;
    yield { violation: { outcome: 'undecided', message, span: origin.reference.span }, fix: null };
  } else if (root === 'root_block_device') {
    const fix: Change = { kind: 'set', resource, path: [root, encrypted], value: true };
    for (const violation of judge(at(attributes, root, encrypted), { name, oneOf: [true], default: false })) yield { violation, fix };
  } else {
    const message = `${name} is not set, so the root volume is encrypted only if the AMI is; map the root device with ${encrypted}: true.`;
    yield { violation: { outcome: 'fail', message, span: value.span }, fix: null };
  }
}

function describesVolumes({ attributes, resource }: Instance): boolean {
  return elements(attributes, LAYOUTS.get(resource.type)?.volumes ?? []).length > 0;
}

export const rule = defineRule({
  id: 'aws-ec2-block-device-encryption',
  title: 'Root and EBS block devices must be encrypted',
  // EC2.3 (volumes of instances) and EC2.181 (volumes of launch templates) of AWS Foundational Security Best Practices are Medium.
  severity: 'MEDIUM',
  targets: {
    terraform: ['aws_instance', 'aws_launch_template', 'aws_launch_configuration'],
    cloudformation: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'],
  },
  topics: ['ec2-block-device-encryption', 'launch-block-device-encryption'],
  why: 'The disks of an instance hold its logs, credentials and data. Unencrypted, each snapshot of them can be read by whoever it is shared with or copied to.',
  remedy: [
    'Set `encrypted = true` in `root_block_device` and each `ebs_block_device` or `block_device_mappings.ebs` (CloudFormation: `Encrypted: true` in each `Ebs`).',
    'Turn on encryption by default for the account and region as well, so that nothing is forgotten.',
    'The volumes of running instances stay as they are: the change replaces the instance and its disks. Save their data first.',
  ],
  references: [
    'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-3',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-181',
  ],
  controls: { fsbp: ['EC2.3', 'EC2.181'], cis: ['2.2.1'], nist: ['SC-28', 'SC-28(1)'] },
  equivalents: { checkov: ['CKV_AWS_8'], trivy: ['AWS-0131', 'AWS-0008', 'AWS-0122'] },
  // Encryption of a volume cannot change: the fix replaces the instance and its disks.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'root volume of an instance with encryption turned off',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = false
  }
}
`,
          at: 'false',
          fixed: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }
}
`,
        },
        {
          name: 'second disk of an instance says nothing',
          source: `resource "aws_instance" "db" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }

  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = true
  }

  ebs_block_device {
    device_name = "/dev/sdg"
    volume_size = 200
  }
}
`,
          at: 'ebs_block_device',
          fixed: `resource "aws_instance" "db" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }

  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = true
  }

  ebs_block_device {
    device_name = "/dev/sdg"
    volume_size = 200
    encrypted   = true
  }
}
`,
        },
        {
          name: 'nothing said about the root volume of a launch configuration',
          source: `resource "aws_launch_configuration" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}
`,
          at: 'resource "aws_launch_configuration" "web"',
          fixed: `resource "aws_launch_configuration" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }
}
`,
        },
        {
          name: 'the launch template of an instance says nothing about disks either',
          source: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"
}

resource "aws_instance" "web" {
  instance_type = "t3.micro"

  launch_template {
    id = aws_launch_template.web.id
  }
}
`,
          at: 'resource "aws_instance" "web"',
          fixed: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"
}

resource "aws_instance" "web" {
  instance_type = "t3.micro"

  launch_template {
    id = aws_launch_template.web.id
  }

  root_block_device {
    encrypted = true
  }
}
`,
        },
        {
          name: 'disk of a launch template with a text that is neither true nor false',
          source: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size = 20
      encrypted   = "aes256"
    }
  }
}
`,
          at: '"aes256"',
          fixed: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size = 20
      encrypted   = true
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'every disk of an instance encrypted',
          source: `resource "aws_instance" "db" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }

  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = true
  }
}
`,
        },
        {
          name: 'launch template, as text; an ephemeral disk has no encryption to set',
          source: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted = "true"
    }
  }

  block_device_mappings {
    device_name  = "/dev/xvdb"
    virtual_name = "ephemeral0"
  }
}

resource "aws_instance" "web" {
  launch_template {
    id = aws_launch_template.web.id
  }
}
`,
        },
        {
          name: 'launch template that leaves the disks to others; launch configuration that takes a disk of the image away',
          source: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"
}

resource "aws_launch_configuration" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }

  ebs_block_device {
    device_name = "/dev/sdb"
    no_device   = true
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

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = var.encrypted
  }
}
`,
          at: 'var.encrypted',
        },
        {
          name: 'the snapshot of the disk decides',
          source: `resource "aws_launch_template" "restored" {
  image_id = "ami-0123456789abcdef0"

  block_device_mappings {
    device_name = "/dev/xvdf"

    ebs {
      snapshot_id = "snap-0123456789abcdef0"
    }
  }
}
`,
          at: '"snap-0123456789abcdef0"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'disk of an instance with encryption turned off',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs:
            VolumeSize: 20
            Encrypted: false
`,
          at: 'false',
          fixed: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs:
            VolumeSize: 20
            Encrypted: true
`,
        },
        {
          name: 'second disk of a launch template says nothing',
          source: `Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        BlockDeviceMappings:
          - DeviceName: /dev/xvda
            Ebs: { Encrypted: true }
          - DeviceName: /dev/xvdf
            Ebs: { VolumeSize: 200 }
`,
          at: 'Ebs',
          fixed: `Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        BlockDeviceMappings:
          - DeviceName: /dev/xvda
            Ebs: { Encrypted: true }
          - DeviceName: /dev/xvdf
            Ebs: { VolumeSize: 200, Encrypted: true }
`,
        },
        {
          name: 'no disk of an instance mapped: the name of the root device must be looked up',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
`,
          at: 'Web',
        },
        {
          name: 'disk of a launch configuration with a text that is neither true nor false',
          source: `{
  "Resources": {
    "Web": {
      "Type": "AWS::AutoScaling::LaunchConfiguration",
      "Properties": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "BlockDeviceMappings": [
          {
            "DeviceName": "/dev/xvda",
            "Ebs": {
              "Encrypted": "aes256"
            }
          }
        ]
      }
    }
  }
}
`,
          at: '"aes256"',
          fixed: `{
  "Resources": {
    "Web": {
      "Type": "AWS::AutoScaling::LaunchConfiguration",
      "Properties": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "BlockDeviceMappings": [
          {
            "DeviceName": "/dev/xvda",
            "Ebs": {
              "Encrypted": true
            }
          }
        ]
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'every disk encrypted',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs:
            Encrypted: true
        - DeviceName: /dev/xvdb
          VirtualName: ephemeral0
`,
        },
        {
          name: 'launch template that leaves the disks to others',
          source: `Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: `Parameters:
  EncryptDisks:
    Type: String
    AllowedValues: ["true", "false"]
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs:
            Encrypted: !Ref EncryptDisks
`,
          at: '!Ref EncryptDisks',
        },
        {
          name: 'a launch template declared elsewhere decides',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      LaunchTemplate: { LaunchTemplateId: lt-0123456789abcdef0, Version: "3" }
`,
          at: 'LaunchTemplate',
        },
      ],
    },
  },
});
