/** The whole way, twice over one server: what the report says when a repository is audited again. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { underPolicy } from '../../src/config/config.ts';
import { settingsFromInputs } from '../../src/config/inputs.ts';
import type { Report } from '../../src/report/report.ts';
import { renderText } from '../../src/report/text.ts';
import { run } from '../../src/run.ts';
import { KEY } from './steps.ts';
import { HOME, clientOf, sharedServer } from './support.ts';

const SOURCE = `resource "aws_ebs_volume" "open" {
  availability_zone = "eu-central-1a"
  encrypted         = false
}

resource "aws_ebs_volume" "closed" {
  availability_zone = "eu-central-1a"
  encrypted         = true
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
`;

function audit(root: string, repository: string): Promise<Report> {
  const inputs = { 'temporal-address': sharedServer().address, 'temporal-encryption-key': KEY.toString('base64') };
  return run(underPolicy(settingsFromInputs(inputs, root), null), {
    root,
    distribution: { home: HOME, version: '1.2.3', engine: 'engine' },
    environment: {},
    repository,
    links: null,
    headSha: null,
    gateFiles: [],
    base: null,
    approvals: null,
    today: '2026-01-01',
    signal: new AbortController().signal,
    log: () => undefined,
    onProgress: () => undefined,
  });
}

async function untilListed(repository: string, count: number): Promise<void> {
  const client = await clientOf(sharedServer());
  const query = `WorkflowId STARTS_WITH 'audit-${repository}-' AND ExecutionStatus = 'Completed'`;
  while ((await client.workflow.count(query)).count < count) await new Promise((resolve) => setTimeout(resolve, 50));
}

function reused({ resources }: Report): [string, boolean][] {
  return resources.map((resource): [string, boolean] => [resource.address, resource.reused]);
}

it('a second run takes what is recorded, says so, and tells each place as it is now', async () => {
  const [root, repository] = [mkdtempSync(path.join(tmpdir(), 'second-')), randomUUID()];
  writeFileSync(path.join(root, 'main.tf'), SOURCE);
  const first = await audit(root, repository);
  await untilListed(repository, 3);

  const same = await audit(root, repository);
  expect(reused(first)).toEqual([
    ['aws_ebs_volume.open', false],
    ['aws_ebs_volume.closed', false],
    ['aws_s3_bucket.logs', false],
  ]);
  expect(reused(same).filter(([, each]) => !each)).toEqual([]);
  expect(renderText(same, { colour: false }).replace(', 3 of them recorded by an earlier run', '')).toBe(
    renderText(first, { colour: false }),
  );

  writeFileSync(path.join(root, 'main.tf'), `# Disks.\n\n${SOURCE.replace('encrypted         = true', 'encrypted         = false')}`);
  const changed = await audit(root, repository);
  expect(reused(changed)).toEqual([
    ['aws_ebs_volume.open', true],
    ['aws_ebs_volume.closed', false],
    ['aws_s3_bucket.logs', true],
  ]);
  const encrypted = changed.resources.flatMap(({ findings }) => findings.filter(({ ruleId }) => ruleId === 'aws-ebs-encryption'));
  expect(encrypted.map(({ address, span }) => [address, span.start.line])).toEqual([
    ['aws_ebs_volume.open', 5],
    ['aws_ebs_volume.closed', 10],
  ]);
});
