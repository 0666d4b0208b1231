import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileNote } from '../../src/domain/diagnostic.ts';
import { asString, at } from '../../src/domain/value.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { selection } from '../../src/iac/discovery.ts';
import { fileReader, folderFiles } from '../../src/iac/files.ts';
import type { Limits } from '../../src/iac/limits.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';

const BUCKET = 'Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n';

let root: string;
let outside: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'audit-'));
  root = join(outside, 'root');
  mkdirSync(root);
});

afterEach(() => rmSync(outside, { recursive: true, force: true }));

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function audit(limits: Partial<Limits> = {}, ...paths: readonly string[]): Promise<Workspace> {
  return readWorkspace({ root, paths: paths.length === 0 ? ['.'] : paths, limits });
}

function lines(notes: readonly FileNote[]): string[] {
  return notes.map(({ path, reason }) => `${path}: ${reason}`);
}

function warnings({ diagnostics }: Workspace): string[] {
  return diagnostics.filter(({ level }) => level === 'warning').map(({ code, file, message }) => `${code} ${file}: ${message}`);
}

/** Whatever lies beside it, the good file is read. */
function expectGoodFile(workspace: Workspace): void {
  expect(workspace.resources.filter(({ root: path }) => path === 'good.yaml').map(({ address }) => address)).toEqual(['Logs']);
  expect(workspace.coverage.scanned.map(({ path }) => path)).toContain('good.yaml');
}

describe('finding files', () => {
  it('reads all folders in order, but those of git, Node and Terraform itself', async () => {
    for (const path of ['b/two.yml', 'a/one.json', 'good.yaml', '.hidden/three.template', '.git/no.yaml', 'node_modules/no.yaml']) {
      write(path, path.endsWith('json') ? '{"Resources": {"Logs": {"Type": "AWS::S3::Bucket"}}}' : BUCKET);
    }
    write('live/.terraform/modules/modules.json', '{}');
    write('notes.txt', BUCKET);
    const workspace = await audit();
    expect(lines(workspace.coverage.scanned)).toEqual([
      '.hidden/three.template: CloudFormation',
      'a/one.json: CloudFormation',
      'b/two.yml: CloudFormation',
      'good.yaml: CloudFormation',
    ]);
    expect(workspace.coverage.failed).toEqual([]);
    expect(warnings(workspace)).toEqual([
      'terraform-folder live/.terraform: the folder .terraform is never read; it does not belong into the repository',
    ]);
    expect(workspace.source('a/one.json')?.text).toContain('AWS::S3::Bucket');
  });

  it('what was not asked for is told as ignored', async () => {
    write('good.yaml', BUCKET);
    write('a/bad.yaml', `${BUCKET}: [`);
    write('a/fifo.yaml', new Uint8Array([0xff]));
    const workspace = await audit({}, 'good.yaml');
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.ignored)).toEqual(['a/bad.yaml: it is outside the paths that were asked for']);
    expect([workspace.coverage.failed, workspace.diagnostics]).toEqual([[], []]);
  });

  it('files that Terraform does not read are not read', async () => {
    const names = ['#auto.tf.json#', '.#lock.tofu', '.hidden.tf', '.hidden.tofu.json', 'main.tf~'];
    for (const name of names) write(name, 'resource "aws_s3_bucket" "hidden" {}\n');
    symlinkSync(join(root, 'main.tf'), join(root, '.link.tf'));
    write('main.tf', 'variable "name" {}\n\nresource "aws_s3_bucket" "seen" {\n  bucket = var.name\n}\n');
    write('.auto.tfvars', 'name = "from a hidden file of values"\n');
    const workspace = await audit();
    const dot = 'Terraform reads no file whose name begins with a dot';
    const editor = 'Terraform reads no file that an editor keeps beside another (`~`, `#`)';
    expect(lines(workspace.coverage.ignored)).toEqual([
      `#auto.tf.json#: ${editor}`,
      `.#lock.tofu: ${dot}`,
      `.hidden.tf: ${dot}`,
      `.hidden.tofu.json: ${dot}`,
      `.link.tf: ${dot}`,
      `main.tf~: ${editor}`,
    ]);
    expect(workspace.resources.map(({ address }) => address)).toEqual(['aws_s3_bucket.seen']);
    expect(workspace.resources.map(({ instances: [instance] }) => instance && asString(at(instance.attributes, 'bucket')))).toEqual([
      'from a hidden file of values',
    ]);
  });

  it('a root that does not exist is an error of the caller', async () => {
    await expect(readWorkspace({ root: join(root, 'nowhere'), paths: ['.'] })).rejects.toThrow('ENOENT');
  });

  it.each<[string[], string[]]>([
    [['.'], ['a/b.tf', 'a/c/d.tf', 'e.tf']],
    [['a'], ['a/b.tf', 'a/c/d.tf']],
    [['./a/'], ['a/b.tf', 'a/c/d.tf']],
    [['a/*.tf'], ['a/b.tf']],
    [
      ['**/d.tf', 'e.tf'],
      ['a/c/d.tf', 'e.tf'],
    ],
    [['*'], ['a/b.tf', 'a/c/d.tf', 'e.tf']],
    [
      ['.', '!a/c'],
      ['a/b.tf', 'e.tf'],
    ],
    [['!a'], ['e.tf']],
    [['A'], []],
  ])('%j asks for %j', (paths, expected) => {
    expect(['a/b.tf', 'a/c/d.tf', 'e.tf'].filter(selection(paths))).toEqual(expected);
  });
});

