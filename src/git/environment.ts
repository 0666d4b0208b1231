/** What git is told of the environment: what it needs, and never a token of ours. */

export type Environment = Readonly<Record<string, string | undefined>>;

const ALWAYS = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_PAGER: 'cat',
};

/** Objects are read without anybody's settings but the checkout's. */
export function readingEnvironment({ PATH }: Environment): Environment {
  return { ...ALWAYS, PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
}

/** What credentials, certificates and proxies are found by. */
const FOR_FETCHING = [
  ['PATH', 'HOME', 'USER', 'LOGNAME', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK'],
  ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'],
  ['HTTPS_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'],
].flat();

export function fetchingEnvironment(environment: Environment): Environment {
  const kept = FOR_FETCHING.map((name): [string, string | undefined] => [name, environment[name]]);
  return { ...ALWAYS, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) };
}
