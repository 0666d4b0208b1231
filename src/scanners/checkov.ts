/** Checkov, https://www.checkov.io, as a scanner: runs the installed program over the folder and takes its SARIF. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RepositoryFinding } from './contract.ts';
import { sarifFindings } from './sarif.ts';

const run = promisify(execFile);

/** Checkov takes settings from the folder that it looks at: they can turn all of its checks off, and run code. */
const SETTINGS = ['.checkov.yaml', '.checkov.yml'];

/**
 * Everything it finds below a folder.
 * @throws Error when it is not installed, fails, or would take its settings from the change
 */
export async function checkovFindings(folder: string): Promise<readonly RepositoryFinding[]> {
  const brought = SETTINGS.find((name) => existsSync(path.join(folder, name)));
  if (brought !== undefined)
    throw new Error(
      `checkov would follow ${brought} of the change, which can turn off its checks; remove the file, or give checkov's results as SARIF`,
    );
  const output = await mkdtemp(path.join(tmpdir(), 'checkov-'));
  try {
    const frameworks = ['--framework', 'terraform', 'cloudformation'];
    const options = ['--skip-download', '--soft-fail', '--quiet', '--compact', '--output', 'sarif', '--output-file-path', output];
    await run('checkov', ['--directory', folder, ...frameworks, ...options], { maxBuffer: 16 * 1024 * 1024, cwd: folder });
    const report = await readFile(path.join(output, 'results_sarif.sarif'), 'utf8');
    // It names files as they are seen from where it runs.
    return sarifFindings(report, "checkov's report").map((finding) =>
      finding.file === undefined ? finding : { ...finding, file: path.resolve(folder, finding.file) },
    );
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error && error.path === 'checkov';
    if (missing) throw new Error('checkov is not installed; install it before this step, or mend the policy', { cause: error });
    throw error;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