describe('hostile files beside a good one', () => {
  beforeEach(() => write('good.yaml', BUCKET));

  it.each<[string, string, string | Uint8Array, string]>([
    [
      'nested too deep',
      'bad.yaml',
      `${BUCKET}  X: ${'['.repeat(10_000)}`,
      'line 4: maps and lists lie within each other more than 200 deep; the file is not read',
    ],
    [
      'nested too deep in JSON',
      'bad.json',
      `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}, "X": ${'['.repeat(10_000)}`,
      'line 1: maps and lists lie within each other more than 200 deep; the file is not read',
    ],
    [
      'a key twice',
      'bad.yaml',
      `${BUCKET}  Logs: {Type: AWS::S3::Bucket}\n`,
      'line 4: the key Logs is written twice in one map; keep one of them',
    ],
    ['not UTF-8', 'bad.yaml', Buffer.from(`${BUCKET}# caf\u00e9\n`, 'latin1'), 'it is not UTF-8; save it as UTF-8'],
    ['UTF-16', 'bad.yaml', Buffer.from(`\uFEFF${BUCKET}`, 'utf16le'), 'it is not UTF-8; save it as UTF-8'],
    ['Terraform that is not UTF-8', 'bad.tf', new Uint8Array([0x23, 0xff, 0x0a]), 'it is not UTF-8; save it as UTF-8'],
    [
      'YAML of 3 MiB',
      'bad.yaml',
      `${BUCKET}#${' '.repeat(3 * 1024 * 1024)}`,
      'it is larger than 3 MiB; split it, or leave it out of the paths',
    ],
    [
      'JSON of 6 MiB',
      'bad.json',
      `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}${' '.repeat(6 * 1024 * 1024)}}`,
      'it is larger than 5 MiB; split it, or leave it out of the paths',
    ],
  ])('%s', async (_, path, text, reason) => {
    write(path, text);
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual([`${path}: ${reason}`]);
  });

  it('Terraform nested too deep', async () => {
    write('bad.tf', `locals {\n  a = ${'['.repeat(100_000)}\n}\n`);
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual([expect.stringMatching(/^bad\.tf: line 2: .* 200 /u)]);
  });

  it('an alias bomb is cut, and the resource beside it is there', async () => {
    const levels = 'bcdefgh'
      .split('')
      .map((name, index) => `      ${name}: &${name} [${Array.from({ length: 7 }, () => `*${'abcdefg'[index]}`).join(', ')}]\n`);
    write(
      'bomb.yaml',
      `${BUCKET}    Properties:\n      a: &a [${'x, '.repeat(100)}]\n${levels.join('')}  Other:\n    Type: AWS::S3::Bucket\n`,
    );
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual([
      'bomb.yaml: line 8: the aliases of the template stand for more than 10000 values; those from here on are not known',
    ]);
    expect(workspace.resources.filter((each) => each.root === 'bomb.yaml').map(({ address }) => address)).toEqual(['Logs', 'Other']);
  });

  it('a pipe is not waited for', async () => {
    execFileSync('/usr/bin/env', ['mkfifo', join(root, 'pipe.tf'), join(root, 'pipe.yaml')]);
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual(['pipe.tf: it is not a regular file', 'pipe.yaml: it is not a regular file']);
  });

  it('a link out of the folder is not followed, to a file or a folder', async () => {
    writeFileSync(join(outside, 'secret.tf'), 'resource "aws_s3_bucket" "secret" {}\n');
    mkdirSync(join(outside, 'elsewhere'));
    symlinkSync('../secret.tf', join(root, 'link.tf'));
    symlinkSync('/etc/passwd', join(root, 'passwd.yaml'));
    symlinkSync('../elsewhere', join(root, 'modules'));
    symlinkSync('../secret.tf', join(root, 'notes.txt'));
    const workspace = await audit();
    expectGoodFile(workspace);
    const reason = 'the link is not followed: it leads out of the audited folder, so it is not read';
    expect(lines(workspace.coverage.failed)).toEqual([`link.tf: ${reason}`, `modules: ${reason}`, `passwd.yaml: ${reason}`]);
    expect(workspace.diagnostics.map(({ code }) => code)).toEqual(['path-escape', 'path-escape', 'path-escape']);
    expect(workspace.resources.map(({ address }) => address)).toEqual(['Logs']);
  });

  it("a link into git's own folder, which may hold credentials, is not followed", async () => {
    write('.git/config', '[http]\n\textraheader = secret\n');
    symlinkSync('.git/config', join(root, 'config.tf'));
    symlinkSync('.git/config', join(root, 'notes'));
    const workspace = await audit();
    expectGoodFile(workspace);
    const reason = "it leads into git's own folder, so it is not read";
    expect(lines(workspace.coverage.failed)).toEqual([`config.tf: the link is not followed: ${reason}`]);
    expect(fileReader(folderFiles(root), () => []).read('notes')).toEqual({ failure: reason });
  });

  it('links in a circle or to nothing are told', async () => {
    symlinkSync('b.yaml', join(root, 'a.yaml'));
    symlinkSync('a.yaml', join(root, 'b.yaml'));
    symlinkSync('nowhere.tf', join(root, 'c.tf'));
    mkdirSync(join(root, 'deep'));
    symlinkSync('..', join(root, 'deep/again'));
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual([
      'a.yaml: the link is not followed: it leads nowhere (ELOOP)',
      'b.yaml: the link is not followed: it leads nowhere (ELOOP)',
      'c.tf: the link is not followed: it does not exist',
    ]);
    expect(warnings(workspace)).toEqual(['link deep/again: it is a link to ., which is read where it is']);
  });

  it('a link to a template is read once, a link to Terraform in each folder', async () => {
    write('shared/common.tf', 'resource "aws_s3_bucket" "common" {\n  bucket = "x"\n}\n');
    write('live/main.tf', 'resource "aws_s3_bucket" "live" {\n  bucket = "y"\n}\n');
    symlinkSync('../shared/common.tf', join(root, 'live/common.tf'));
    symlinkSync('good.yaml', join(root, 'again.yaml'));
    const workspace = await audit();
    expect(lines(workspace.coverage.ignored)).toEqual(['again.yaml: it is a link to good.yaml, which is read where it is']);
    expect(workspace.resources.map((each) => `${each.root} ${each.address}`)).toEqual([
      'live aws_s3_bucket.common',
      'live aws_s3_bucket.live',
      'shared aws_s3_bucket.common',
      'good.yaml Logs',
    ]);
    expect(warnings(workspace)).toEqual([
      'link live/common.tf: it is a link to shared/common.tf, and is read as a file of its folder as Terraform does',
    ]);
  });

  it('names of any kind are names', async () => {
    write('two\nlines.yaml', BUCKET);
    write("'; rm -rf.yaml", BUCKET);
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(workspace.coverage.scanned.map(({ path }) => path)).toEqual(["'; rm -rf.yaml", 'good.yaml', 'two\nlines.yaml']);
  });

  it('a name that is not UTF-8 is told', async () => {
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'caf')), Buffer.from([0xe9]), Buffer.from('.tf')]), '');
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual(['caf\uFFFD.tf: its name is not UTF-8; rename it']);
  });

  it.skipIf(process.getuid?.() === 0)('what may not be read is told', async () => {
    write('closed.tf', '');
    chmodSync(join(root, 'closed.tf'), 0);
    mkdirSync(join(root, 'closed'), { mode: 0 });
    const workspace = await audit();
    expectGoodFile(workspace);
    expect(lines(workspace.coverage.failed)).toEqual([
      'closed: the folder cannot be read (EACCES), so nothing below it was audited',
      'closed.tf: it cannot be opened (EACCES)',
    ]);
  });
});

