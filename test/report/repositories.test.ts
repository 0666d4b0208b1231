/** Example repositories, as teams write them, and every report of each: a change is accepted with `vitest run … -u`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMENT_BUDGET, SUMMARY_BUDGET } from '../../src/report/budget.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderPatch } from '../../src/report/patch.ts';
import type { Report } from '../../src/report/report.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { renderScript } from '../../src/report/script.ts';
import { auditFolder } from '../support/audited.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures');
const rest = { name: 'the job summary', url: 'https://github.com/acme/infrastructure/actions/runs/7' };

const REPORTS: readonly (readonly [file: string, render: (report: Report) => string])[] = [
  ['comment.md', (report) => renderMarkdown(report, { budget: COMMENT_BUDGET, rest })],
  ['summary.md', (report) => renderMarkdown(report, { budget: SUMMARY_BUDGET, rest })],
  ['report.sarif', (report) => renderSarif(report)],
  ['report.html', renderHtml],
  ['report.json', renderJson],
  ['remediate.sh', renderScript],
  ['infra-audit.patch', renderPatch],
];

const work = mkdtempSync(path.join(tmpdir(), 'repositories-'));
afterAll(() => rmSync(work, { recursive: true }));

describe.each([
  { name: 'webshop', inputs: {} },
  { name: 'data-platform', inputs: { 'fail-on-severity': 'high' } },
  { name: 'network', inputs: { 'tf-vars': 'environments/production/production.tfvars' } },
])('the repository $name', ({ name, inputs }) => {
  const folder = path.join(FIXTURES, 'repos', name);
  const baseFolder = path.join(FIXTURES, 'bases', name);
  const base = existsSync(baseFolder) ? baseFolder : null;
  let report: Report;
  beforeAll(async () => {
    report = await auditFolder({ folder, base, inputs });
  });

  it.each(REPORTS)('has the committed %s', async (file, render) => {
    await expect(render(report)).toMatchFileSnapshot(path.join(FIXTURES, 'expected', name, file));
  });

  it('has as many findings less as its patch says once that is applied, and no resource has more', async () => {
    const patch = renderPatch(report);
    const copy = path.join(work, name);
    cpSync(folder, copy, { recursive: true });
    execFileSync('git', ['apply', '-'], { cwd: copy, input: patch, env: { ...process.env, GIT_DIR: path.join(work, 'none') } });
    const after = await auditFolder({ folder: copy, base, inputs });
    const count = ({ resources }: Report): number => resources.reduce((sum, { findings }) => sum + findings.length, 0);
    const [, promised] = /^# Proven fixes of ([0-9]+) findings/u.exec(patch) ?? [];
    expect(count(report) - count(after)).toBe(Number(promised));
    for (const { root, address, findings } of after.resources) {
      const before = report.resources.find((each) => each.root === root && each.address === address);
      expect({ address, more: findings.length - (before?.findings.length ?? 0) > 0 }).toEqual({ address, more: false });
    }
  });

  it('has a script that a shell reads', () => {
    expect(spawnSync('sh', ['-n'], { input: renderScript(report), encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
