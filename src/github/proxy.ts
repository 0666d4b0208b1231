import * as http from 'node:http';
import type { Environment } from './event.ts';

/**
 * Sends this process's requests through the proxy that `http_proxy`, `https_proxy` and `no_proxy` name, as self-hosted runners
 * need it. A Node.js before 24.14 cannot be told at run time: there the workflow sets `NODE_USE_ENV_PROXY: 1`.
 */
export function useProxy(environment: Environment): void {
  if (typeof http.setGlobalProxyFromEnv === 'function') http.setGlobalProxyFromEnv({ ...environment });
}