describe('limits', () => {
  it.each([
    [BUCKET.length + 1, []],
    [BUCKET.length, []],
    [BUCKET.length - 1, [`a.yaml: it is larger than ${BUCKET.length - 1} bytes; split it, or leave it out of the paths`]],
  ])('a file of 46 bytes with a limit of %i', async (fileBytes, failed) => {
    write('a.yaml', BUCKET);
    expect(lines((await audit({ fileBytes })).coverage.failed)).toEqual(failed);
  });

  it.each([
    [BUCKET.length, []],
    [BUCKET.length - 1, [`a.yaml: it is larger than ${BUCKET.length - 1} bytes; split it, or leave it out of the paths`]],
  ])('YAML of 46 bytes with a limit of %i', async (yamlBytes, failed) => {
    write('a.yaml', BUCKET);
    expect(lines((await audit({ yamlBytes })).coverage.failed)).toEqual(failed);
  });

  it.each([
    [4, []],
    [3, []],
    [2, ['there are 3 files that may be infrastructure code, and only 2 are read; ask for fewer paths']],
  ])('three files with a limit of %i', async (files, messages) => {
    for (const name of ['a', 'b', 'c']) write(`${name}.yaml`, BUCKET);
    const workspace = await audit({ files });
    expect(workspace.diagnostics.map(({ message }) => message)).toEqual(messages);
    expect(workspace.coverage.scanned.map(({ path }) => path)).toEqual(['a.yaml', 'b.yaml', 'c.yaml'].slice(0, files));
  });

  it.each(
    [
      [9, []],
      [8, ['dir/a.yaml']],
    ].map(([limit, failed]) => [Number(limit) + 1, failed] as const),
  )('a path of 10 bytes with a limit of %i', async (pathBytes, failed) => {
    write('dir/a.yaml', BUCKET);
    expect((await audit({ pathBytes })).coverage.failed.map(({ path }) => path)).toEqual(failed);
  });
});

