import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addedDays, command, repository } from './command.ts';

const BUCKET = `#trivy:ignore:AVD-AWS-0089:exp:${addedDays(10)}
#trivy:ignore:AVD-AWS-0090:exp:2020-01-01
#trivy:ignore:aws-s3-made-up
resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV_AWS_18:They would log themselves
  bucket = "logs" # tfsec:ignore:AVD-AWS-0090:ws:dev
}

#tfsec:ignore:AVD-AWS-0089

locals {}
`;

const TEMPLATE = `Resources:
  Site:
    Type: AWS::S3::Bucket
    Metadata:
      cfn_nag:
        rules_to_suppress:
          - id: W35
            reason: |
              It is public,
              and read by all.
`;

describe('infra-audit migrate', () => {
  it('prints what is suppressed for others as exceptions, and says of the rest why it is not', async () => {
    const folder = repository({ 'main.tf': BUCKET, 'site.yaml': TEMPLATE });

    const { code, stdout, stderr } = await command(['migrate', folder, '--owner', 'team-web', '--until', addedDays(20)]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`version: 1
exceptions:
  # main.tf:1: trivy AVD-AWS-0089; main.tf:5: checkov CKV_AWS_18
  - rule: aws-s3-access-logging
    resource: aws_s3_bucket.logs
    path: main.tf
    reason: They would log themselves
    owner: team-web
    until: ${addedDays(20)}
  # site.yaml:7: cfn_nag W35
  - rule: aws-s3-access-logging
    resource: Site
    path: site.yaml
    reason: It is public, and read by all.
    owner: team-web
    until: ${addedDays(20)}

# not taken over: main.tf:2: trivy AVD-AWS-0090: it expired on 2020-01-01
# not taken over: main.tf:3: trivy aws-s3-made-up: no rule here is equivalent
# not taken over: main.tf:6: tfsec AVD-AWS-0090: it depends on ws:dev, which cannot be told here
# not taken over: main.tf:9: tfsec AVD-AWS-0089: it stands beside no resource
`);
  });

  it('writes into a policy, and a second time nothing', async () => {
    const folder = repository({ 'main.tf': BUCKET, '.github/infra-audit.yml': 'version: 1 # ours\n' });
    const policy = path.join(folder, '.github/infra-audit.yml');
    const args = ['migrate', folder, '--owner', 'team-web', '--output', policy];

    const first = await command(args);
    const once = readFileSync(policy, 'utf8');
    const second = await command(args);

    expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^1 exception written to /u) });
    expect(once.startsWith('version: 1 # ours\nexceptions:\n')).toBe(true);
    expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(/^0 exceptions written to /u) });
    expect(readFileSync(policy, 'utf8')).toBe(once);
  });

  it('says nothing of a folder without any', async () => {
    expect(await command(['migrate', repository({ 'main.tf': 'locals {}\n' }), '--owner', 'me'])).toEqual({
      code: 0,
      stdout: 'version: 1\n',
      stderr: '',
    });
  });
});
