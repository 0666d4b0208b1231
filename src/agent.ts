/** The program as it is bundled: both entries over one set of modules. */
export { main as action } from './action.ts';
export { main as cli } from './cli.ts';
