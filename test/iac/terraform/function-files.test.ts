import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { at } from '../../../src/domain/value.ts';
import { SourceText } from '../../../src/domain/source.ts';
import { fileReader, folderFiles } from '../../../src/iac/files.ts';
import { readTerraform } from '../../../src/iac/terraform/index.ts';
import { show } from './read.ts';

const root = mkdtempSync(join(tmpdir(), 'function-files-'));
afterAll(() => rmSync(root, { recursive: true }));

mkdirSync(join(root, 'folder'));
writeFileSync(join(root, 'names.txt'), 'acme');
writeFileSync(join(root, 'image.bin'), Uint8Array.of(0xff, 0x00, 0xfe));
symlinkSync('/etc/hostname', join(root, 'link.txt'));

describe('functions on files of the repository', () => {
  it.each([
    ['file("names.txt")', '"acme"'],
    ['filebase64("image.bin")', '"/wD+"'],
    ['filemd5("image.bin")', '"13a18f27d9e54107c1d22c7d67f55018"'],
    ['try(file("image.bin"), "no text")', '"no text"'],
    ['fileexists("names.txt")', 'true'],
    ['fileexists("image.bin")', 'true'],
    ['fileexists("gone.txt")', 'false'],
    ['try(file("gone.txt"), "none")', '"none"'],
    ['try(file("link.txt"), "none")', '?the file link.txt is not read: it leads out of the audited folder, so it is not read'],
    ['fileexists("folder")', '?the file folder is not read: it is not a regular file'],
  ])('%s is %s', (expression, expected) => {
    const [read] = readTerraform(
      [new SourceText('main.tf', `resource "aws_x" "y" {\n  value = ${expression}\n}\n`)],
      fileReader(folderFiles(root), () => []),
    );
    const [instance] = read?.resources[0]?.instances ?? [];
    expect(instance && show(at(instance.attributes, 'value'))).toBe(expected);
  });

  it('does not call a missing file a mistake, since it may be made before the plan', () => {
    const [read] = readTerraform(
      [new SourceText('main.tf', 'resource "aws_x" "y" {\n  value = filebase64("gone.zip")\n}\n')],
      fileReader(folderFiles(root), () => []),
    );
    const [instance] = read?.resources[0]?.instances ?? [];
    expect(instance && show(at(instance.attributes, 'value'))).toBe('?the file gone.zip does not exist');
    expect(read?.diagnostics).toEqual([]);
  });
});
