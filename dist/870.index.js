"use strict";
exports.id = 870;
exports.ids = [870];
exports.modules = {

/***/ 10870:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  auditAll: () => (/* binding */ auditAll)
});

// UNUSED EXPORTS: workflowIdOf

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(78474);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/@temporalio/client/lib/index.js
var lib = __webpack_require__(80980);
// EXTERNAL MODULE: ./node_modules/@temporalio/common/lib/index.js
var common_lib = __webpack_require__(22134);
// EXTERNAL MODULE: ./node_modules/@temporalio/worker/lib/index.js
var worker_lib = __webpack_require__(6173);
// EXTERNAL MODULE: ./build/domain/fingerprint.js
var fingerprint = __webpack_require__(22509);
// EXTERNAL MODULE: ./node_modules/@temporalio/activity/lib/index.js
var activity_lib = __webpack_require__(35582);
// EXTERNAL MODULE: ./build/domain/steps.js + 1 modules
var steps = __webpack_require__(81083);
;// CONCATENATED MODULE: ./build/temporal/activities.js


/** Well below the heartbeat timeout of the workflow's regular activity. */
const HEARTBEAT_MILLISECONDS = 2000;
/** The workflow's activities over ports; a failure that trying again cannot mend is typed, so that the workflow does not retry it. */
function createActivities({ steps, onStep }) {
    return {
        fetchMetadata: async (ref) => {
            onStep(ref, 'fetchMetadata');
            return typed(steps.fetchMetadata(ref));
        },
        analyzeRisk: async (ref, metadata) => {
            onStep(ref, 'analyzeRisk');
            return typed(steps.analyzeRisk(ref, metadata));
        },
        generateFix: async (ref, metadata, risk) => {
            onStep(ref, 'generateFix');
            const context = activity_lib.Context.current();
            const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
            try {
                return await typed(steps.generateFix(ref, metadata, risk));
            }
            finally {
                clearInterval(beat);
            }
        },
    };
}
async function typed(work) {
    try {
        return await work;
    }
    catch (error) {
        if (error instanceof steps/* StepFailure */.p)
            throw activity_lib.ApplicationFailure.nonRetryable(error.message, error.type);
        throw error;
    }
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./build/temporal/errors.js
var errors = __webpack_require__(22048);
;// CONCATENATED MODULE: ./build/temporal/connection.js



/** A server that accepts TCP is not ready yet: connecting and describing the namespace is repeated this often. */
const RETRY_MILLISECONDS = 40;
/** No single attempt may use up the deadline. */
const ATTEMPT_MILLISECONDS = 5000;
const CONNECT_DEADLINE_MILLISECONDS = 25_000;
let installed = false;
/** Everything that Temporal's own parts log goes through `log`; signals stay with us. */
function installRuntime(log) {
    if (installed)
        return;
    installed = true;
    worker_lib.Runtime.install({
        logger: new worker_lib.DefaultLogger('WARN', ({ level, message }) => log(`temporal ${level.toLowerCase()}: ${message}`)),
        telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
        shutdownSignals: [],
        workerHeartbeatInterval: 0,
    });
}
/**
 * Connects and waits until the namespace answers; gives up when `signal` is aborted.
 * @throws TemporalUnavailable after the deadline, or at once when the server refuses the credentials.
 */
async function connect(target, signal, deadlineMilliseconds = CONNECT_DEADLINE_MILLISECONDS) {
    const until = performance.now() + deadlineMilliseconds;
    let last;
    while (performance.now() < until) {
        signal.throwIfAborted();
        const left = Math.min(ATTEMPT_MILLISECONDS, Math.max(1, until - performance.now()));
        try {
            return await within(left, () => attempt(target, left));
        }
        catch (error) {
            if (isRefusal(error))
                throw unavailable(target, error);
            last = error;
        }
        await (0,promises_.setTimeout)(RETRY_MILLISECONDS);
    }
    throw unavailable(target, last);
}
async function attempt({ address, namespace, apiKey, tls }, milliseconds) {
    const connection = await worker_lib.NativeConnection.connect({
        address,
        ...(apiKey === null ? {} : { apiKey }),
        ...(tls === null ? {} : { tls: tlsOptions(tls) }),
    });
    try {
        await connection.withDeadline(Date.now() + milliseconds, () => connection.workflowService.describeNamespace({ namespace }));
        return connection;
    }
    catch (error) {
        await connection.close();
        throw error;
    }
}
function tlsOptions({ serverName, ca, client }) {
    return {
        ...(serverName === null ? {} : { serverNameOverride: serverName }),
        ...(ca === null ? {} : { serverRootCACertificate: Buffer.from(ca) }),
        ...(client === null ? {} : { clientCertPair: { crt: Buffer.from(client.certificate), key: Buffer.from(client.key) } }),
    };
}
async function within(milliseconds, work) {
    const late = new AbortController();
    try {
        return await Promise.race([
            work(),
            (0,promises_.setTimeout)(milliseconds, undefined, { signal: late.signal }).then(() => {
                throw new Error(`no answer within ${Math.round(milliseconds)} ms`);
            }),
        ]);
    }
    finally {
        late.abort();
    }
}
/** gRPC codes PERMISSION_DENIED and UNAUTHENTICATED: asking again cannot help. */
function isRefusal(error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 7 || code === 16;
}
function unavailable({ address, namespace }, cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    return new errors/* TemporalUnavailable */.J(`No Temporal server answers at ${address} for namespace "${namespace}" (${said.split('\n')[0] ?? ''}). Check temporal-address, temporal-namespace and the credentials, or leave temporal-address out to use the embedded server.`, { cause });
}

;// CONCATENATED MODULE: ./build/temporal/auditor.js
/** Runs one workflow per resource through a worker in this process. */








/** Written into every history, where the library would put the name of the machine. */
const IDENTITY = 'infrastructure-security-agent';
/**
 * Audits every ref; the outcomes are in the order of the refs. A resource whose audit fails has an outcome that says why, and the others go on.
 * @throws TemporalUnavailable when the server cannot be reached at the start.
 */
async function auditAll(refs, options) {
    installRuntime(options.log);
    const connection = await connect(options.target, options.signal);
    try {
        return await withWorker(connection, refs, options);
    }
    finally {
        await connection.close();
    }
}
async function withWorker(connection, refs, options) {
    const { target, steps, onStep, home, maxParallel } = options;
    const taskQueue = taskQueueOf(refs, options);
    const slots = Math.max(40, maxParallel * 2);
    const worker = await worker_lib.Worker.create({
        connection,
        namespace: target.namespace,
        identity: IDENTITY,
        taskQueue,
        workflowBundle: { codePath: external_node_path_.join(home, 'workflow-bundle.js') },
        activities: createActivities({ steps, onStep }),
        maxConcurrentWorkflowTaskExecutions: slots,
        maxConcurrentLocalActivityExecutions: slots,
        maxConcurrentActivityTaskExecutions: slots,
        maxCachedWorkflows: slots * 2,
        stickyQueueScheduleToStartTimeout: '1s',
        shutdownGraceTime: '2s',
        shutdownForceTime: '4s',
    });
    const client = new lib.Client({ connection, namespace: target.namespace, identity: IDENTITY });
    const died = new AbortController();
    const running = worker.run().catch((error) => {
        // A step that hangs outlives the grace time; its resource has been reported as such.
        if (!(error instanceof worker_lib.GracefulShutdownPeriodExpiredError))
            died.abort(error);
    });
    const signal = AbortSignal.any([options.signal, died.signal]);
    try {
        return await new Audits(client, taskQueue, { ...options, signal }).all(refs);
    }
    finally {
        if (worker.getState() === 'RUNNING')
            worker.shutdown();
        await running;
    }
}
/** The same for every process that reads the same bytes with the same program, so that a later one takes over from one that died. */
function taskQueueOf(refs, { repository, engine }) {
    return `audit-${(0,fingerprint/* digest */.b)([repository, engine, ...refs.map((ref) => ref.digest).toSorted()]).slice(0, 32)}`;
}
function workflowIdOf(repository, ref) {
    return `audit-${repository}-${(0,fingerprint/* digest */.b)([ref.root, ref.address]).slice(0, 16)}-${ref.digest.slice(0, 32)}`;
}
class Audits {
    #client;
    #taskQueue;
    #options;
    #stop;
    constructor(client, taskQueue, options) {
        this.#client = client;
        this.#taskQueue = taskQueue;
        this.#options = options;
        this.#stop = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMilliseconds)]);
        (0,external_node_events_.setMaxListeners)(0, this.#stop);
    }
    async all(refs) {
        const outcomes = [];
        let next = 0;
        const lane = async () => {
            for (let index = next++; index < refs.length; index = next++) {
                const ref = refs[index];
                if (ref !== undefined)
                    outcomes[index] = await this.#one(ref);
            }
        };
        await Promise.all(Array.from({ length: Math.min(this.#options.maxParallel, refs.length) }, lane));
        return outcomes;
    }
    async #one(ref) {
        const workflowId = workflowIdOf(this.#options.repository, ref);
        try {
            const { handle, reused } = await this.#unlessStopped(this.#start(workflowId, ref));
            const result = await this.#unlessStopped(handle.result());
            this.#options.onStep(ref, 'done');
            return { ref, workflowId, reused, result, failure: null };
        }
        catch (error) {
            return { ref, workflowId, reused: false, result: null, failure: reasonOf(error) };
        }
    }
    async #start(workflowId, ref) {
        const { workflow } = this.#client;
        try {
            const handle = await workflow.start('infrastructureAuditWorkflow', {
                workflowId,
                taskQueue: this.#taskQueue,
                args: [ref],
                workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
                workflowIdConflictPolicy: 'FAIL',
                workflowTaskTimeout: '5s',
                workflowExecutionTimeout: this.#options.timeoutMilliseconds,
                requestEagerStart: true,
            });
            return { handle, reused: false };
        }
        catch (error) {
            if (!(error instanceof lib.WorkflowExecutionAlreadyStartedError))
                throw error;
        }
        const handle = workflow.getHandle(workflowId);
        if (await this.#isAbandoned(handle)) {
            await handle.terminate('nobody works on its task queue any more');
            return this.#start(workflowId, ref);
        }
        return { handle, reused: true };
    }
    /** Running on a task queue that no worker polls: one of an earlier commit whose process died. */
    async #isAbandoned(handle) {
        try {
            const { status, taskQueue } = await handle.describe();
            if (status.name !== 'RUNNING' || taskQueue === this.#taskQueue)
                return false;
            const { pollers } = await this.#client.workflowService.describeTaskQueue({
                namespace: this.#options.target.namespace,
                taskQueue: { name: taskQueue },
                taskQueueType: 1,
            });
            return (pollers ?? []).length === 0;
        }
        catch (error) {
            if (error instanceof lib.WorkflowNotFoundError)
                return false;
            throw error;
        }
    }
    async #unlessStopped(work) {
        work.catch(() => undefined);
        this.#stop.throwIfAborted();
        return new Promise((resolve, reject) => {
            const stopped = () => reject(this.#stop.reason instanceof Error ? this.#stop.reason : new Error('stopped'));
            this.#stop.addEventListener('abort', stopped, { once: true });
            work.then(resolve, reject).finally(() => this.#stop.removeEventListener('abort', stopped));
        });
    }
}
function reasonOf(error) {
    if (error instanceof Error && error.name === 'TimeoutError')
        return 'the time limit (timeout-minutes) was reached';
    if (error instanceof lib.WorkflowFailedError)
        return rootCause(error.cause);
    return error instanceof Error ? error.message : String(error);
}
function rootCause(failure) {
    let cause = failure;
    while (cause instanceof common_lib.ActivityFailure && cause.cause !== undefined)
        cause = cause.cause;
    return cause instanceof Error ? cause.message : 'the workflow failed';
}


/***/ }),

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


/***/ })

};
;