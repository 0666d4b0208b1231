/** `infra-audit scanner …` as a program of its own, from source. */
import { main } from '../../src/commands/scanner.ts';

process.exitCode = await main(process.argv.slice(3), { home: '', version: '0.0.0', engine: '' });
