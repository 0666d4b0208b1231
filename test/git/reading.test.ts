import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { RuleSet } from '../../src/domain/evaluate.ts';
import { keyOf } from '../../src/domain/resource.ts';
import { auditOf } from '../../src/domain/steps.ts';
import type { TreeEntry } from '../../src/domain/tree.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { checkedOut } from '../../src/git/checked-out.ts';
import { checkoutAround, Git } from '../../src/git/git.ts';
import { GitObjects } from '../../src/git/objects.ts';
import { readCommit } from '../../src/git/reading.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import type { Asked } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';
import { commit, git, makeRepository, removeFolders, temporaryFolder, write } from './repository.ts';
import type { Change } from './repository.ts';

afterEach(removeFolders);

const RULES = new RuleSet(rules);

/** All that a comparison sees of a workspace. */
function seen(workspace: Workspace) {
  const audit = auditOf(workspace, { rules: RULES, engine: 'test', scanners: null, approvals: null, terms: '' });
  return {
    resources: workspace.resources.map((resource) => [keyOf(resource), audit.refOf(resource).digest]),
    diagnostics: workspace.diagnostics,
    coverage: workspace.coverage,
  };
}

/** A commit read from its tree, while something else may be checked out. */
async function readTree(folder: string, name: string, prefix = '', asked: Asked = { paths: ['.'] }): Promise<Workspace> {
  const objects = new GitObjects(new Git(folder, process.env));
  const entries = await objects.entries(name);
  if ('unavailable' in entries) throw new Error(entries.unavailable);
  const read = await readCommit(entries, [checkedOut(folder), objects], { checkout: folder, prefix }, asked);
  if ('unavailable' in read) throw new Error(read.unavailable);
  return read;
}

/** Both ways of reading a commit are the same; answers what both say. */
async function expectSame(folder: string, name: string, prefix = '', asked: Asked = { paths: ['.'] }) {
  git(folder, 'checkout', '--quiet', '--detach', name);
  // What is said of absolute links depends on where the checkout is, so that it is the same folder for both.
  const fromFolder = seen(await readWorkspace({ root: join(folder, prefix), ...asked }));
  expect(seen(await readTree(folder, name, prefix, asked))).toEqual(fromFolder);
  return { ...fromFolder, addresses: fromFolder.resources.map(([key = '']) => key.replace('\0', ' ')) };
}

const BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = var.name\n}\n';
const STACK = 'Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n';

/** One of everything whose reading depends on more than the text of one file. */
const VARIED: Readonly<Record<string, Change>> = {
  'live/main.tf': `variable "name" { default = "a" }\n${BUCKET}module "m" {\n  source = "../modules/m"\n  acl = "private"\n}\n`,
  'live/terraform.tfvars': 'name = "logs"\n',
  'live/extra.tf.json': '{"resource": {"aws_s3_bucket": {"json": {"bucket": "json"}}}}',
  'live/policy.tf':
    'resource "aws_s3_bucket_policy" "p" {\n  bucket = aws_s3_bucket.logs.id\n  policy = file("../files/policy.json")\n}\nresource "aws_s3_object" "o" {\n  for_each = fileset("${path.module}/../files", "**/*.txt")\n  bucket = aws_s3_bucket.logs.id\n  key = each.value\n  content = file("../files/${each.value}")\n}\nresource "aws_instance" "i" {\n  ami = "ami-1"\n  user_data = templatefile("../files/boot.tftpl", { name = "x" })\n}\n',
  'live/crlf.tf': 'resource "aws_ebs_volume" "v" {\r\n  size = 1\r\n  encrypted = false\r\n}\r\n',
  'live/shared.tf': { link: '../shared/common.tf' },
  'shared/common.tf': 'resource "aws_s3_bucket" "common" {\n  bucket = "common"\n}\n',
  'modules/m/main.tf': 'variable "acl" {}\nresource "aws_s3_bucket" "m" {\n  bucket = "m"\n  acl = var.acl\n}\n',
  'files/policy.json': '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}',
  'files/a.txt': 'a',
  'files/deep/b.txt': 'b',
  'files/c.txt': { link: 'a.txt' },
  'files/boot.tftpl': '#!/bin/sh\necho ${name}\n',
  'stacks/parent.yaml':
    'Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child.yaml\n      Parameters: { Acl: PublicRead }\n',
  'stacks/child.yaml':
    'Parameters:\n  Acl: { Type: String }\nResources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: { AccessControl: !Ref Acl }\n',
  'stacks/broken.yaml': `${STACK}  Bad: [\n`,
  'stacks/utf16.yaml': Buffer.from(`\uFEFF${STACK}`, 'utf16le'),
  'stacks/again.yaml': { link: 'child.yaml' },
  'stacks/gone.yaml': { link: 'nowhere.yaml' },
  'stacks/loop.yaml': { link: 'loop.yaml' },
  'stacks/outside.yaml': { link: '../../outside.yaml' },
  'stacks/system.yaml': { link: '/etc/passwd' },
  'stacks/absent.yaml': { link: '/nonexistent/x.yaml' },
  'stacks/git.yaml': { link: '../.git/config' },
  'stacks/over-folder.yaml': { link: '../alias/child.yaml' },
  alias: { link: 'stacks' },
  etc: { link: '/etc' },
  'folder.tf/inner.tf': 'resource "aws_s3_bucket" "inner" {\n  bucket = "inner"\n}\n',
  'empty.yaml': '',
  'compose.yaml': 'services: {}\n',
  '.hidden/x.template': STACK,
  '.hidden/.dot.tf': 'x',
  'editor/main.tf~': 'x',
  'node_modules/p/x.tf': BUCKET,
  'cache/.terraform/x.tf': BUCKET,
  'names/ünï code.yaml': STACK,
  'names/new\nline.yaml': STACK,
  'notes.txt': 'nothing',
};

