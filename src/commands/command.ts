import type { Distribution } from '../launch.ts';

/**
 * One command of the command line: reads its arguments, acts, and answers the exit code.
 * @throws Explained for what the user can mend
 */
export type Command = (args: readonly string[], distribution: Distribution) => Promise<number>;
