import { companionRule } from '../network/companion.ts';
import { another, declared, stack } from '../samples.ts';

export const rule = companionRule({
  id: 'aws-ebs-unattached',
  title: 'EBS volume must be attached to an instance',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives it.
  severity: 'LOW',
  // Volumes that are attached by hand, or in another root, are reported as well: an exception says so.
  terraform: { aws_ebs_volume: [{ type: 'aws_volume_attachment', attribute: 'volume_id' }] },
  cloudformation: {
    'AWS::EC2::Volume': [
      { type: 'AWS::EC2::VolumeAttachment', attribute: 'VolumeId' },
      { type: 'AWS::EC2::Instance', attribute: 'Volumes' },
    ],
  },
  missing: 'nothing here attaches the volume to an instance',
  must: 'it must be in use, or it must go',
  topics: ['ebs-unattached'],
  why: 'A volume that nothing uses is paid for, keeps its data, and is looked after by nobody.',
  remedy: [
    'Attach it: `aws_volume_attachment` with `volume_id` and `instance_id` (CloudFormation: `AWS::EC2::VolumeAttachment`), or remove it after a last snapshot.',
    'Where it is attached outside of this code, record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/ebs-attaching-volume.html'],
  controls: { nist: ['CM-8'] },
  equivalents: {},
  examples: {
    terraform: {
      bad: [
        {
          name: 'nothing refers to it',
          source: declared('aws_ebs_volume', ['availability_zone = "eu-west-1a"', 'size              = 8']),
          at: 'resource "aws_ebs_volume" "app"',
        },
      ],
      good: [
        {
          name: 'attached',
          source: declared(
            'aws_ebs_volume',
            ['availability_zone = "eu-west-1a"'],
            `resource "aws_volume_attachment" "app" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.app.id
  instance_id = "i-0123456789abcdef0"
}
`,
          ),
        },
      ],
      undecided: [
        {
          name: 'an attachment of a volume that is not known',
          source: declared(
            'aws_ebs_volume',
            ['availability_zone = "eu-west-1a"'],
            'resource "aws_volume_attachment" "app" {\n  device_name = "/dev/sdf"\n  volume_id   = var.unset\n}\n',
          ),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [{ name: 'nothing refers to it', source: stack('AWS::EC2::Volume', ['AvailabilityZone: eu-west-1a', 'Size: 8']), at: 'App' }],
      good: [
        {
          name: 'attached',
          source: stack(
            'AWS::EC2::Volume',
            ['AvailabilityZone: eu-west-1a', 'Size: 8'],
            another('Attachment', 'AWS::EC2::VolumeAttachment', [
              'Device: /dev/sdf',
              'VolumeId: !Ref App',
              'InstanceId: i-0123456789abcdef0',
            ]),
          ),
        },
        {
          name: 'attached by its instance',
          source: stack(
            'AWS::EC2::Volume',
            ['AvailabilityZone: eu-west-1a', 'Size: 8'],
            another('Web', 'AWS::EC2::Instance', ['Volumes:', '  - Device: /dev/sdf', '    VolumeId: !Ref App']),
          ),
        },
      ],
      undecided: [
        {
          name: 'an attachment of a volume that is not known',
          source: stack(
            'AWS::EC2::Volume',
            ['AvailabilityZone: eu-west-1a', 'Size: 8'],
            another('Attachment', 'AWS::EC2::VolumeAttachment', ['Device: /dev/sdf', 'VolumeId: !Ref Unset']),
          ),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