describe('a commit read from its tree', () => {
  it('is the same as its checkout, whatever files name', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, VARIED);
    const { addresses, coverage } = await expectSame(folder, first);
    for (const expected of [
      'live aws_s3_bucket.logs',
      'live module.m.aws_s3_bucket.m',
      'live aws_s3_bucket.common',
      'live aws_s3_object.o',
    ])
      expect(addresses).toContain(expected);
    expect(addresses).toContain('stacks/parent.yaml Child.B');
    expect(coverage.failed.map(({ path }) => path)).toEqual([
      'etc',
      'stacks/absent.yaml',
      'stacks/broken.yaml',
      'stacks/git.yaml',
      'stacks/gone.yaml',
      'stacks/loop.yaml',
      'stacks/outside.yaml',
      'stacks/system.yaml',
      'stacks/utf16.yaml',
    ]);
  });

  it('is the same when something else is checked out', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, VARIED);
    const before = seen(await readTree(folder, first));
    const second = commit(folder, {
      'live/main.tf': '',
      'files/policy.json': '{}',
      'files/d.txt': 'd',
      'stacks/child.yaml': null,
      alias: null,
      'live/shared.tf': 'locals {}\n',
      shared: { link: 'live' },
    });
    expect(seen(await readTree(folder, first))).toEqual(before);
    expect(seen(await readTree(folder, second))).not.toEqual(before);
  });

  it.each([
    ['stacks', ['broken.yaml Logs', 'parent.yaml Child', 'parent.yaml Child.B']],
    ['folder.tf', ['. aws_s3_bucket.inner']],
    ['nowhere', []],
    ['notes.txt', ['x.yaml Logs']],
  ])('below the folder %s, where the rest is outside', async (prefix, addresses) => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { ...VARIED, 'notes.txt': null, 'nowhere/x.txt': '', 'notes.txt/x.yaml': STACK });
    expect((await expectSame(folder, first, prefix)).addresses).toEqual(addresses);
  });

  it('with files that were named, inside and outside of the audited folder and of the repository', async () => {
    const folder = realpathSync(makeRepository());
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'mine.tfvars'), 'name = "mine"\n');
    const outside = `../../${elsewhere.split('/').at(-1)}/mine.tfvars`;
    const first = commit(folder, { ...VARIED, 'common.tfvars': 'name = "common"\n', 'live/linked.tfvars': { link: '../common.tfvars' } });
    const digests = new Set<string | undefined>();
    for (const variableFiles of [[], ['../common.tfvars'], [outside]]) {
      const { resources } = await expectSame(folder, first, 'live', { paths: ['.'], variableFiles });
      digests.add(new Map(resources.map(([key = '', digest]) => [key, digest])).get('.\0aws_s3_bucket.logs'));
    }
    expect(digests.size).toBe(3);
    for (const name of ['linked.tfvars', 'nowhere.tfvars']) {
      const { diagnostics } = await expectSame(folder, first, 'live', { paths: ['.'], variableFiles: [name] });
      expect(diagnostics.map(({ file }) => file)).toContain(name);
    }
  });

  it('with the limits and selections of its checkout', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { ...VARIED, 'large.yaml': `${STACK}#${' '.repeat(4 * 1024 * 1024)}` });
    const codes = async (asked: Asked) => (await expectSame(folder, first, '', asked)).diagnostics.map(({ code }) => code);
    expect(await codes({ paths: ['live', '!**/crlf.tf'], limits: { files: 3 } })).toContain('limit-files');
    const found = await codes({ paths: ['.'], limits: { fileBytes: 100, pathBytes: 20, resources: 1 } });
    for (const code of ['limit-size', 'limit-path', 'limit-resources']) expect(found).toContain(code);
    expect(await codes({ paths: ['large.yaml'] })).toEqual(['limit-size']);
  });

  it('with names that are not UTF-8', async () => {
    const folder = realpathSync(makeRepository());
    write(folder, { 'main.tf': 'locals {}\n' });
    execFileSync(
      '/bin/sh',
      ['-c', `mkdir "$(printf 'f\\377')" && cp main.tf "$(printf 'b\\377.tf')" && cp main.tf "$(printf 'f\\377/x.tf')"`],
      {
        cwd: folder,
      },
    );
    const { coverage } = await expectSame(folder, commit(folder, {}));
    expect(coverage.failed.map(({ path }) => path)).toEqual(['b\uFFFD.tf', 'f\uFFFD']);
  });

  it('with ends of lines that the checkout has otherwise', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { '.gitattributes': '*.tf text eol=crlf\n', 'main.tf': BUCKET, 'other.tf': 'locals {}\n' });
    rmSync(join(folder, 'main.tf'));
    git(folder, 'checkout', '--quiet', '.');
    expect(readFileSync(join(folder, 'main.tf'), 'utf8')).toContain('\r\n');
    expect((await expectSame(folder, first)).addresses).toEqual(['. aws_s3_bucket.logs']);
  });

  it('with submodules, checked out or not, and a commit of one that is not there', async () => {
    const inner = realpathSync(makeRepository());
    const old = commit(inner, { 'main.tf': BUCKET.replace('var.name', '"old"'), 'notes.txt': '' });
    commit(inner, { 'main.tf': BUCKET.replace('var.name', '"new"') });
    const folder = realpathSync(makeRepository());
    git(folder, 'submodule', '--quiet', 'add', `file://${inner}`, 'sub');
    const newer = commit(folder, { 'main.tf': 'module "m" {\n  source = "./sub"\n}\n' });
    expect((await expectSame(folder, newer)).addresses).toEqual(['. module.m.aws_s3_bucket.logs']);
    git(join(folder, 'sub'), 'checkout', '--quiet', old);
    const older = commit(folder, {});
    const { resources } = await expectSame(folder, older);
    git(folder, 'submodule', '--quiet', 'update');
    git(folder, 'checkout', '--quiet', newer);
    git(folder, 'submodule', '--quiet', 'update');
    expect(seen(await readTree(folder, older)).resources).toEqual(resources);

    git(folder, 'submodule', '--quiet', 'deinit', '--force', 'sub');
    expect((await expectSame(folder, newer)).diagnostics.map(({ code }) => code)).toEqual(['unresolved-module']);
  });

  it('in a repository that names objects by SHA-256', async () => {
    const folder = realpathSync(makeRepository('--object-format=sha256'));
    expect((await expectSame(folder, commit(folder, VARIED))).addresses).toContain('live aws_s3_bucket.logs');
  });

  it('over repositories of any shape', async () => {
    const names = fc.constantFrom('a', 'b', 'main.tf', 'x.yaml', 'v.tfvars', 'p.json');
    const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const content = fc.constantFrom<Change>(
      BUCKET,
      STACK,
      'module "m" {\n  source = "../a"\n}\n',
      'resource "aws_s3_bucket" "f" {\n  for_each = fileset(path.module, "**")\n  bucket = file(each.value)\n}\n',
      'name = "x"\n',
      'variable "name" { default = "d" }\n',
    );
    const link = fc.array(fc.constantFrom('..', 'a', 'b', 'main.tf', 'x.yaml', '.'), { minLength: 1, maxLength: 4 });
    const change = fc.oneof(
      content,
      link.map((parts): Change => ({ link: parts.join('/') })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(paths, change), { maxLength: 12 }), fc.constantFrom('', 'a'), async (files, prefix) => {
        const folder = realpathSync(makeRepository());
        const taken: string[] = [];
        for (const [path, each] of files) {
          if (taken.some((other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`))) continue;
          taken.push(path);
          write(folder, { [path]: each });
        }
        if (!taken.some((path) => path.startsWith('a/'))) write(folder, { ...(taken.includes('a') ? { a: null } : {}), 'a/keep': '' });
        await expectSame(folder, commit(folder, {}), prefix);
        removeFolders();
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['../x.tf'],
    ['/etc/x.tf'],
    ['a//b.tf'],
    ['./x.tf'],
    ['a/../../x.tf'],
    ['.git/config'],
    ['a/.GIT/hooks/post-checkout'],
    ['x\0.tf'],
    [''],
  ])('refuses the path %j, which git does not check out', async (path) => {
    const entry: TreeEntry = { path: Buffer.from(path), kind: 'file', oid: 'a'.repeat(40) };
    const read = await readCommit([entry], [], { checkout: null, prefix: '' }, { paths: ['.'] });
    expect(read).toEqual({ unavailable: `the commit has a path that git does not check out: ${JSON.stringify(path)}` });
  });

  it('refuses a file that is a folder too', async () => {
    const oid = 'a'.repeat(40);
    const entries: TreeEntry[] = [
      { path: Buffer.from('a'), kind: 'link', oid },
      { path: Buffer.from('a/b.tf'), kind: 'file', oid },
    ];
    const read = await readCommit(entries, [], { checkout: null, prefix: '' }, { paths: ['.'] });
    expect(read).toEqual({ unavailable: 'the commit has a path that git does not check out: "a/b.tf"' });
  });
});

describe('git that is run on a checkout', () => {
  it('runs nothing that the checkout names, and writes nothing', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { '.gitattributes': '*.tf filter=evil diff=evil\n', 'main.tf': BUCKET });
    const trap = join(folder, 'trapped');
    const script = join(folder, '.git', 'trap.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    writeFileSync(join(folder, '.git', 'hooks', 'post-index-change'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
    for (const name of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'filter.evil.smudge', 'filter.evil.clean', 'diff.evil.textconv'])
      git(folder, 'config', name, script);
    git(folder, 'config', 'remote.origin.url', `ext::${script}`);
    git(folder, 'config', 'protocol.ext.allow', 'always');
    const files = () => execFileSync('find', [folder, '-newer', script], { encoding: 'utf8' });
    const before = files();
    await readTree(folder, first);
    expect(await new GitObjects(new Git(folder, process.env)).mergeBase('HEAD', first)).toBe(first);
    expect(files()).toBe(before);
    await new GitObjects(new Git(folder, process.env)).fetch('b'.repeat(40));
    expect(existsSync(trap)).toBe(false);
  });

  it('takes no token from the environment', async () => {
    const folder = makeRepository();
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'git'), `#!/bin/sh\n/usr/bin/env > ${bin}/environment\necho "$@" >> ${bin}/environment\n`, { mode: 0o755 });
    const secrets = { GITHUB_TOKEN: 'secret', 'INPUT_GITHUB-TOKEN': 'secret', ACTIONS_RUNTIME_TOKEN: 'secret', GIT_DIR: '/secret' };
    const objects = new GitObjects(new Git(folder, { ...secrets, PATH: `${bin}:/usr/bin:/bin`, HOME: '/home/ada' }));
    await objects.fetch('b'.repeat(40));
    const told = execFileSync('cat', [join(bin, 'environment')], { encoding: 'utf8' });
    expect(told).not.toContain('secret');
    expect(told).toContain('HOME=/home/ada');
    expect(told).toContain('protocol.ext.allow=never');
    expect(told).toContain(`--end-of-options origin ${'b'.repeat(40)}`);
  });

  it.each(['--output=/tmp/x', '-h', 'nowhere', 'HEAD:main.tf', 'HEAD^{tree}', ''])('takes %j for no commit', async (name) => {
    const folder = makeRepository();
    commit(folder, { 'main.tf': BUCKET });
    expect(await new GitObjects(new Git(folder, process.env)).commit(name)).toBe(null);
  });

  it('reads a checkout of another owner', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { 'main.tf': BUCKET });
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '12345:12345', folder]);
    expect((await readTree(folder, first)).resources.map(keyOf)).toEqual(['.\0aws_s3_bucket.logs']);
  });

  it('reads a linked work tree, and finds the checkout around a folder', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { 'deep/er/main.tf': BUCKET });
    const linked = join(realpathSync(temporaryFolder()), 'linked');
    git(folder, 'worktree', 'add', '--quiet', '--detach', linked);
    expect(checkoutAround(join(linked, 'deep/er'))).toEqual({ folder: linked, prefix: 'deep/er' });
    expect(checkoutAround(linked)).toEqual({ folder: linked, prefix: '' });
    expect(checkoutAround('/')).toBe(null);
    expect((await readTree(linked, first, 'deep/er')).resources.map(keyOf)).toEqual(['.\0aws_s3_bucket.logs']);
  });
});
