/** Child processes that die with all of their own: each leads a process group, which is killed as a whole. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

/** After this, what did not end by SIGTERM is killed. */
const GRACE_MILLISECONDS = 1500;
const POLL_MILLISECONDS = 20;

/** Leaders of the groups that may still run. */
const living = new Set<number>();

/** Never through a shell; standard streams are pipes. */
export function spawnGroup(
  [program = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): ChildProcessWithoutNullStreams {
  const child = spawn(program, args, { ...options, detached: true, shell: false, stdio: 'pipe' });
  const { pid } = child;
  if (pid !== undefined) {
    if (living.size === 0) process.on('exit', killAll);
    living.add(pid);
    // A leader that ended by itself leaves no one behind.
    child.once('exit', () => signal(pid, 'SIGKILL'));
  }
  return child;
}

/** Ends a group: asked first, killed after {@link GRACE_MILLISECONDS}. */
export async function endGroup({ pid }: { readonly pid?: number | undefined }): Promise<void> {
  if (pid === undefined || !living.has(pid)) return;
  const deadline = Date.now() + GRACE_MILLISECONDS;
  let there = signal(pid, 'SIGTERM');
  while (there && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    there = signal(pid, 0);
  }
  signal(pid, 'SIGKILL');
  living.delete(pid);
  if (living.size === 0) process.off('exit', killAll);
}

function killAll(): void {
  for (const pid of living) signal(pid, 'SIGKILL');
}

/** Whether there was anyone to send it to. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, name);
  } catch {
    return false;
  }
}