describe('files that code names', () => {
  it('are read within the folder alone', () => {
    write('a/policy.json', '{}');
    write('.terraform/x', 'x');
    writeFileSync(join(outside, 'secret'), 's');
    symlinkSync('../../secret', join(root, 'a/link'));
    const reader = fileReader(folderFiles(root), () => []);
    expect(reader.read('a/policy.json')).toEqual({ text: '{}' });
    expect(reader.read('a/../a/policy.json')).toEqual({ text: '{}' });
    expect(reader.read('../secret')).toEqual({ failure: 'it leads out of the audited folder, so it is not read' });
    expect(reader.read('a/link')).toEqual({ failure: 'it leads out of the audited folder, so it is not read' });
    expect(reader.read('a')).toEqual({ failure: 'it is not a regular file' });
    expect(reader.read('nowhere')).toEqual({ failure: 'it does not exist', missing: true });
    expect(reader.read('.terraform/x')).toEqual({ failure: 'files of git and of Terraform itself are not read' });
    expect(reader.read('a\0b')).toEqual({ failure: 'it leads nowhere (ERR_INVALID_ARG_VALUE)' });
  });

  it('are at most 1 MiB', () => {
    write('fits', ' '.repeat(1024 * 1024));
    write('over', ' '.repeat(1024 * 1024 + 1));
    const reader = fileReader(folderFiles(root), () => []);
    expect('text' in reader.read('fits')).toBe(true);
    expect(reader.read('over')).toEqual({ failure: 'it is larger than 1 MiB; split it, or leave it out of the paths' });
  });
});
