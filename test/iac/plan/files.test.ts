import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/iac/workspace.ts';
import { plan } from './reading.ts';

const TEXT = plan([{ address: 'aws_s3_bucket.logs', after: { bucket: 'logs' } }]);

describe('a plan in a file', () => {
  let folder = '';
  let root = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plan-'));
    root = join(folder, 'repository');
    await mkdir(root);
    await writeFile(join(root, 'main.tf'), 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('may lie in the repository or beside it, whatever paths are audited', async () => {
    await writeFile(join(root, 'plan.json'), TEXT);
    await writeFile(join(folder, 'plan.json'), TEXT);
    for (const file of ['plan.json', '../plan.json']) {
      const workspace = await readWorkspace({ root, paths: ['main.tf'], planFiles: [file] });
      expect(workspace.resources.map(({ root: of, address, header }) => `${of} ${address} ${header.file}`)).toEqual([
        '. aws_s3_bucket.logs main.tf',
      ]);
      expect(workspace.coverage.scanned.map(({ path }) => path).toSorted()).toEqual([file, 'main.tf'].toSorted());
      expect(workspace.diagnostics).toEqual([]);
    }
  });

  it.each([
    [
      'as Terraform saves it',
      Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe]),
      'it is a plan as Terraform saves it, not its JSON; make it with "terraform show',
    ],
    ['not in UTF-8', Buffer.from(TEXT, 'utf16le'), 'it is not'],
    ['too large', Buffer.from(TEXT), 'it is larger than 100 bytes'],
  ])('that is %s is undecided, and the source is audited', async (_, bytes, words) => {
    await writeFile(join(root, 'plan.json'), bytes);
    const workspace = await readWorkspace({
      root,
      paths: ['.'],
      planFiles: ['plan.json'],
      limits: words.includes('larger') ? { planBytes: 100 } : {},
    });
    expect(workspace.diagnostics.map(({ level, file, message }) => `${level} ${file}: ${message}`)).toEqual([
      expect.stringContaining(`undecided plan.json: the plan is not read: ${words}`),
    ]);
    expect(workspace.resources.map(({ address }) => address)).toEqual(['aws_s3_bucket.logs']);
  });
});
