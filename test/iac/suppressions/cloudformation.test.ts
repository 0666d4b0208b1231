import { describe, expect, it } from 'vitest';
import { understood } from './reading.ts';

const TERMS = 'until=2027-01-31 reason="accepted"';
const SAID = 'until 2027-01-31 because accepted';

describe('a comment in a YAML template', () => {
  it('is about the resource, property or item below, or the property in front', () => {
    const text = `Resources:
  # infra-audit:ignore whole ${TERMS}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web # infra-audit:ignore behind ${TERMS}
      # infra-audit:ignore above ${TERMS}
      SecurityGroupIngress:
        # infra-audit:ignore item ${TERMS}
        - CidrIp: 0.0.0.0/0 # infra-audit:ignore first ${TERMS}
          FromPort: 22
`;

    expect(understood('web.yaml', text)).toEqual([
      `2: own whole at Group: ${SAID}`,
      `6: own behind at Group Properties.GroupDescription (lines 6-6): ${SAID}`,
      `7: own above at Group Properties.SecurityGroupIngress (lines 8-11): ${SAID}`,
      `9: own item at Group Properties.SecurityGroupIngress.* (lines 10-11): ${SAID}`,
      `10: own first at Group Properties.SecurityGroupIngress.*.CidrIp (lines 10-10): ${SAID}`,
    ]);
  });

  it('is none in a text of any style', () => {
    const fake = `infra-audit:ignore x until=2027-01-31 reason=accepted`;
    const text = `Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: "# ${fake}"
      GroupName: '# ${fake}'
      Tags:
        - Key: a#${fake}
          Value: |
            # ${fake}
        - Key: >-
            # ${fake}
          Value: two
            # words, of which the second is a comment
`;

    expect(understood('web.yaml', text)).toEqual([]);
  });

  it('is about nothing above the sections of the template', () => {
    expect(understood('web.yaml', `# infra-audit:ignore x ${TERMS}\nResources:\n  Logs:\n    Type: AWS::S3::Bucket\n`)).toEqual([
      `1: own x at nothing: ${SAID}`,
    ]);
  });
});

describe('the metadata of a resource', () => {
  const metadata = {
    'infra-audit': {
      ignore: [
        { rule: 'aws-s3-versioning', until: '2027-01-31', reason: 'accepted' },
        { rule: ['aws-s3-encryption', 'aws-s3-access-logging'], until: '2027-01-31' },
      ],
    },
    checkov: { skip: [{ id: 'CKV_AWS_21', comment: 'no versions' }] },
    cfn_nag: { rules_to_suppress: [{ id: 'W35', reason: 'is the log bucket' }, { id: 'W41' }] },
    guard: { SuppressedRules: ['S3_BUCKET_LOGGING_ENABLED'] },
  };
  const said = [
    `own aws-s3-versioning at Logs: ${SAID}`,
    'own aws-s3-encryption+aws-s3-access-logging at Logs: has no reason="..."',
    'checkov CKV_AWS_21 at Logs: because no versions',
    'cfn_nag W35 at Logs: because is the log bucket',
    'cfn_nag W41 at Logs',
    'guard S3_BUCKET_LOGGING_ENABLED at Logs',
  ];

  it('is understood in JSON', () => {
    const template = { Resources: { Logs: { Type: 'AWS::S3::Bucket', Metadata: metadata } } };

    expect(understood('logs.json', JSON.stringify(template))).toEqual(said.map((line) => `1: ${line}`));
  });

  it('is understood in YAML', () => {
    const text = `Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Metadata: ${JSON.stringify(metadata)}\n`;

    expect(understood('logs.yaml', text)).toEqual(said.map((line) => `4: ${line}`));
  });

  it('is passed over where it is not the resource that has it', () => {
    const template = {
      Metadata: metadata,
      Resources: { Logs: { Type: 'AWS::S3::Bucket', Properties: { Metadata: metadata, Tags: [{ Metadata: metadata }] } } },
    };

    expect(understood('logs.json', JSON.stringify(template))).toEqual([]);
  });

  it.each([
    ['a text', 'all'],
    ['a list of texts', ['aws-s3-versioning']],
    ['nothing', null],
    ['a map with a strange key', { __proto__x: { rule: 1 } }],
  ])('says what it lacks, or nothing, when ignore is %s', (_, ignore) => {
    const template = { Resources: { Logs: { Type: 'AWS::S3::Bucket', Metadata: { 'infra-audit': { ignore } } } } };

    for (const line of understood('logs.json', JSON.stringify(template))) expect(line).toContain('names no rule');
  });
});
